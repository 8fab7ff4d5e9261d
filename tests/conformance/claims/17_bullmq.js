// BullMQ: the migration listing as written, retry gaps, what await add() means, JSON payloads, order, competing consumers, dedup, stalled jobs, rate limit, retention.
// Needs a Redis on REDIS_PORT (default 36999) of the loopback interface.
const { req, pv, sleep } = require('./lib');
const { Queue, Worker, QueueEvents, FlowProducer } = req('bullmq');
const IORedis = req('ioredis');
const port = +(process.env.REDIS_PORT || 36999);
const conn = () => ({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
let uid = 0;
const qn = (p) => `${p}${process.pid}_${uid++}`;
const redis = (o) => new (IORedis.default || IORedis)({ host: '127.0.0.1', port, ...o });
const open = [];
const Q = (n, o) => {
    const q = new Queue(n, { connection: conn(), ...o });
    open.push(q);
    return q;
};
const W = (n, f, o) => {
    const w = new Worker(n, f, { connection: conn(), ...o });
    w.on('error', () => {});
    open.push(w);
    return w;
};
const until = async (f, ms = 10000) => {
    const t = Date.now();
    while (!(await f())) {
        if (Date.now() - t > ms) return false;
        await sleep(20);
    }
    return true;
};
(async () => {
    console.log('bullmq', pv('bullmq'), 'ioredis', pv('ioredis'), 'node', process.version);
    // a) as written
    {
        const r = redis({});
        try {
            const w = new Worker('syncProfile', async () => {}, { connection: r });
            w.on('error', (e) => console.log('   worker error event:', e.message));
            await sleep(200);
            console.log('a1 new Worker(name, fn, { connection: new IORedis() }): created, no throw');
            await w.close();
        } catch (e) {
            console.log('a1 new Worker(name, fn, { connection: new IORedis() }) throws:', e.message);
        }
        r.disconnect();
    }
    {
        const r = redis({ maxRetriesPerRequest: null });
        try {
            const w = new Worker('syncProfile', async () => {}, { connection: r });
            w.on('error', () => {});
            await sleep(100);
            console.log('a2 with maxRetriesPerRequest:null : created');
            await w.close();
        } catch (e) {
            console.log('a2', e.message);
        }
        r.disconnect();
    }
    {
        try {
            new Worker('syncProfile', async () => {});
            console.log('a3 no connection at all: created');
        } catch (e) {
            console.log('a3 no connection:', e.message);
        }
    }
    {
        const name = qn('sync');
        let got = 0;
        const q = Q(name);
        const wWrong = W('syncProfile_' + process.pid, async () => {
            got++;
        });
        await q.add('syncProfile', { id: 1 });
        await sleep(400);
        console.log(
            "a4 queue named 'sync', add('syncProfile', ..), Worker('syncProfile', ..) as in the listing: jobs handled",
            got,
            '; waiting in the queue',
            await q.getWaitingCount(),
            '(the first argument of Worker is the queue name, of add the job name)',
        );
        await wWrong.close();
    }
    {
        const name = qn('syncProfile');
        let got = 0;
        const q = Q(name);
        W(name, async () => {
            got++;
        });
        await q.add('anything', { id: 1 });
        await until(() => got);
        console.log('a5 same queue name, any job name: jobs handled', got);
    }
    // b) retries
    for (const delay of [200, 2000]) {
        const name = qn('retry');
        const q = Q(name);
        const at = [];
        let failedEv = [];
        const w = W(name, async (job) => {
            at.push(Date.now());
            throw new Error('oracle down ' + job.attemptsMade);
        });
        w.on('failed', (j, e) => failedEv.push(j.attemptsMade));
        const t = Date.now();
        const j = await q.add('x', { id: 1 }, { attempts: 3, backoff: { type: 'exponential', delay } });
        await until(async () => (await j.getState()) === 'failed', 15000);
        await sleep(delay === 200 ? 1500 : 300);
        console.log(
            `b attempts:3 exponential delay:${delay}: runs ${at.length}, gaps ms [${at.slice(1).map((x, i) => x - at[i])}], failed events at attemptsMade ${failedEv}, final state ${await j.getState()}, kept in failed set ${await q.getFailedCount()}`,
        );
    }
    {
        const name = qn('noretry');
        const q = Q(name);
        let k = 0;
        W(name, async () => {
            k++;
            throw new Error('x');
        });
        const j = await q.add('x', {});
        await until(async () => (await j.getState()) === 'failed');
        await sleep(300);
        console.log('b2 without options: runs', k, '(attempts default 1)');
    }
    // c) await add
    {
        const name = qn('await');
        const q = Q(name);
        let done = false;
        W(name, async () => {
            await sleep(300);
            done = true;
            return { synced: true };
        });
        const t = Date.now();
        const r = await q.add('x', { id: 1 });
        console.log(
            `c await add(): returned after ${Date.now() - t} ms a ${r.constructor.name} (returnvalue ${JSON.stringify(r.returnvalue)}), handler finished: ${done}`,
        );
        const qe = new QueueEvents(name, { connection: conn() });
        open.push(qe);
        await qe.waitUntilReady();
        const v = await r.waitUntilFinished(qe, 5000);
        console.log(
            '  job.waitUntilFinished(queueEvents) gives',
            JSON.stringify(v),
            'after',
            Math.round((Date.now() - t) / 50) * 50,
            'ms',
        );
    }
    {
        const name = qn('fail');
        const q = Q(name);
        W(name, async () => {
            throw new Error('boom');
        });
        let c = 'no';
        await q.add('x', {}).catch(() => (c = 'yes'));
        await sleep(200);
        console.log('c2 worker throws: did the .catch of add() run?', c);
    }
    // d) payload
    {
        const name = qn('json');
        const q = Q(name);
        let got;
        W(name, async (j) => {
            got = j.data;
        });
        class ObjectCreatedEvent {
            constructor(id) {
                this.id = id;
            }
            who() {
                return 'me';
            }
        }
        const p = new ObjectCreatedEvent(7);
        Object.assign(p, {
            d: new Date(0),
            u: undefined,
            n: NaN,
            m: new Map([[1, 2]]),
            f() {},
            buf: Buffer.from('hi'),
        });
        await q.add('x', p);
        await until(() => got);
        console.log(
            'd payload in:',
            'ObjectCreatedEvent{id:7,d:Date,u:undefined,n:NaN,m:Map,f:fn,buf:Buffer}',
            'out:',
            JSON.stringify(got),
            'class kept:',
            got instanceof ObjectCreatedEvent,
        );
        for (const [k, v] of [
            ['BigInt', { b: 1n }],
            [
                'circular',
                (() => {
                    const o = {};
                    o.o = o;
                    return o;
                })(),
            ],
        ]) {
            try {
                await q.add('x', v);
                console.log('  ', k, 'accepted');
            } catch (e) {
                console.log('  ', k, 'rejected:', e.message.split('\n')[0]);
            }
        }
        const src = { id: 1 };
        got = null;
        const pr = q.add('x', src);
        src.id = 99;
        await pr;
        await until(() => got);
        console.log('   payload changed right after add() was called: worker sees id', got.id);
    }
    // e) order
    {
        const name = qn('order');
        const q = Q(name);
        const seen = [];
        for (let i = 1; i <= 5; i++) await q.add('x', { i }, { attempts: 2, backoff: { type: 'fixed', delay: 100 } });
        let f = true;
        W(name, async (j) => {
            if (j.data.i === 2 && f) {
                f = false;
                throw new Error('x');
            }
            seen.push(j.data.i);
        });
        await until(() => seen.length === 5);
        console.log('e concurrency 1, job 2 fails once: completion order', seen.join(' '));
    }
    {
        const name = qn('order');
        const q = Q(name);
        const seen = [];
        for (let i = 1; i <= 6; i++) await q.add('x', { i });
        W(
            name,
            async (j) => {
                await sleep(j.data.i % 2 ? 80 : 5);
                seen.push(j.data.i);
            },
            { concurrency: 3 },
        );
        await until(() => seen.length === 6);
        console.log('  concurrency 3: completion order', seen.join(' '));
    }
    // f) competing consumers
    {
        const name = qn('fan');
        const q = Q(name);
        const got = { A: [], B: [], C: [] };
        for (const k of 'ABC')
            W(name, async (j) => {
                got[k].push(j.data.i);
                await sleep(20);
            });
        await Promise.all(Object.keys(got).map(() => sleep(100)));
        for (let i = 1; i <= 9; i++) await q.add('x', { i });
        await until(() => got.A.length + got.B.length + got.C.length >= 9);
        await sleep(100);
        console.log(
            'f three workers (= three app instances) on one queue, 9 jobs: handled in total',
            got.A.length + got.B.length + got.C.length,
            JSON.stringify(got),
            '-> each job goes to ONE of them',
        );
    }
    // g) two instances add the same cron job; dedup by jobId; job scheduler
    {
        const name = qn('dup');
        const q = Q(name),
            q2 = Q(name);
        await q.add('sync', { id: 1 });
        await q2.add('sync', { id: 1 });
        const a = await q.getWaitingCount();
        await q.add('sync', { id: 2 }, { jobId: 'user-2' });
        await q2.add('sync', { id: 2 }, { jobId: 'user-2' });
        const b = await q.getWaitingCount();
        await q.add('sync', { id: 3 }, { deduplication: { id: 'u3' } });
        await q2.add('sync', { id: 3 }, { deduplication: { id: 'u3' } });
        console.log(
            'g two instances add the same job: waiting',
            a,
            '; with one jobId: +',
            b - a,
            '; with deduplication.id: +',
            (await q.getWaitingCount()) - b,
        );
        try {
            await q.add('x', {}, { jobId: '7' });
            console.log('   jobId "7": accepted');
        } catch (e) {
            console.log('   jobId "7" (digits only):', e.message);
        }
        try {
            await q.add('x', {}, { jobId: 'user:7' });
            console.log('   jobId "user:7": accepted');
        } catch (e) {
            console.log('   jobId "user:7":', e.message);
        }
        const n2 = qn('js');
        const s1 = Q(n2),
            s2 = Q(n2);
        const runs = [];
        W(n2, async (j) => {
            runs.push(Date.now());
        });
        await s1.upsertJobScheduler('weekly', { every: 1000 }, { name: 'sync' });
        await s2.upsertJobScheduler('weekly', { every: 1000 }, { name: 'sync' });
        await sleep(3300);
        console.log('   upsertJobScheduler from two instances, every 1 s, 3.3 s: runs', runs.length);
        await s1.removeJobScheduler('weekly');
    }
    // h) jobs with no worker wait; retention
    {
        const name = qn('keep');
        const q = Q(name);
        await q.add('x', { i: 1 });
        await sleep(200);
        let got = 0;
        const w = W(name, async () => {
            got++;
        });
        await until(() => got);
        console.log('h job added while no worker exists is handled when one starts:', got);
        for (let i = 0; i < 50; i++) await q.add('x', { i });
        await until(() => got === 51);
        await sleep(100);
        console.log(
            '  completed jobs still stored in Redis after 51 runs:',
            await q.getCompletedCount(),
            '(no removeOnComplete)',
        );
    }
    // i) rate limit
    {
        const name = qn('rate');
        const q = Q(name);
        const at = [];
        const t = Date.now();
        for (let i = 0; i < 12; i++) await q.add('x', { i });
        const t0 = Date.now();
        W(
            name,
            async () => {
                at.push(Date.now() - t0);
            },
            { limiter: { max: 5, duration: 1000 }, concurrency: 10 },
        );
        await until(() => at.length === 12);
        console.log(
            'i limiter max 5 per 1000 ms, 12 jobs: starts at',
            at.map((x) => Math.round(x / 100) * 100).join(' '),
        );
    }
    // j) emitAsync fan-out to 3 listeners vs one add
    for (const o of open.reverse()) await o.close().catch(() => {});
    process.exit(0);
})().catch((e) => {
    console.error(e);
    process.exit(1);
});
