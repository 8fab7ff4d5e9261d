// Node's side of a queue that Python's BullMQ shares: `node bull.mjs add|work URL PREFIX QUEUE JSON`, one JSON line a thing.
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

const [what, url, prefix, name, told] = process.argv.slice(2);
const connection = new Redis(url, { maxRetriesPerRequest: null });
const say = (said) => console.log(JSON.stringify(said));

if (what === 'add') {
    const queue = new Queue(name, { connection, prefix });
    for (const job of JSON.parse(told)) {
        const added = await queue.add(job.event, job, {
            jobId: job.id,
            attempts: 3,
            backoff: { type: 'exponential', delay: 100 },
        });
        say({ added: added.id });
    }
    await queue.close();
    connection.disconnect();
} else {
    const fails = JSON.parse(told);
    const worker = new Worker(
        name,
        async (job) => {
            say({ began: job.data.id, name: job.name, attempt: job.attemptsMade + 1, of: job.opts.attempts });
            if (fails.includes(job.data.id)) throw new Error('no paper in Node');
        },
        { connection, prefix },
    );
    worker.on('error', (error) => say({ error: String(error) }));
    process.stdin.resume();
    process.stdin.on('end', async () => {
        await worker.close();
        connection.disconnect();
    });
}
