import { Queue, Worker } from 'bullmq';
declare const redis: import('ioredis').Redis;
declare function syncProfileHandler(d: any): Promise<void>;
export class Site {
    constructor(private syncQueue: Queue) {}
    async go(user: { id: number }) {
        await this.syncQueue.add(
            'syncProfile',
            { id: user.id },
            { attempts: 3, backoff: { type: 'exponential', delay: 2000 } },
        );
    }
}
export const worker = new Worker(
    'syncProfile',
    async (job) => {
        await syncProfileHandler(job.data);
    },
    { connection: redis },
);
