// Node's side of a queue that Python's BullMQ shares: `node bull.mjs add|work URL PREFIX QUEUE JSON`. It prints JSON lines.
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

const [what, url, prefix, name, argument] = process.argv.slice(2);
const connection = new Redis(url, { maxRetriesPerRequest: null });
const print = (line) => console.log(JSON.stringify(line));

if (what === 'add') {
    const queue = new Queue(name, { connection, prefix });
    for (const job of JSON.parse(argument)) {
        const added = await queue.add(job.event, job, {
            jobId: job.id,
            attempts: 3,
            backoff: { type: 'exponential', delay: 100 },
        });
        print({ added: added.id });
    }
    await queue.close();
    connection.disconnect();
} else {
    const fails = JSON.parse(argument);
    const worker = new Worker(
        name,
        async (job) => {
            print({ started: job.data.id, name: job.name, attempt: job.attemptsMade + 1, of: job.opts.attempts });
            if (fails.includes(job.data.id)) throw new Error('no paper in Node');
        },
        { connection, prefix },
    );
    worker.on('error', (error) => print({ error: String(error) }));
    process.stdin.resume();
    process.stdin.on('end', async () => {
        await worker.close();
        connection.disconnect();
    });
}
