// Does an event emitted in onApplicationBootstrap always reach the listeners? Module nesting, sibling order, and forRoot({global:false}).
const { pv, nest, app, method, inject, sleep, MemLogger } = require('./lib');
const n = nest();
(async () => {
    console.log('@nestjs/event-emitter', pv('@nestjs/event-emitter'));
    for (const g of [true, false])
        for (const depth of [0, 1, 3]) {
            const got = [];
            class L {
                h(p) {
                    got.push(p);
                }
            }
            method(L, 'h', n.OnEvent('t'));
            inject(L, []);
            class E {
                constructor(ee) {
                    this.ee = ee;
                }
                onApplicationBootstrap() {
                    this.ee.emit('t', 'boot');
                }
            }
            inject(E, [n.EventEmitter2]);
            const root = n.EventEmitterModule.forRoot({ wildcard: true, global: g });
            let Mod;
            class Leaf {}
            n.Module({ imports: g ? [] : [root], providers: [L, E] })(Leaf);
            Mod = Leaf;
            for (let i = 1; i < depth; i++) {
                const Inner = Mod;
                const W = { ['W' + i]: class {} }['W' + i];
                n.Module({ imports: [Inner] })(W);
                Mod = W;
            }
            class App {}
            n.Module(depth === 0 ? { imports: [root], providers: [L, E] } : { imports: [Mod, root] })(App);
            const a = await n.core.NestFactory.createApplicationContext(App, { logger: new MemLogger() });
            console.log(`global:${g} listener+emitter at depth ${depth}: received`, JSON.stringify(got));
            await a.close();
        }
    process.exit(0);
})();
