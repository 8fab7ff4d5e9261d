// AsyncLocalStorage through emit / emitAsync under each flag; request-scoped listeners; inheritRequestContextId (3.1+).
const { pv, nest, app, method, inject, sleep, req, MemLogger } = require('./lib');
const n = nest();
const { AsyncLocalStorage } = require('node:async_hooks');
const { EventEmitter2 } = req('eventemitter2');
const als = new AsyncLocalStorage();
(async () => {
    console.log('@nestjs/event-emitter', pv('@nestjs/event-emitter'), '@nestjs/core', pv('@nestjs/core'));
    for (const [k, f] of [
        ['(none)', undefined],
        ['{async:false}', { async: false }],
        ['{async:true}', { async: true }],
        ['{async:true,promisify:true}', { async: true, promisify: true }],
        ['{nextTick:true}', { nextTick: true }],
    ])
        for (const how of ['emit', 'emitAsync']) {
            const seen = [];
            class L {
                async h() {
                    seen.push('start=' + (als.getStore()?.id ?? 'none'));
                    await sleep(5);
                    seen.push('later=' + (als.getStore()?.id ?? 'none'));
                }
            }
            method(L, 'h', n.OnEvent('t', f));
            inject(L, []);
            const a = await app({ providers: [L] });
            await als.run({ id: 'req1' }, async () => {
                await a.ee[how]('t');
            });
            await sleep(20);
            console.log('ALS', how.padEnd(9), k.padEnd(28), seen.join(' '));
            await a.close();
        }
    {
        // a listener that leaves the context changed: enterWith inside an inline listener leaks into the emitter
        const e = new EventEmitter2();
        e.on('t', () => als.enterWith({ id: 'LEAK' }));
        await als.run({ id: 'req1' }, async () => {
            e.emit('t');
            console.log('inline listener calls als.enterWith: emitter afterwards sees', als.getStore().id);
        });
        const e2 = new EventEmitter2();
        e2.on('t', () => als.enterWith({ id: 'LEAK' }), { async: true });
        await als.run({ id: 'req1' }, async () => {
            e2.emit('t');
            await sleep(5);
            console.log('same with {async:true}: emitter afterwards sees', als.getStore().id);
        });
    }
    {
        // request-scoped listener: new instance per emit; REQUEST = payload
        let made = 0;
        const reqs = [];
        const ids = new Set();
        class L {
            constructor(r) {
                made++;
                this.r = r;
                this.k = Math.random();
            }
            async h(p) {
                ids.add(this.k);
                reqs.push(this.r === p ? 'REQUEST===payload' : typeof this.r);
            }
        }
        method(L, 'h', n.OnEvent('t'));
        Reflect.defineMetadata('design:paramtypes', [Object], L);
        n.Inject(n.core.REQUEST)(L, undefined, 0);
        n.Injectable({ scope: n.Scope.REQUEST })(L);
        const a = await app({ providers: [L] });
        made = 0;
        const p = { id: 1 };
        await a.ee.emitAsync('t', p);
        await a.ee.emitAsync('t', p);
        await a.ee.emitAsync('t', { id: 2 });
        console.log(
            'request-scoped listener, 3 emits (2 with the same payload object): instances',
            ids.size,
            [...new Set(reqs)].join(),
            '; first run inline?',
            await (async () => {
                reqs.length = 0;
                a.ee.emit('t', p);
                const r = reqs.length === 1;
                await sleep(5);
                return r;
            })(),
        );
        await a.close();
    }
    {
        // a SINGLETON listener class becomes request-scoped because ONE dependency is request-scoped: emit() is no longer inline
        class Dep {}
        inject(Dep, [], { scope: n.Scope.REQUEST });
        let ran = false;
        class L {
            constructor(d) {}
            h() {
                ran = true;
            }
        }
        method(L, 'h', n.OnEvent('t'));
        inject(L, [Dep]);
        const a = await app({ providers: [Dep, L] });
        a.ee.emit('t', {});
        const inline = ran;
        await sleep(5);
        console.log(
            'sync handler whose class injects a request-scoped dependency: ran inline',
            inline,
            ', ran later',
            ran,
        );
        await a.close();
    }
    // does a request-scoped service inside the listener see the HTTP request? (real HTTP)
    try {
        req('@nestjs/platform-express');
        const http = require('node:http');
        for (const [label, opt, payload] of [
            ['default', { wildcard: true }, (r) => ({ id: 1 })],
            [
                'inheritRequestContextId:true, payload = plain object',
                { wildcard: true, inheritRequestContextId: true },
                (r) => ({ id: 1 }),
            ],
            [
                'inheritRequestContextId:true, payload = the request',
                { wildcard: true, inheritRequestContextId: true },
                (r) => r,
            ],
        ]) {
            const out = [];
            class Svc {
                constructor(r) {
                    this.r = r;
                    this.k = Math.random();
                }
            }
            Reflect.defineMetadata('design:paramtypes', [Object], Svc);
            n.Inject(n.core.REQUEST)(Svc, undefined, 0);
            n.Injectable({ scope: n.Scope.REQUEST })(Svc);
            class L {
                constructor(s) {
                    this.s = s;
                }
                async h() {
                    out.push(
                        'listener Svc.k=' + this.s.k.toFixed(4) + ' request has url: ' + !!(this.s.r && this.s.r.url),
                    );
                }
            }
            method(L, 'h', n.OnEvent('t'));
            inject(L, [Svc], { scope: n.Scope.REQUEST });
            class C {
                constructor(ee, s, r) {
                    this.ee = ee;
                    this.s = s;
                    this.r = r;
                }
                async x() {
                    out.push('controller Svc.k=' + this.s.k.toFixed(4));
                    await this.ee.emitAsync('t', payload(this.r));
                    return 1;
                }
            }
            method(C, 'x', n.Get('x'));
            Reflect.defineMetadata('design:paramtypes', [n.EventEmitter2, Svc, Object], C);
            n.Inject(n.core.REQUEST)(C, undefined, 2);
            n.Controller({ scope: n.Scope.REQUEST })(C);
            class M {}
            n.Module({ imports: [n.EventEmitterModule.forRoot(opt)], controllers: [C], providers: [Svc, L] })(M);
            const a = await n.core.NestFactory.create(M, { logger: new MemLogger() });
            await a.listen(0, '127.0.0.1');
            const port = a.getHttpServer().address().port;
            await new Promise((r) =>
                http.get({ host: '127.0.0.1', port, path: '/x' }, (m) => {
                    m.resume();
                    m.on('end', r);
                }),
            );
            const names = {}; // each instance carries a random number: show which are the same one
            const named = (line) => line.replace(/0\.\d+/, (k) => (names[k] ??= 'AB'[Object.keys(names).length]));
            console.log('HTTP,', label, '->', out.map(named).join(' | '));
            await a.close();
        }
    } catch (e) {
        console.log('HTTP part skipped:', e.code || e.message);
    }
})();
