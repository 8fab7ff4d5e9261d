// For one @nestjs/event-emitter version (CLAIMS_SET): every @OnEvent option x {singleton, request-scoped} provider.
// Columns: start = handler started before emitAsync() returned; ran = handler ever called; awaited = handler finished when the promise settled;
// value = what emitAsync resolved with; on-reject = what happens when the handler rejects (emitAsync outcome / log lines / unhandledRejection count)
const { pv, nest, app, method, inject, sleep, short } = require('./lib');
const n = nest();
const OPTS = [
    undefined,
    {},
    { async: false },
    { async: true },
    { promisify: true },
    { async: true, promisify: true },
    { async: true, promisify: false },
    { nextTick: true },
    { nextTick: true, promisify: true },
    { suppressErrors: false },
    { async: true, suppressErrors: false },
    { async: true, promisify: true, suppressErrors: false },
    true,
    false,
];
let unhandled = 0;
process.on('unhandledRejection', () => {
    unhandled++;
});
(async () => {
    const rows = [];
    for (const scoped of [false, true])
        for (const o of OPTS) {
            const st = { started: false, done: false };
            class L {
                async h(p) {
                    st.started = true;
                    await sleep(20);
                    if (p.fail) throw new Error('boom');
                    st.done = true;
                    return 'R';
                }
            }
            method(L, 'h', o === undefined ? n.OnEvent('x.y') : n.OnEvent('x.y', o));
            inject(L, [], scoped ? { scope: n.Scope.REQUEST } : undefined);
            const a = await app({ providers: [L] });
            let row = {
                scope: scoped ? 'request' : 'default',
                options: o === undefined ? '(none)' : JSON.stringify(o),
            };
            const p = a.ee.emitAsync('x.y', { fail: false });
            row.start = st.started;
            let val, err;
            try {
                val = await p;
            } catch (e) {
                err = e;
            }
            row.awaited = st.done;
            row.value = short(val);
            await sleep(60);
            row.ran = st.started;
            row.finished = st.done;
            // rejection
            unhandled = 0;
            a.__logger.lines.length = 0;
            let out;
            try {
                await a.ee.emitAsync('x.y', { fail: true });
                out = 'resolved';
            } catch (e) {
                out = 'rejected';
            }
            await sleep(60);
            row.onReject =
                out + '/log' + a.__logger.lines.filter((l) => l.startsWith('ERROR')).length + '/unhandled' + unhandled;
            unhandled = 0;
            a.__logger.lines.length = 0;
            let out2;
            try {
                a.ee.emit('x.y', { fail: true });
                out2 = 'ok';
            } catch (e) {
                out2 = 'threw';
            }
            await sleep(60);
            row.emitOnReject =
                out2 + '/log' + a.__logger.lines.filter((l) => l.startsWith('ERROR')).length + '/unhandled' + unhandled;
            rows.push(row);
            await a.close();
        }
    if (process.env.JSON_OUT)
        console.log(
            JSON.stringify({
                v: pv('@nestjs/event-emitter'),
                nest: pv('@nestjs/core'),
                ee2: pv('eventemitter2'),
                rows,
            }),
        );
    else {
        console.log(
            '@nestjs/event-emitter',
            pv('@nestjs/event-emitter'),
            '@nestjs/core',
            pv('@nestjs/core'),
            'eventemitter2',
            pv('eventemitter2'),
            'node',
            process.version,
        );
        console.table(rows);
    }
})();
