// Runs 00_flag_matrix_nest.js for every installed version and prints option x version tables (singleton and request-scoped).
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { sets } = require('./lib');
const all = sets().map((set) =>
    JSON.parse(
        execFileSync('node', [path.join(__dirname, '00_flag_matrix_nest.js')], {
            env: { ...process.env, CLAIMS_SET: set, JSON_OUT: '1' },
            stdio: ['ignore', 'pipe', 'inherit'],
        })
            .toString()
            .trim()
            .split('\n')
            .pop(),
    ),
);
const code = (r) => (!r.ran ? 'NEVER' : (r.awaited ? 'await' : 'nowait') + (r.start ? '+inline' : ''));
for (const scope of ['default', 'request']) {
    console.log(
        '\n## scope =',
        scope,
        ' cell: awaited by emitAsync? (+inline = handler starts inside the call) | rejecting handler: emitAsync outcome/logged/unhandled',
    );
    console.log(['options', ...all.map((a) => a.v)].join(' | '));
    const n = all[0].rows.filter((r) => r.scope === scope).length;
    for (let i = 0; i < n; i++) {
        const get = (a) => a.rows.filter((r) => r.scope === scope)[i];
        console.log(
            [
                get(all[0]).options,
                ...all.map(
                    (a) =>
                        code(get(a)) +
                        ' ; ' +
                        get(a)
                            .onReject.replace('resolved', 'ok')
                            .replace('rejected', 'rej')
                            .replace('/log', ' L')
                            .replace('/unhandled', ' U'),
                ),
            ].join(' | '),
        );
    }
}
console.log(
    '\nemit() [not emitAsync] with a rejecting async handler, no options: ',
    all.map((a) => a.v + '=' + a.rows[0].emitOnReject).join('  '),
);
console.log(
    'emit() with a rejecting async handler, {async:true}: ',
    all.map((a) => a.v + '=' + a.rows[3].emitOnReject).join('  '),
);
console.log('\nversions:', all.map((a) => `${a.v} (nest ${a.nest}, ee2 ${a.ee2})`).join('; '), 'node', process.version);
