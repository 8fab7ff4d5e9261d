// What a throwing / rejecting listener does: raw EE2 emit/emitAsync, and Nest per version (CLAIMS_SET) incl. suppressErrors:false; who still runs; when the promise settles.
const { pv, req, nest, app, method, inject, sleep } = require('./lib');
const n = nest();
const { EventEmitter2 } = req('eventemitter2');
let unhandled = [];
process.on('unhandledRejection', (e) => unhandled.push(e && e.message));
process.on('uncaughtException', (e) => unhandled.push('UNCAUGHT ' + (e && e.message)));
const T0 = () => {
    const t = Date.now();
    return () => Math.round((Date.now() - t) / 10) * 10;
};
(async () => {
    console.log(
        'versions: event-emitter',
        pv('@nestjs/event-emitter'),
        'eventemitter2',
        pv('eventemitter2'),
        'node',
        process.version,
    );
    console.log('--- raw EE2');
    {
        const e = new EventEmitter2({ wildcard: true }),
            log = [];
        e.on('x.y', () => log.push(1));
        e.on('x.y', () => {
            throw new Error('sync boom');
        });
        e.on('x.y', () => log.push(3));
        let r;
        try {
            r = e.emit('x.y');
        } catch (x) {
            r = 'threw ' + x.message;
        }
        console.log('emit, 2nd of 3 throws synchronously:', r, '| ran', log.join(','));
    }
    {
        const e = new EventEmitter2({ wildcard: true }),
            log = [];
        e.on('x.y', () => log.push(1));
        e.on('x.y', () => {
            throw new Error('sync boom');
        });
        e.on('x.y', () => log.push(3));
        let r;
        try {
            const p = e.emitAsync('x.y');
            r = 'returned ' + p.constructor.name;
            p.catch(() => (r += ' rejected'));
            await sleep(5);
        } catch (x) {
            r = 'threw SYNCHRONOUSLY ' + x.message;
        }
        console.log('emitAsync, 2nd of 3 throws synchronously:', r, '| ran', log.join(','));
    }
    {
        const e = new EventEmitter2({ wildcard: true });
        e.on('x.y', () => {
            throw new Error('sync boom');
        });
        let r = 'nothing';
        try {
            e.emitAsync('x.y').catch(() => (r = '.catch ran'));
            await sleep(5);
        } catch (x) {
            r = 'exception went past .catch into the caller: ' + x.message;
        }
        console.log('emitAsync(...).catch(log) without await, sync throw:', r);
    }
    {
        const e = new EventEmitter2({ wildcard: true }),
            log = [];
        const t = T0();
        e.on('x.y', async () => {
            await sleep(50);
            log.push('A@' + t());
        });
        e.on('x.y', async () => {
            await sleep(10);
            throw new Error('B');
        });
        e.on('x.y', async () => {
            await sleep(100);
            log.push('C@' + t());
        });
        let when;
        try {
            await e.emitAsync('x.y');
        } catch (x) {
            when = 'rejected ' + x.message + '@' + t();
        }
        const at = log.slice();
        await sleep(130);
        console.log(
            'emitAsync, async B rejects at 10 ms:',
            when,
            '| done at that moment',
            JSON.stringify(at),
            '| later',
            log.join(' '),
        );
    }
    {
        const e = new EventEmitter2({ wildcard: true });
        unhandled = [];
        e.on('x.y', async () => {
            await sleep(5);
            throw new Error('B1');
        });
        e.on('x.y', async () => {
            await sleep(10);
            throw new Error('B2');
        });
        let r;
        try {
            await e.emitAsync('x.y');
        } catch (x) {
            r = x.message;
        }
        await sleep(30);
        console.log(
            'two rejecting listeners: caller sees',
            r,
            '| unhandled',
            JSON.stringify(unhandled),
            '(the 2nd error is swallowed by Promise.all)',
        );
    }
    {
        const e = new EventEmitter2({ wildcard: true });
        unhandled = [];
        e.on('x.y', async () => {
            await sleep(5);
            throw new Error('fromA');
        });
        e.on('x.y', () => {
            throw new Error('syncB');
        });
        let r;
        try {
            await e.emitAsync('x.y');
        } catch (x) {
            r = x.message;
        }
        await sleep(30);
        console.log(
            'async A rejects later + sync B throws: caller sees',
            r,
            '| unhandled',
            JSON.stringify(unhandled),
            '(A lost its owner -> would end the process)',
        );
    }
    console.log('--- Nest', pv('@nestjs/event-emitter'));
    for (const [name, opt] of [
        ['default', undefined],
        ['suppressErrors:false', { suppressErrors: false }],
        ['async:true', { async: true }],
        ['async:true,suppressErrors:false', { async: true, suppressErrors: false }],
        ['async:true,promisify:true,suppressErrors:false', { async: true, promisify: true, suppressErrors: false }],
    ]) {
        for (const kind of ['async rejects', 'sync throws']) {
            unhandled = [];
            const log = [];
            let t = T0();
            class L {
                async a() {
                    await sleep(50);
                    log.push('A@' + t());
                }
                async b() {
                    await sleep(10);
                    throw new Error('B');
                }
                async c() {
                    await sleep(100);
                    log.push('C@' + t());
                }
            }
            if (kind === 'sync throws')
                L.prototype.b = function b() {
                    throw new Error('B');
                };
            for (const k of ['a', 'b', 'c']) method(L, k, n.OnEvent('x.y', opt));
            inject(L, []);
            const ap = await app({ providers: [L] });
            t = T0();
            let r,
                catchRan = false;
            try {
                const p = ap.ee.emitAsync('x.y', {});
                try {
                    await p.catch((e) => {
                        catchRan = true;
                        throw e;
                    });
                    r = 'resolved@' + t();
                } catch (e) {
                    r = 'rejected@' + t();
                }
            } catch (e) {
                r = 'THREW SYNC';
            }
            const at = log.slice();
            await sleep(160);
            console.log(
                `${name.padEnd(47)} ${kind.padEnd(13)} emitAsync ${r}, .catch ran ${catchRan}, done then [${at}], later [${log}], logged ${ap.__logger.lines.length}, unhandled ${JSON.stringify(unhandled)}`,
            );
            await ap.close();
        }
    }
    // non-Error throw under Nest default
    {
        class L {
            async b() {
                throw 'a string';
            }
            async u() {
                throw undefined;
            }
        }
        method(L, 'b', n.OnEvent('s'));
        method(L, 'u', n.OnEvent('u'));
        inject(L, []);
        const ap = await app({ providers: [L] });
        let r;
        try {
            await ap.ee.emitAsync('s');
            r = 'resolved';
        } catch (e) {
            r = 'rejected ' + e;
        }
        let r2;
        try {
            await ap.ee.emitAsync('u');
            r2 = 'resolved';
        } catch (e) {
            r2 = 'rejected ' + e;
        }
        console.log("throw 'a string':", r, 'logged', JSON.stringify(ap.__logger.lines), '| throw undefined:', r2);
        await ap.close();
    }
})();
