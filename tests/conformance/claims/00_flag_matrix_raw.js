// Raw eventemitter2 (no Nest): every listener option x listener kind (native async fn, plain fn returning a promise, ES2015/ES5 down-levelled async, bound, arrow, once()).
const { req, pv, sleep, short, envDir } = require('./lib');
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync, spawnSync } = require('node:child_process');
const { EventEmitter2 } = req('eventemitter2');
const ts5 = path.join(envDir, 'node_modules', 'typescript5', 'bin', 'tsc');
const ts7 = path.join(envDir, 'node_modules', 'typescript', 'bin', 'tsc');
const work = path.join(__dirname, 'scratch', 'targets');
fs.mkdirSync(work, { recursive: true });
fs.writeFileSync(
    path.join(work, 'h.ts'),
    `export const make = (st: any) => async function h(p: any): Promise<string> { st.started = true; await new Promise(r => setTimeout(r, 20)); if (p.fail) throw new Error('boom'); st.done = true; return 'R'; };\n`,
);
function compile(tsc, target) {
    const out = path.join(
        work,
        path.basename(path.dirname(path.dirname(path.dirname(path.dirname(tsc))))) + '_' + target,
    );
    const r = spawnSync(
        'node',
        [
            tsc,
            path.join(work, 'h.ts'),
            '--target',
            target,
            '--module',
            'commonjs',
            '--ignoreConfig',
            '--lib',
            'es2022,dom',
            '--outDir',
            out,
        ].filter((x) => !(x === '--ignoreConfig' && tsc === ts5)),
    );
    return { out, status: r.status, msg: (r.stdout.toString() + r.stderr.toString()).trim().split('\n')[0] };
}
const makers = {
    'native async': (st) =>
        async function h(p) {
            st.started = true;
            await sleep(20);
            if (p.fail) throw new Error('boom');
            st.done = true;
            return 'R';
        },
    'plain fn -> promise': (st) => (p) => {
        st.started = true;
        return sleep(20).then(() => {
            if (p.fail) throw new Error('boom');
            st.done = true;
            return 'R';
        });
    },
    'async .bind(x)': (st) =>
        async function h(p) {
            st.started = true;
            await sleep(20);
            if (p.fail) throw new Error('boom');
            st.done = true;
            return 'R';
        }.bind({}),
    'arrow around async': (st) => {
        const f = makers['native async'](st);
        return (...a) => f(...a);
    },
};
for (const [tsc, name] of [
    [ts5, 'tsc5'],
    [ts7, 'tsc7'],
]) {
    const v = execFileSync('node', [tsc, '-v']).toString().trim();
    for (const t of ['ES5', 'ES2015', 'ES2016', 'ES2017', 'ES2022']) {
        const c = compile(tsc, t);
        const f = path.join(c.out, 'h.js');
        if (c.status !== 0)
            console.log(`compile ${name} (${v}) --target ${t}: exit ${c.status} ${c.msg.replace(work, '')}`);
        if (fs.existsSync(f)) {
            const m = require(f).make;
            const cn = m({}).constructor.name;
            console.log(`${name} (${v}) target ${t}: handler.constructor.name = ${cn}`);
            makers[`${name} ${t}`] = m;
        }
    }
}
const OPTS = [
    undefined,
    {},
    { async: false },
    { async: true },
    { promisify: true },
    { async: true, promisify: true },
    { nextTick: true },
    { nextTick: true, promisify: true },
    true,
    false,
];
let unhandled = 0;
process.on('unhandledRejection', () => unhandled++);
(async () => {
    console.log('eventemitter2', pv('eventemitter2'), 'node', process.version);
    const table = {};
    for (const [k, m] of Object.entries(makers)) {
        for (const o of OPTS)
            for (const via of ['on', 'once']) {
                const st = {};
                const e = new EventEmitter2({ wildcard: true });
                o === undefined ? e[via]('x.y', m(st)) : e[via]('x.y', m(st), o);
                const p = e.emitAsync('x.y', {});
                const start = !!st.started;
                const val = await p;
                const awaited = !!st.done;
                await sleep(40);
                // second emission for once(): is it gone?
                const left = e.listenerCount('x.y');
                unhandled = 0;
                const e2 = new EventEmitter2({ wildcard: true });
                const st2 = {};
                o === undefined ? e2[via]('x.y', m(st2)) : e2[via]('x.y', m(st2), o);
                let out;
                try {
                    await e2.emitAsync('x.y', { fail: true });
                    out = 'ok';
                } catch {
                    out = 'rej';
                }
                await sleep(40);
                (table[`${via} ${o === undefined ? '(none)' : JSON.stringify(o)}`] ||= {})[k] =
                    `${st.started ? (awaited ? 'await' : 'nowait') : 'NEVER'}${start ? '+inline' : ''};${out} U${unhandled}${via === 'once' ? (left ? ' STAYS' : ' gone') : ''}`;
            }
    }
    const cols = Object.keys(makers);
    console.log(['options', ...cols].join(' | '));
    for (const [r, c] of Object.entries(table)) console.log([r, ...cols.map((k) => c[k])].join(' | '));
})();
