// Events emitted before listeners are registered: constructor / onModuleInit / onApplicationBootstrap / after; EventEmitterReadinessWatcher (2.1.0+); awaiting it in onModuleInit; lazy modules; shutdown.
const { pv, nest, app, method, inject, sleep } = require('./lib');
const n = nest();
(async () => {
    console.log('@nestjs/event-emitter', pv('@nestjs/event-emitter'), '@nestjs/core', pv('@nestjs/core'));
    for (const place of ['provider in AppModule', 'provider in imported feature module']) {
        const got = [];
        class L {
            h(p) {
                got.push(p.from);
            }
        }
        method(L, 'h', n.OnEvent('t'));
        inject(L, []);
        let waited = [];
        class E {
            constructor(ee, w) {
                this.ee = ee;
                this.w = w;
                ee.emit('t', { from: 'constructor' });
                if (w)
                    w.waitUntilReady().then(() => {
                        waited.push('ready');
                        ee.emit('t', { from: 'constructor->waitUntilReady' });
                    });
            }
            onModuleInit() {
                this.ee.emit('t', { from: 'onModuleInit' });
            }
            onApplicationBootstrap() {
                this.ee.emit('t', { from: 'onApplicationBootstrap' });
            }
            onApplicationShutdown() {
                this.ee.emit('t', { from: 'onApplicationShutdown' });
            }
            onModuleDestroy() {
                this.ee.emit('t', { from: 'onModuleDestroy' });
            }
            beforeApplicationShutdown() {
                this.ee.emit('t', { from: 'beforeApplicationShutdown' });
            }
        }
        inject(
            E,
            n.EventEmitterReadinessWatcher ? [n.EventEmitter2, n.EventEmitterReadinessWatcher] : [n.EventEmitter2],
        );
        let a;
        if (place.startsWith('provider in App')) a = await app({ providers: [L, E] });
        else {
            class F {}
            n.Module({ providers: [L, E] })(F);
            a = await app({ imports: [F] });
        }
        await sleep(5);
        a.ee.emit('t', { from: 'after init' });
        got.push('|');
        await a.close();
        console.log(
            place.padEnd(38),
            'listener received:',
            got.join(', '),
            n.EventEmitterReadinessWatcher ? '' : '(no readiness watcher in this version)',
        );
    }
    if (n.EventEmitterReadinessWatcher) {
        class W {
            constructor(w) {
                this.w = w;
            }
            async onModuleInit() {
                await this.w.waitUntilReady();
            }
        }
        inject(W, [n.EventEmitterReadinessWatcher]);
        const r = await Promise.race([
            app({ providers: [W] }).then(() => 'app started'),
            sleep(1500).then(() => 'still hanging after 1500 ms'),
        ]);
        console.log('await waitUntilReady() inside onModuleInit:', r);
    }
    // lazy-loaded module: its listeners are never scanned
    try {
        const got = [];
        class L {
            h() {
                got.push('x');
            }
        }
        method(L, 'h', n.OnEvent('t'));
        inject(L, []);
        class Lazy {}
        n.Module({ providers: [L] })(Lazy);
        const a = await app({});
        const ll = a.get(n.core.LazyModuleLoader);
        await ll.load(() => Lazy);
        const r = a.ee.emit('t');
        console.log('lazy-loaded module listener: emit ->', r, 'calls', got.length);
        await a.close();
    } catch (e) {
        console.log('lazy: ', e.message);
    }
    // same provider listed in two modules = two instances = two calls; useExisting alias
    {
        let c = 0;
        class L {
            h() {
                c++;
            }
        }
        method(L, 'h', n.OnEvent('t'));
        inject(L, []);
        class F1 {}
        n.Module({ providers: [L] })(F1);
        class F2 {}
        n.Module({ providers: [L] })(F2);
        const a = await app({ imports: [F1, F2] });
        a.ee.emit('t');
        console.log('listener class in providers of two modules: calls per emit', c);
        await a.close();
    }
    {
        let c = 0;
        class L {
            h() {
                c++;
            }
        }
        method(L, 'h', n.OnEvent('t'));
        inject(L, []);
        const a = await app({ providers: [L, { provide: 'ALIAS', useExisting: L }] });
        a.ee.emit('t');
        console.log('listener + useExisting alias: calls per emit', c);
        await a.close();
    }
    {
        let c = 0;
        class L {
            h() {
                c++;
            }
        }
        method(L, 'h', n.OnEvent('a.x'), n.OnEvent('a.*'));
        inject(L, []);
        const a = await app({ providers: [L] });
        a.ee.emit('a.x');
        console.log("one method with @OnEvent('a.x') and @OnEvent('a.*'): calls per emit('a.x')", c);
        await a.close();
    }
    {
        let c = 0;
        class P {
            h() {
                c++;
            }
        }
        method(P, 'h', n.OnEvent('t'));
        class K extends P {}
        inject(K, []);
        const a = await app({ providers: [K] });
        a.ee.emit('t');
        console.log('decorated method inherited from a base class: calls', c);
        await a.close();
    }
    {
        let c = 0;
        class P {
            h() {
                c++;
            }
        }
        method(P, 'h', n.OnEvent('t'));
        class K extends P {
            h() {
                c += 10;
            }
        }
        inject(K, []);
        const a = await app({ providers: [K] });
        a.ee.emit('t');
        console.log('subclass overrides the decorated method without the decorator: counter', c);
        await a.close();
    }
    {
        let c = 0;
        class L {
            h() {
                c++;
            }
        }
        method(L, 'h', n.OnEvent(['a', 'b']));
        inject(L, []);
        const a = await app({ providers: [L] });
        const r = ['a', 'b', 'a.b'].map((e) => {
            c = 0;
            a.ee.emit(e);
            return `${e}:${c}`;
        });
        console.log("@OnEvent(['a','b']) (array = one namespaced name, not two events):", r.join(' '));
        await a.close();
    }
    // no wildcard flag: a pattern listener is silently dead
    {
        let c = 0;
        class L {
            h() {
                c++;
            }
        }
        method(L, 'h', n.OnEvent('user.*'));
        inject(L, []);
        const a = await app({ providers: [L], emitter: {} });
        a.ee.emit('user.created');
        console.log("forRoot({}) and @OnEvent('user.*'): calls for user.created", c);
        await a.close();
    }
    process.exit(0);
})();
