// Durability: kill -9 of a worker mid-job (BullMQ) vs of a process mid-listener (EventEmitter2); kill -9 of Redis with/without persistence; add() while Redis is down; missing 'error' handlers.
// Starts its own redis-server processes on loopback ports 36990..36993.
const { req, pv, sleep } = require('./lib');
const { spawn, fork } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Queue, Worker } = req('bullmq');
const { EventEmitter2 } = req('eventemitter2');
const C = (port, o) => ({ host: '127.0.0.1', port, maxRetriesPerRequest: null, ...o });
const role = process.argv[2];
const until = async (happened) => {
    const began = Date.now();
    while (!happened() && Date.now() - began < 20000) await sleep(20);
};
if (role === 'worker') {
    const w = new Worker(
        'k',
        async (j) => {
            process.send({ start: j.data.id, attemptsMade: j.attemptsMade, stalled: j.stalledCounter });
            await sleep(+process.argv[4]);
            process.send({ end: j.data.id });
        },
        { connection: C(+process.argv[3]), lockDuration: 1000, stalledInterval: 500 },
    );
    w.on('error', () => {});
} else if (role === 'ee') {
    const e = new EventEmitter2();
    e.on('x', async () => {
        try {
            process.send({ start: 1 });
            await sleep(1000);
            process.send({ end: 1 });
        } catch {
            process.send({ caught: 1 });
        } finally {
            process.send({ finally: 1 });
        }
    });
    e.emitAsync('x');
} else if (role === 'noerr') {
    const kind = process.argv[4];
    if (kind === 'worker') new Worker('k', async () => {}, { connection: C(+process.argv[3]) });
    else {
        const q = new Queue('k', { connection: C(+process.argv[3]) });
    }
    setInterval(() => {}, 1000);
    setTimeout(() => {
        process.send({ alive: true });
    }, 6000);
} else
    (async () => {
        console.log('bullmq', pv('bullmq'), 'ioredis', pv('ioredis'));
        const kids = [];
        const startRedis = async (port, args, dir) => {
            dir ||= fs.mkdtempSync(path.join(os.tmpdir(), 'claims_redis_'));
            const p = spawn('redis-server', ['--port', port, '--bind', '127.0.0.1', '--dir', dir, ...args], {
                stdio: 'ignore',
            });
            kids.push(p);
            await sleep(700);
            return { p, dir };
        };
        const child = (...a) => {
            const k = fork(__filename, a, { silent: true });
            k.msgs = [];
            k.err = '';
            k.stderr.on('data', (d) => (k.err += d));
            k.on('message', (m) => k.msgs.push(m));
            k.on('exit', (c, s) => (k.code = c ?? s));
            kids.push(k);
            return k;
        };
        {
            const k = child('ee');
            await until(() => k.msgs.length);
            await sleep(400);
            k.kill('SIGKILL');
            await sleep(700);
            console.log(
                'EventEmitter2: process killed 0.5 s into a 1 s listener (with try/catch/finally); messages',
                JSON.stringify(k.msgs),
            );
        }
        {
            const { p } = await startRedis(36990, ['--save', '', '--appendonly', 'no']);
            const q = new Queue('k', { connection: C(36990) });
            q.on('error', () => {});
            await q.add('x', { id: 1 }, { attempts: 3 });
            const a = child('worker', '36990', '5000');
            await until(() => a.msgs.length);
            a.kill('SIGKILL');
            const t = Date.now();
            const b = child('worker', '36990', '100');
            while (!b.msgs.find((m) => m.end) && Date.now() - t < 20000) await sleep(50);
            console.log(
                `BullMQ: worker killed mid-job, 2nd worker re-runs it after ${((Date.now() - t) / 1000).toFixed(1)} s (lockDuration 1 s, stalledInterval 0.5 s; defaults 30 s):`,
                JSON.stringify(a.msgs),
                '->',
                JSON.stringify(b.msgs),
            );
            b.kill('SIGKILL');
            // side effects therefore happen twice if the worker dies after the effect and before completion
            await q.close();
            p.kill('SIGKILL');
        }
        for (const [k, args, port] of [
            ['no persistence', ['--save', '', '--appendonly', 'no'], 36991],
            ['RDB with the shipped save points', [], 36992],
            ['appendonly yes (everysec)', ['--appendonly', 'yes'], 36993],
        ]) {
            const r = await startRedis(port, args);
            const q = new Queue('k', { connection: C(port) });
            q.on('error', () => {});
            for (let i = 0; i < 20; i++) await q.add('x', { i });
            await sleep(1500);
            r.p.kill('SIGKILL');
            await sleep(400);
            const r2 = await startRedis(port, args, r.dir);
            await sleep(1000);
            console.log(`redis killed -9 and restarted, ${k}: jobs left of 20:`, await q.getWaitingCount());
            await q.close();
            r2.p.kill('SIGKILL');
        }
        {
            const q = new Queue('k', { connection: { host: '127.0.0.1', port: 36989 } });
            const errs = [];
            q.on('error', (e) => errs.push(e.code || e.message));
            const t = Date.now();
            const r = await Promise.race([
                q.add('x', {}).then(
                    () => 'added',
                    (e) => 'rejected: ' + e.message,
                ),
                sleep(8000).then(() => 'still pending after 8 s'),
            ]);
            console.log('add() while Redis is down, default connection options:', r, '| error events', errs.length);
            q.close().catch(() => {});
        }
        {
            const q = new Queue('k', { connection: { host: '127.0.0.1', port: 36989, enableOfflineQueue: false } });
            q.on('error', () => {});
            await sleep(200);
            const r = await Promise.race([
                q.add('x', {}).then(
                    () => 'added',
                    (e) => 'rejected: ' + e.message,
                ),
                sleep(8000).then(() => 'still pending after 8 s'),
            ]);
            console.log('  with enableOfflineQueue:false:', r);
            q.close().catch(() => {});
        }
        for (const kind of ['worker', 'queue']) {
            const k = child('noerr', '36989', kind);
            await until(() => k.msgs.length || k.code !== undefined);
            console.log(
                `${kind} without on('error'), Redis down: process`,
                k.code === undefined ? 'alive, sent ' + JSON.stringify(k.msgs) : 'ended with ' + k.code,
                '| stderr',
                JSON.stringify(k.err.trim().split('\n')[0].slice(0, 120)),
            );
            k.kill('SIGKILL');
        }
        for (const k of kids)
            try {
                k.kill('SIGKILL');
            } catch {}
        for (const d of fs.readdirSync(os.tmpdir()).filter((x) => x.startsWith('claims_redis_')))
            fs.rmSync(path.join(os.tmpdir(), d), { recursive: true, force: true });
        process.exit(0);
    })();
