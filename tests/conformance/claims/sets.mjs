// Installs older releases of @nestjs/event-emitter, each with its Nest, into sets/: `node sets.mjs`, or `node sets.mjs v2.1.1`.
// Only probes that compare versions need them; `run.mjs` says which it skipped because they are missing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const NEST = { 8: '8.4.7', 9: '9.4.3', 10: '10.4.22', 11: '11.2.10' };
const SETS = {
    'v1.0.0': 8,
    'v1.1.1': 8,
    'v1.2.0': 9,
    'v1.3.1': 9,
    'v1.4.2': 9,
    'v2.0.0': 10,
    'v2.0.1': 10,
    'v2.0.2': 10,
    'v2.0.3': 10,
    'v2.0.4': 10,
    'v2.1.0': 10,
    'v2.1.1': 10,
    'v3.0.1': 11,
    'v3.1.0': 11,
};

for (const set of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(SETS)) {
    const folder = join(here, 'sets', set);
    if (existsSync(join(folder, 'node_modules'))) continue;
    const nest = NEST[SETS[set]];
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const packages = ['common', 'core', 'platform-express'].map((name) => `@nestjs/${name}@${nest}`);
    const args = ['install', '--legacy-peer-deps', '--no-audit', '--no-fund', '--silent', '--no-package-lock'];
    const done = spawnSync(
        'npm',
        [...args, `@nestjs/event-emitter@${set.slice(1)}`, ...packages, 'reflect-metadata', 'rxjs@7'],
        {
            cwd: folder,
            stdio: ['ignore', 'ignore', 'inherit'],
        },
    );
    console.log(set, 'with Nest', nest, done.status === 0 ? 'installed' : 'FAILED');
}
