// Emitter semantics a port has to reproduce: max listeners, duplicates, once/many/off, add/remove during emit, nested emit, this, return values, 'error', odd names.
const { req, pv, sleep } = require('./lib');
const { EventEmitter2 } = req('eventemitter2');
const { EventEmitter } = require('node:events');
const warns = [];
process.on('warning', (w) => warns.push(w.name + ': ' + w.message.slice(0, 220)));
const both = (name, f) =>
    console.log(
        name.padEnd(60),
        'plain:',
        f(() => new EventEmitter2()),
        '| wildcard:',
        f(() => new EventEmitter2({ wildcard: true })),
    );
(async () => {
    console.log('eventemitter2', pv('eventemitter2'), 'node', process.version);
    for (const w of [false, true]) {
        for (const k of [10, 11, 12]) {
            warns.length = 0;
            const e = new EventEmitter2({ wildcard: w, verboseMemoryLeak: true });
            for (let i = 0; i < k; i++) e.on('user.created', () => {});
            await sleep(5);
            console.log(`wildcard ${w}, ${k} listeners on one name: warnings`, warns.length, warns[0] || '');
        }
    }
    {
        warns.length = 0;
        const e = new EventEmitter2({ wildcard: true });
        for (let i = 0; i < 50; i++) e.on('n' + i + '.x', () => {});
        await sleep(5);
        console.log('50 different names: warnings', warns.length);
    }
    {
        warns.length = 0;
        const e = new EventEmitter2({ wildcard: true });
        for (let i = 0; i < 8; i++) {
            e.on('user.created', () => {});
            e.on('user.*', () => {});
            e.on('**', () => {});
        }
        await sleep(5);
        console.log(
            '8 exact + 8 user.* + 8 ** (24 calls per emit): warnings',
            warns.length,
            '(counted per pattern, not per emit)',
        );
    }
    {
        warns.length = 0;
        const e = new EventEmitter2({ maxListeners: 0 });
        for (let i = 0; i < 100; i++) e.on('x', () => {});
        await sleep(5);
        console.log('maxListeners:0, 100 listeners: warnings', warns.length);
    }
    both('same function registered twice: calls', (mk) => {
        const e = mk();
        let c = 0;
        const f = () => c++;
        e.on('a.b', f);
        e.on('a.b', f);
        e.emit('a.b');
        return c;
    });
    both('  then off() once: calls left', (mk) => {
        const e = mk();
        let c = 0;
        const f = () => c++;
        e.on('a.b', f);
        e.on('a.b', f);
        e.off('a.b', f);
        e.emit('a.b');
        return c;
    });
    both('  which of two equal ones off() removes (f g f)', (mk) => {
        const e = mk();
        const l = [];
        const f = () => l.push('f'),
            g = () => l.push('g');
        e.on('a.b', f);
        e.on('a.b', g);
        e.on('a.b', f);
        e.off('a.b', f);
        e.emit('a.b');
        return l.join('');
    });
    {
        const e = new EventEmitter();
        const l = [];
        const f = () => l.push('f'),
            g = () => l.push('g');
        e.on('a', f);
        e.on('a', g);
        e.on('a', f);
        e.off('a', f);
        e.emit('a');
        console.log('  (node:events for comparison)', l.join(''));
    }
    both('once: calls after 3 emits / listenerCount', (mk) => {
        const e = mk();
        let c = 0;
        e.once('a.b', () => c++);
        e.emit('a.b');
        e.emit('a.b');
        e.emit('a.b');
        return c + '/' + e.listenerCount('a.b');
    });
    both('many(2): calls after 5 emits', (mk) => {
        const e = mk();
        let c = 0;
        e.many('a.b', 2, () => c++);
        for (let i = 0; i < 5; i++) e.emit('a.b');
        return c;
    });
    both('many(0): calls after 5 emits', (mk) => {
        const e = mk();
        let c = 0;
        e.many('a.b', 0, () => c++);
        for (let i = 0; i < 5; i++) e.emit('a.b');
        return c;
    });
    both('off(original) removes a once wrapper', (mk) => {
        const e = mk();
        let c = 0;
        const f = () => c++;
        e.once('a.b', f);
        e.off('a.b', f);
        e.emit('a.b');
        return c;
    });
    both('once that emits the same event inside itself: calls', (mk) => {
        const e = mk();
        let c = 0;
        e.once('a.b', () => {
            c++;
            if (c < 5) e.emit('a.b');
        });
        e.emit('a.b');
        return c;
    });
    both('once + handler throws: still removed?', (mk) => {
        const e = mk();
        let c = 0;
        e.once('a.b', () => {
            c++;
            throw new Error('x');
        });
        for (let i = 0; i < 2; i++)
            try {
                e.emit('a.b');
            } catch {}
        return c;
    });
    for (const o of [{ async: true }, { promisify: true }, { nextTick: true }]) {
        for (const w of [false, true]) {
            const e = new EventEmitter2({ wildcard: w });
            let c = 0;
            e.once(
                'a.b',
                () => {
                    c++;
                },
                o,
            );
            for (let i = 0; i < 3; i++) {
                e.emit('a.b');
                await sleep(5);
            }
            console.log(
                `once(name, fn, ${JSON.stringify(o)}) wildcard ${w}: calls after 3 emits`,
                c,
                'still registered',
                e.listenerCount('a.b'),
            );
        }
    }
    {
        const e = new EventEmitter2({ wildcard: true });
        let c = 0;
        const f = () => c++;
        e.once('a.*', f);
        e.emit('a.x');
        e.emit('a.y');
        console.log("once('a.*') after a.x and a.y: calls", c);
    }
    both('listener added during emit is seen by the same emit', (mk) => {
        const e = mk();
        const l = [];
        e.on('a.b', () => {
            l.push('1');
            e.on('a.b', () => l.push('new'));
        });
        e.emit('a.b');
        return l.join(',') + ' ; 2nd emit ' + ((l.length = 0), e.emit('a.b'), l.join(','));
    });
    both('listener removed during emit still runs in it', (mk) => {
        const e = mk();
        const l = [];
        const g = () => l.push('2');
        e.on('a.b', () => {
            l.push('1');
            e.off('a.b', g);
        });
        e.on('a.b', g);
        e.emit('a.b');
        return l.join(',') + ' ; 2nd emit ' + ((l.length = 0), e.emit('a.b'), l.join(','));
    });
    both('removeAllListeners(name) during emit', (mk) => {
        const e = mk();
        const l = [];
        e.on('a.b', () => {
            l.push('1');
            e.removeAllListeners('a.b');
        });
        e.on('a.b', () => l.push('2'));
        e.emit('a.b');
        return l.join(',') + ' ; 2nd ' + e.emit('a.b');
    });
    both('nested emit is depth-first', (mk) => {
        const e = mk();
        const l = [];
        e.on('a.b', () => {
            l.push('a1(');
            e.emit('c.d');
            l.push(')a1');
        });
        e.on('a.b', () => l.push('a2'));
        e.on('c.d', () => l.push('c'));
        e.emit('a.b');
        return l.join(' ');
    });
    both('this.event inside a listener after a nested emit', (mk) => {
        const e = mk();
        const l = [];
        e.on('a.b', function () {
            l.push(this.event);
            e.emit('c.d');
            l.push(this.event);
        });
        e.on('c.d', () => {});
        e.emit('a.b');
        return l.join(' -> ');
    });
    both('this in a listener is the emitter', (mk) => {
        const e = mk();
        let r;
        e.on('a.b', function () {
            r = this === e;
        });
        e.emit('a.b');
        return r;
    });
    both('infinite recursion a.b -> a.b', (mk) => {
        const e = mk();
        e.on('a.b', () => e.emit('a.b'));
        try {
            e.emit('a.b');
        } catch (x) {
            return x.constructor.name;
        }
    });
    both('emit return: listener / none', (mk) => {
        const e = mk();
        e.on('a.b', () => false);
        return e.emit('a.b') + '/' + e.emit('zz.z');
    });
    both('emit return for none when onAny was added and removed', (mk) => {
        const e = mk();
        const f = () => {};
        e.onAny(f);
        e.offAny(f);
        return e.emit('zz.z');
    });
    for (const w of [false, true]) {
        const e = new EventEmitter2({ wildcard: w });
        console.log(`wildcard ${w} emitAsync of unknown name resolves`, JSON.stringify(await e.emitAsync('zz.z')));
    }
    both("emit('error', Error) without listener", (mk) => {
        try {
            return mk().emit('error', new Error('E'));
        } catch (x) {
            return 'throws ' + x.message;
        }
    });
    both("emit('error', 'text') without listener", (mk) => {
        try {
            return mk().emit('error', 'text');
        } catch (x) {
            return 'throws ' + x.message;
        }
    });
    both("emit('user.error') without listener", (mk) => {
        try {
            return mk().emit('user.error', new Error('E'));
        } catch (x) {
            return 'throws ' + x.message;
        }
    });
    both("emit('error') with a ** listener", (mk) => {
        const e = mk();
        e.on('**', () => {});
        try {
            return e.emit('error', new Error('E'));
        } catch (x) {
            return 'throws ' + x.message;
        }
    });
    {
        const e = new EventEmitter2();
        let r;
        try {
            await e.emitAsync('error', new Error('E'));
        } catch (x) {
            r = 'rejects ' + x.message;
        }
        console.log("emitAsync('error') without listener", r);
    }
    {
        const e = new EventEmitter2({ ignoreErrors: true });
        console.log("ignoreErrors:true emit('error')", e.emit('error', new Error('E')));
    }
    both("names on Object.prototype: emit('constructor'/'toString'), no listener", (mk) => {
        const e = mk();
        return ['constructor', 'toString', 'valueOf', '__proto__']
            .map((k) => {
                try {
                    return e.emit(k);
                } catch (x) {
                    return 'throws ' + x.message;
                }
            })
            .join('/');
    });
    both('case, trailing dot, empty name', (mk) => {
        const e = mk();
        let c = [];
        e.on('User.Created', () => c.push(1));
        e.emit('user.created');
        e.on('', () => c.push('empty'));
        e.emit('');
        return JSON.stringify(c);
    });
    {
        const e = new EventEmitter2({ wildcard: true });
        let got;
        e.on('a.b', (...x) => (got = x));
        const p = { id: 1 };
        e.emit('a.b', p, 2, 3, 4);
        console.log(
            'several values reach the listener',
            JSON.stringify(got),
            '; the payload is the same object (shared, mutable):',
            got[0] === p,
        );
    }
    {
        const e = new EventEmitter2({ wildcard: true });
        const l = [];
        e.on('u.x', (p) => {
            p.id = 99;
        });
        e.on('u.x', (p) => l.push(p.id));
        e.emit('u.x', { id: 1 });
        console.log('first listener changes payload.id, second one sees', l[0]);
    }
    {
        const e = new EventEmitter2({ wildcard: true });
        const l = [];
        for (const k of [1, 2, 3])
            e.on('u.x', async () => {
                l.push(k + 'a');
                await null;
                l.push(k + 'b');
            });
        const r = await e.emitAsync('u.x');
        console.log('emitAsync runs async listeners interleaved:', l.join(' '), '; results in registration order');
    }
    {
        const e = new EventEmitter2({ wildcard: true });
        const t = Date.now();
        for (const k of [1, 2, 3]) e.on('u.x', async () => sleep(60));
        await e.emitAsync('u.x');
        console.log('3 async listeners of 60 ms: total', Math.round((Date.now() - t) / 10) * 10, 'ms (concurrent)');
    }
    {
        const e = new EventEmitter2({ wildcard: true });
        const t = Date.now();
        const st = [];
        for (const k of [1, 2, 3])
            e.on('u.x', async () => {
                st.push(Date.now() - t);
                const s = Date.now();
                while (Date.now() - s < 40);
            });
        await e.emitAsync('u.x');
        console.log(
            '3 async listeners with 40 ms of CPU each: total',
            Math.round((Date.now() - t) / 10) * 10,
            'ms, starts',
            st.map((x) => Math.round(x / 10) * 10).join('/'),
            '(not parallel)',
        );
    }
    {
        const e = new EventEmitter2({ wildcard: true });
        const p = e.waitFor('u.x', { timeout: 30 });
        let r;
        try {
            await p;
        } catch (x) {
            r = x.code;
        }
        console.log('waitFor timeout rejects', r);
    }
})();
