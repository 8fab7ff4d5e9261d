// emit() (not emitAsync) with a handler that throws synchronously, first of two listeners: does emit() throw into the caller, does the second one run? All versions.
const { spawnSync } = require('node:child_process');
const { sets } = require('./lib');
if (process.env.CHILD) {
    const { pv, nest, app, method, inject } = require('./lib');
    const n = nest();
    (async () => {
        let second = false;
        class L {
            a() {
                throw new Error('boom');
            }
            b() {
                second = true;
            }
        }
        method(L, 'a', n.OnEvent('t'));
        method(L, 'b', n.OnEvent('t'));
        inject(L, []);
        const ap = await app({ providers: [L] });
        let r;
        try {
            r = 'returned ' + ap.ee.emit('t', {});
        } catch (e) {
            r = 'THREW ' + e.message;
        }
        await new Promise((x) => setTimeout(x, 20));
        console.log(
            pv('@nestjs/event-emitter'),
            'emit():',
            r,
            '| second listener ran:',
            second,
            '| logged',
            ap.__logger.lines.length,
        );
        process.exit(0);
    })();
} else
    for (const set of sets())
        process.stdout.write(
            spawnSync('node', [__filename], { env: { ...process.env, CHILD: '1', CLAIMS_SET: set } }).stdout.toString(),
        );
