// Runs the probes again and compares what they print with what is recorded beside them, durations and the like masked.
//   node run.mjs                 every probe that the installed packages allow; exit code 1 if one differs
//   node run.mjs 09 14           only those whose names begin so
//   node run.mjs --record 09     writes down what is printed now
//   node run.mjs --quick         leaves out those that take longer than a few seconds
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const outputs = join(here, 'outputs');

// What else of a line is chance, by the beginning of the probe's name.
const CHANCE = {
    '02': [/\b\d+$/gm],
    '05': [/\(\d+\/100\)/g],
    '06_': [/\b\d+ ms/g],
    12: [/(?<=starts |runs |in 7 s )\d+/g],
    15: [/(?<=starts )[\d/]+/g],
    '17_': [/\[[\d,]+\]/g, /(?<=at )[\d ]+$/gm, /(?<=completion order )[\d ]+/g, /(?<=runs )\d$/gm],
    '17b': [/(?<=error events )\d+/g, /"stalled":\d/g],
};
// Probes that compare releases, and those that take long or need a Redis.
const ALL_SETS = ['00_flag_matrix_all', '04_logout_unhandled', '06b_isempty_versions', '07b_emit_sync_throw'];
const BY_SET = {
    '07_errors': ['v1.4.2', 'v2.0.1', 'v3.1.0'],
    '11_bootstrap': ['v1.4.2', 'v2.0.4', 'v2.1.1', 'v3.1.0'],
    '11b_bootstrap_global_false': ['v1.4.2', 'v2.1.1', 'v3.0.1'],
    '16_als': ['v2.1.1'],
};
const SLOW = [
    '00_flag_matrix_raw',
    '00_flag_matrix_all',
    '02_wildcard_cost',
    '04_logout_unhandled',
    '10_types',
    '12_schedule',
    '17',
];
const REDIS_PORT = process.env.REDIS_PORT ?? '36999';

const asked = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const [record, quick] = ['--record', '--quick'].map((flag) => process.argv.includes(flag));
const starts = (names) => (probe) => names.some((name) => probe.startsWith(name));
const probes = readdirSync(here)
    .filter((file) => /^\d\d.*\.js$/.test(file))
    .map((file) => file.replace('.js', ''))
    .filter((probe) => !asked.length || starts(asked)(probe))
    .filter((probe) => !quick || !starts(SLOW)(probe));
const runs = probes.flatMap((probe) => ['', ...(BY_SET[probe] ?? [])].map((set) => ({ probe, set })));

const masked = (probe, text) => {
    const chance = Object.entries(CHANCE).flatMap(([name, patterns]) => (probe.startsWith(name) ? patterns : []));
    return [...chance, /\b\d[\d./]*(?= (?:ms|s|ns)\b)/g, /(?<=@)\d+/g, /(?<=node v)[\d.]+/g]
        .reduce((line, pattern) => line.replace(pattern, '#'), text)
        .replace(/ +/g, ' ')
        .trim();
};

const missing = (probe, set) => {
    const installed = (name) => existsSync(join(here, 'sets', name, 'node_modules'));
    const needed = set ? [set] : ALL_SETS.includes(probe) ? ['v1.0.0', 'v1.4.2', 'v2.1.1', 'v3.1.0'] : [];
    const absent = needed.filter((name) => !installed(name));
    if (absent.length) return `not installed: ${absent.join(', ')} (node sets.mjs)`;
    if (probe.startsWith('17') && spawnSync('redis-server', ['--version']).status !== 0) return 'no redis-server';
    return '';
};

if (!existsSync(join(here, 'node_modules'))) {
    console.error('The packages are not installed: run `npm ci` in tests/conformance/claims.');
    process.exit(2);
}

let differing = 0;
for (const { probe, set } of runs) {
    const name = set ? `${probe}@${set}` : probe;
    const reason = missing(probe, set);
    if (reason) {
        console.log(`skipped    ${name}: ${reason}`);
        continue;
    }
    const env = { ...process.env, CLAIMS_SET: set, REDIS_PORT };
    const done = spawnSync('node', [join(here, `${probe}.js`)], { env, encoding: 'utf8', timeout: 600_000 });
    const file = join(outputs, `${name}.txt`);
    const printed = done.stdout.replace(/[ \t]+$/gm, '').replaceAll(here, '.');
    if (record) {
        mkdirSync(outputs, { recursive: true });
        writeFileSync(file, printed);
        console.log(`recorded   ${name}, exit ${done.status}`);
        continue;
    }
    const [was, is] = [existsSync(file) ? readFileSync(file, 'utf8') : '', printed].map((t) =>
        masked(probe, t).split('\n'),
    );
    const lines = Array.from({ length: Math.max(was.length, is.length) }, (_, i) => [was[i], is[i]]).filter(
        ([a, b]) => a !== b,
    );
    console.log(`${lines.length ? 'DIFFERS' : 'the same'}   ${name}`);
    for (const [a, b] of lines) console.log(`  recorded: ${a ?? '-'}\n  printed:  ${b ?? '-'}`);
    if (done.status !== 0)
        console.log(`  exit ${done.status}: ${done.stderr.trim().split('\n').slice(-3).join(' / ')}`);
    differing += lines.length > 0 || done.status !== 0;
}
process.exitCode = differing ? 1 : 0;
