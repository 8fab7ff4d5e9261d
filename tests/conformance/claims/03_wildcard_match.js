// What each pattern catches; emitting a pattern; the odd corners of the search tree.
const { req, pv } = require('./lib');
const { EventEmitter2 } = req('eventemitter2');
const hits = (p, ev, wild = true) => {
    const e = new EventEmitter2({ wildcard: wild });
    let k = 0;
    e.on(p, () => k++);
    e.emit(ev);
    return k;
};
const P = [
    'user.*',
    'user.**',
    'user.*.**',
    'user.**.x',
    '*.created',
    '**.created',
    '*',
    '**',
    '*.*',
    '**.task.**',
    'user.sync.*',
];
const E = [
    'user',
    'user.created',
    'user.sync.task.notifications',
    'user.x',
    'user.a.b.x',
    'auth.logout',
    'created',
    'a.b.created',
    'task',
    'user.',
    'User.created',
];
console.log('eventemitter2', pv('eventemitter2'), '   rows = pattern, cols = emitted event, cell = number of calls');
console.log(['pattern'.padEnd(14), ...E].join(' | '));
for (const p of P) console.log([p.padEnd(14), ...E.map((e) => String(hits(p, e)).padStart(e.length))].join(' | '));
console.log(
    '\nwithout wildcard:true  user.* on user.created ->',
    hits('user.*', 'user.created', false),
    ' literal emit("user.*") ->',
    hits('user.*', 'user.*', false),
);
console.log(
    'emit of a pattern reaches exact listeners: on(user.created), emit("user.*") ->',
    hits('user.created', 'user.*'),
    '; emit("**") ->',
    hits('user.created', '**'),
    '; emit("*") ->',
    hits('user.created', '*'),
);
{
    const e = new EventEmitter2({ wildcard: true });
    let a = 0,
        b = 0;
    e.on('user.created', () => a++);
    e.on('user.updated', () => b++);
    e.emit('user.*', {});
    console.log('emit("user.*") with two exact listeners -> created', a, 'updated', b);
}
{
    const e = new EventEmitter2({ wildcard: true });
    let a = 0;
    const f = () => a++;
    e.on('user.created', f);
    e.on('user.updated', f);
    e.off('user.*', f);
    e.emit('user.created');
    e.emit('user.updated');
    console.log(
        'off("user.*", f) where f only sits on user.created and user.updated -> calls left',
        a,
        '(0 = both removed)',
    );
}
{
    const e = new EventEmitter2({ wildcard: true });
    let a = 0;
    const f = () => a++;
    e.on('user.*', f);
    e.off('user.created', f);
    e.emit('user.updated');
    console.log('on("user.*", f); off("user.created", f) -> still called for user.updated:', a);
}
{
    const e = new EventEmitter2({ wildcard: true });
    e.on('**.**', () => console.log('called'));
    console.log('on("**.**") stores a listener?', e.emit('a.b'));
}
{
    const e = new EventEmitter2({ wildcard: true });
    let k = 0;
    e.on('**.a.**', () => k++);
    const r = {};
    for (const ev of ['a', 'x.a', 'a.x', 'x.a.y', 'x.a.a.y']) {
        k = 0;
        e.emit(ev);
        r[ev] = k;
    }
    console.log('**.a.** ->', JSON.stringify(r));
}
// brute-force: which (pattern, event) pairs over the alphabet {a,b} disagree with the plain glob rule (* = exactly one segment, ** = zero or more segments)?
const segs = (d, al) => (d === 0 ? [[]] : segs(d - 1, al).flatMap((s) => al.map((x) => [...s, x])));
const glob = (p, e) => {
    if (!p.length) return e.length === 0;
    if (p[0] === '**') {
        for (let k = 0; k <= e.length; k++) if (glob(p.slice(1), e.slice(k))) return true;
        return false;
    }
    return e.length > 0 && (p[0] === '*' || p[0] === e[0]) && glob(p.slice(1), e.slice(1));
};
let n = 0,
    bad = [],
    multi = [];
for (let dp = 1; dp <= 3; dp++)
    for (const p of segs(dp, ['a', 'b', '*', '**'])) {
        if (p.join('.').includes('**.**')) continue;
        for (let de = 1; de <= 4; de++)
            for (const e of segs(de, ['a', 'b'])) {
                n++;
                const h = hits(p.join('.'), e.join('.'));
                const g = glob(p, e);
                if (!!h !== g) bad.push([p.join('.'), e.join('.'), h ? 'called' : 'not called', 'glob says ' + g]);
                if (h > 1) multi.push([p.join('.'), e.join('.'), h]);
            }
    }
console.log(
    `brute force: ${n} pairs, ${bad.length} disagree with the plain glob rule, ${multi.length} call the one listener more than once`,
);
const byPat = {};
for (const b of bad) (byPat[b[0]] ||= []).push(b[1] + '(' + b[2] + ')');
console.log(
    'patterns with disagreements:',
    Object.entries(byPat)
        .map(([k, v]) => `${k}: ${v.length} e.g. ${v[0]}`)
        .join('; '),
);
console.log(
    'double calls:',
    multi
        .slice(0, 8)
        .map((m) => m.join(' '))
        .join('; '),
);
