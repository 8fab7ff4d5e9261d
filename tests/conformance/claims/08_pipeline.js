// Listing 3 over real HTTP (platform-express, Nest 12): PUT /sync-profile -> user.syncProfile (30 ms work) -> user.sync.task.notifications (3 listeners, 60 ms each).
// What is finished when the HTTP answer arrives, per flag pair; what the caller sees if stage 1 / one stage-2 listener throws.
const { pv, req, nest, method, inject, sleep, MemLogger } = require('./lib');
const n = nest();
const http = require('node:http');
const put = (port, p) =>
    new Promise((res) => {
        const t = Date.now();
        const r = http.request({ host: '127.0.0.1', port, path: p, method: 'PUT' }, (m) => {
            let b = '';
            m.on('data', (d) => (b += d));
            m.on('end', () => res({ status: m.statusCode, body: b, ms: Math.round((Date.now() - t) / 10) * 10 }));
        });
        r.on('error', (e) => res({ status: 'ERR ' + e.code }));
        r.end();
    });
let unhandled = [];
process.on('unhandledRejection', (e) => unhandled.push(e.message));
let nextPort = 39417;
async function run(f1, f2, fail) {
    const log = [];
    const EE = n.EventEmitter2;
    class S1 {
        constructor(ee) {
            this.ee = ee;
        }
        async h(e) {
            await sleep(30);
            if (fail === 'stage1') throw new Error('oracle down');
            log.push('profile');
            await this.ee.emitAsync('user.sync.task.notifications', { id: e.id });
            log.push('stage1-end');
        }
    }
    method(S1, 'h', f1 ? n.OnEvent('user.syncProfile', f1) : n.OnEvent('user.syncProfile'));
    inject(S1, [EE]);
    const mk = (name) => {
        class X {
            async h() {
                await sleep(60);
                if (fail === name) throw new Error(name + ' down');
                log.push(name);
            }
        }
        method(X, 'h', f2 ? n.OnEvent('user.sync.task.notifications', f2) : n.OnEvent('user.sync.task.notifications'));
        inject(X, []);
        return X;
    };
    class C {
        constructor(ee) {
            this.eventEmitter = ee;
        }
        async syncProfile() {
            await this.eventEmitter.emitAsync('user.syncProfile', { id: 1, firstTime: undefined });
            return { ok: true };
        }
    }
    method(C, 'syncProfile', n.Put('/sync-profile'));
    Reflect.defineMetadata('design:paramtypes', [EE], C);
    n.Controller()(C);
    class M {}
    n.Module({
        imports: [n.EventEmitterModule.forRoot({ wildcard: true })],
        controllers: [C],
        providers: [S1, mk('procurement'), mk('hr'), mk('leasing')],
    })(M);
    const logger = new MemLogger();
    const a = await n.core.NestFactory.create(M, { logger });
    const port = nextPort++;
    await a.listen(port, '127.0.0.1');
    await put(port, '/nope');
    unhandled = [];
    logger.lines.length = 0;
    const r = await put(port, '/sync-profile');
    const at = log.slice();
    await sleep(250);
    const later = log.slice(at.length);
    await a.close();
    return {
        status: r.status,
        ms: r.ms,
        'finished at answer': at.join(','),
        'finished after': later.join(','),
        logged: logger.lines.length,
        unhandled: unhandled.length,
    };
}
const print = (rows) => {
    for (const [name, row] of Object.entries(rows))
        console.log(
            `${name}: ${row.status} after ${row.ms} ms, finished at the answer [${row['finished at answer']}], ` +
                `after it [${row['finished after']}], logged ${row.logged}, unhandled ${row.unhandled}`,
        );
};
(async () => {
    console.log('@nestjs/event-emitter', pv('@nestjs/event-emitter'), '@nestjs/core', pv('@nestjs/core'));
    const F = {
        none: undefined,
        'async:false': { async: false },
        'async:true': { async: true },
        'async+promisify': { async: true, promisify: true },
    };
    const rows = {};
    for (const a of Object.keys(F))
        for (const b of Object.keys(F)) rows[`stage1 ${a} / stage2 ${b}`] = await run(F[a], F[b]);
    print(rows);
    const S = { suppressErrors: false };
    const rows2 = {};
    for (const fail of ['stage1', 'hr'])
        for (const [k, f] of [
            ['article flags async:false', { async: false }],
            ['async:true', { async: true }],
            ['suppressErrors:false', S],
            ['async:true,suppressErrors:false', { async: true, suppressErrors: false }],
        ])
            rows2[`${fail} throws / ${k}`] = await run(f, f, fail);
    print(rows2);
})();
