// ns per emit: plain vs wildcard:true, event depth, unrelated patterns of several kinds; also the cost of emit when nobody listens, and of emitAsync.
const { req, pv } = require('./lib');
const { EventEmitter2 } = req('eventemitter2');
const { EventEmitter } = require('node:events');
const N = 100000;
let sink = 0;
function bench(make, ev, n = N) {
    const best = [];
    for (let rep = 0; rep < 5; rep++) {
        const e = make();
        for (let i = 0; i < Math.min(n, 20000); i++) e.emit(ev, i);
        const t = process.hrtime.bigint();
        for (let i = 0; i < n; i++) e.emit(ev, i);
        best.push(Number(process.hrtime.bigint() - t) / n);
    }
    return Math.min(...best)
        .toFixed(0)
        .padStart(7);
}
const h = (x) => {
    sink += x;
};
const mk =
    (conf, pats = [], ev = 'user.created', listen = true) =>
    () => {
        const e = new EventEmitter2({ ...conf, maxListeners: 0 });
        for (const p of pats) e.on(p, h);
        if (listen) e.on(ev, h);
        return e;
    };
const many = (k, f) => Array.from({ length: k }, (_, i) => f(i));
console.log(
    'node',
    process.version,
    'eventemitter2',
    pv('eventemitter2'),
    '(best of 5, ns per emit with one matching no-op listener)',
);
console.log(
    'node:events EventEmitter                 ',
    bench(() => {
        const e = new EventEmitter();
        e.on('user.created', h);
        return e;
    }, 'user.created'),
);
console.log('EE2 plain                                ', bench(mk({}), 'user.created'));
console.log('EE2 wildcard:true, 1 seg                 ', bench(mk({ wildcard: true }, [], 'x'), 'x'));
console.log('EE2 wildcard:true, 2 seg                 ', bench(mk({ wildcard: true }), 'user.created'));
console.log(
    'EE2 wildcard:true, 4 seg                 ',
    bench(mk({ wildcard: true }, [], 'user.sync.task.notifications'), 'user.sync.task.notifications'),
);
for (const k of [10, 100, 1000]) {
    console.log(`-- ${k} unrelated registrations`);
    console.log(
        'plain, exact names                       ',
        bench(
            mk(
                {},
                many(k, (i) => `m${i}.created`),
            ),
            'user.created',
        ),
    );
    console.log(
        'wildcard, exact names (m<i>.created)     ',
        bench(
            mk(
                { wildcard: true },
                many(k, (i) => `m${i}.created`),
            ),
            'user.created',
        ),
    );
    console.log(
        'wildcard, m<i>.*                         ',
        bench(
            mk(
                { wildcard: true },
                many(k, (i) => `m${i}.*`),
            ),
            'user.created',
        ),
    );
    console.log(
        'wildcard, m<i>.**                        ',
        bench(
            mk(
                { wildcard: true },
                many(k, (i) => `m${i}.**`),
            ),
            'user.created',
        ),
    );
    console.log(
        'wildcard, *.m<i>                         ',
        bench(
            mk(
                { wildcard: true },
                many(k, (i) => `*.m${i}`),
            ),
            'user.created',
        ),
    );
    console.log(
        'wildcard, **.m<i>                        ',
        bench(
            mk(
                { wildcard: true },
                many(k, (i) => `**.m${i}`),
            ),
            'user.created',
            k >= 1000 ? 3000 : k >= 100 ? 30000 : N,
        ),
    );
}
console.log('-- no listener for the event');
console.log('plain                                    ', bench(mk({}, [], 'x', false), 'user.created'));
console.log('wildcard                                 ', bench(mk({ wildcard: true }, [], 'x', false), 'user.created'));
(async () => {
    for (const [nm, conf] of [
        ['plain', {}],
        ['wildcard', { wildcard: true }],
    ]) {
        const e = mk(conf)();
        let best = 1e9;
        for (let r = 0; r < 5; r++) {
            const t = process.hrtime.bigint();
            for (let i = 0; i < 100000; i++) await e.emitAsync('user.created', i);
            best = Math.min(best, Number(process.hrtime.bigint() - t) / 1e5);
        }
        console.log('await emitAsync', nm.padEnd(25), best.toFixed(0).padStart(7));
    }
    // behavioural difference of the flag: names
    const e = new EventEmitter2({ wildcard: true });
    try {
        e.listeners();
    } catch (x) {
        console.log('wildcard: listeners() without a name throws:', x.message);
    }
    console.log('plain: listeners() ->', new EventEmitter2().listeners().length);
})();
