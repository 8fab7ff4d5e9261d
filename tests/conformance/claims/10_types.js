// tsc --strict over each file with the newest TypeScript and with TypeScript 5.9; prints the errors per file.
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const fs = require('node:fs');
const nm = path.join(__dirname, 'node_modules');
const types = path.join(__dirname, 'types');
const tscs = {
    'typescript 7': path.join(nm, 'typescript', 'bin', 'tsc'),
    'typescript 5.9': path.join(nm, 'typescript5', 'bin', 'tsc'),
};
for (const [name, tsc] of Object.entries(tscs)) {
    console.log('##', name, spawnSync('node', [tsc, '-v']).stdout.toString().trim());
    for (const f of fs
        .readdirSync(types)
        .filter((x) => /^[a-z]_.*\.ts$/.test(x))
        .sort()) {
        const cfg = path.join(types, 'tsconfig.tmp.json');
        fs.writeFileSync(
            cfg,
            JSON.stringify({
                compilerOptions: {
                    strict: true,
                    noEmit: true,
                    target: 'es2022',
                    module: 'nodenext',
                    moduleResolution: 'nodenext',
                    experimentalDecorators: true,
                    emitDecoratorMetadata: true,
                    skipLibCheck: true,
                    types: ['node'],
                },
                files: [f, 'stubs.d.ts'],
            }),
        );
        const r = spawnSync('node', [tsc, '-p', cfg], { cwd: types });
        const out = r.stdout
            .toString()
            .trim()
            .split('\n')
            .filter((l) => l && !l.startsWith(' '));
        console.log(`${f}: exit ${r.status}, ${out.length} error(s)`);
        for (const l of out) console.log('    ' + l.replace(/\(\d+,\d+\)/, ''));
        fs.rmSync(cfg);
    }
}
