// emit() runs listeners inline; order of several listeners, plain vs wildcard:true; exact / * / ** search order; nested and prepend.
const { req, pv, nest, app, method, inject, sleep } = require('./lib');
const { EventEmitter2 } = req('eventemitter2');
const order = (wild, regs, ev) => {
    const e = new EventEmitter2({ wildcard: wild });
    const log = [];
    for (const [p, tag, pre] of regs) e[pre ? 'prependListener' : 'on'](p, () => log.push(tag));
    e.onAny && null;
    e.emit(ev);
    return log.join(' ');
};
(async () => {
    console.log('eventemitter2', pv('eventemitter2'));
    {
        const e = new EventEmitter2();
        const log = [];
        e.on('x', () => log.push('listener'));
        log.push('before');
        const r = e.emit('x');
        log.push('after');
        console.log('inline:', log.join(' > '), '| return', r);
    }
    {
        const e = new EventEmitter2();
        const log = [];
        e.on('x', async () => {
            log.push('async-first-part');
            await null;
            log.push('async-rest');
        });
        e.emit('x');
        log.push('emit returned');
        await sleep(5);
        console.log('async handler under emit:', log.join(' > '));
    }
    console.log(
        'plain, 3 exact           :',
        order(
            false,
            [
                ['a.b', '1'],
                ['a.b', '2'],
                ['a.b', '3'],
            ],
            'a.b',
        ),
    );
    console.log(
        'plain, prepend           :',
        order(
            false,
            [
                ['a.b', '1'],
                ['a.b', '2'],
                ['a.b', 'P1', 1],
                ['a.b', 'P2', 1],
            ],
            'a.b',
        ),
    );
    console.log(
        'wildcard, 3 exact        :',
        order(
            true,
            [
                ['a.b', '1'],
                ['a.b', '2'],
                ['a.b', '3'],
            ],
            'a.b',
        ),
    );
    const R = [
        ['**', '1:**'],
        ['*.b', '2:*.b'],
        ['a.**', '3:a.**'],
        ['a.*', '4:a.*'],
        ['a.b', '5:a.b'],
        ['*.*', '6:*.*'],
        ['**.b', '7:**.b'],
        ['*.**', '8:*.**'],
        ['a.b.**', '9:a.b.**'],
    ];
    console.log('registration order       :', R.map((r) => r[1]).join(' '));
    console.log('call order (wildcard)    :', order(true, R, 'a.b'));
    console.log('call order, reversed regs:', order(true, [...R].reverse(), 'a.b'));
    console.log(
        'counterexample           : registered ** then * then exact ->',
        order(
            true,
            [
                ['**', '**'],
                ['user.*', 'user.*'],
                ['user.created', 'exact'],
            ],
            'user.created',
        ),
    );
    console.log(
        'prepend on ** before exact:',
        order(
            true,
            [
                ['user.created', 'exact'],
                ['**', 'P**', 1],
            ],
            'user.created',
        ),
        '(prepend only moves inside one pattern)',
    );
    // Exhaustive check of the rule: permute the registration of all patterns, is the relative order of patterns invariant?
    const pats = ['a.b', 'a.*', 'a.**', '*.b', '*.*', '*.**', '**'];
    const seen = new Set();
    const perm = (xs, k = []) => {
        if (!xs.length) {
            seen.add(
                order(
                    true,
                    k.map((p) => [p, p]),
                    'a.b',
                ),
            );
            return;
        }
        xs.forEach((x, i) =>
            perm(
                xs.filter((_, j) => j !== i),
                [...k, x],
            ),
        );
    };
    perm(pats);
    console.log('5040 registration orders of', pats.join(' '), '-> distinct call orders:', seen.size, [...seen][0]);
    const pats2 = ['a.b', '**', '**.b', '**.a.b', '**.c'];
    const seen2 = new Set();
    (function p2(xs, k = []) {
        if (!xs.length) {
            seen2.add(
                order(
                    true,
                    k.map((p) => [p, p]),
                    'a.b',
                ),
            );
            return;
        }
        xs.forEach((x, i) =>
            p2(
                xs.filter((_, j) => j !== i),
                [...k, x],
            ),
        );
    })(pats2);
    console.log('120 orders of', pats2.join(' '), '->', seen2.size, 'distinct:', [...seen2].join('  ||  '));
    // onAny goes first
    {
        const e = new EventEmitter2({ wildcard: true });
        const log = [];
        e.on('a.b', () => log.push('exact'));
        e.onAny(() => log.push('any'));
        e.emit('a.b');
        console.log('onAny registered last      :', log.join(' '));
    }
    // Nest: order follows provider / method scan order (not file order or decorator order) then pattern class
    const n = nest();
    const log = [];
    class A {
        a1() {
            log.push('A.a1(**)');
        }
        a2() {
            log.push('A.a2(exact)');
        }
    }
    method(A, 'a1', n.OnEvent('**'));
    method(A, 'a2', n.OnEvent('u.c'));
    inject(A, []);
    class B {
        b1() {
            log.push('B.b1(exact)');
        }
        b2() {
            log.push('B.b2(exact,prepend)');
        }
    }
    method(B, 'b1', n.OnEvent('u.c'));
    method(B, 'b2', n.OnEvent('u.c', { prependListener: true }));
    inject(B, []);
    const ap = await app({ providers: [A, B] });
    ap.ee.emit('u.c');
    console.log('Nest providers [A,B]:', log.join(' '));
    log.length = 0;
    const ap2 = await app({ providers: [B, A] });
    ap2.ee.emit('u.c');
    console.log('Nest providers [B,A]:', log.join(' '));
})();
