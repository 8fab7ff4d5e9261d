// What each option of eventemitter2's own `on` and `once` does with each way of writing an async listener, and with what
// TypeScript's targets make of an async function: `node probe_raw.cjs FOLDER`. Prints one JSON object.
const { createRequire } = require('node:module');
const path = require('node:path');

const load = createRequire(path.join(path.resolve(process.argv[2]), 'index.js'));
const { EventEmitter2 } = load('eventemitter2');
const ts = load('typescript');

const OPTIONS = [undefined, {}, { async: false }, { async: true }, { promisify: true }, { async: true, promisify: true }, { nextTick: true }, { nextTick: true, promisify: true }, true, false];
const SOURCE = `module.exports = (seen: any) => async function handle({ fail }: any) {
  seen.started = true;
  await new Promise((resolve) => setTimeout(resolve, 20));
  if (fail) throw new Error('the handler failed');
  seen.ended = true;
};`;
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
let unhandled = 0;
process.on('unhandledRejection', () => unhandled++);

function compiled(target) {
  const { outputText } = ts.transpileModule(SOURCE, { compilerOptions: { target: ts.ScriptTarget[target], module: ts.ModuleKind.CommonJS } });
  const made = { exports: {} };
  new Function('module', 'exports', outputText)(made, made.exports);
  return made.exports;
}

const native = compiled('ES2022');
const LISTENERS = {
  'async function': native,
  'async function, bound': (seen) => native(seen).bind({}),
  'arrow around an async function': (seen) => { const handle = native(seen); return (payload) => handle(payload); },
  ...Object.fromEntries(['ES5', 'ES2015', 'ES2016', 'ES2017'].map((target) => [`compiled to ${target}`, compiled(target)])),
};

async function row(way, options, name, make) {
  const seen = { started: false, ended: false };
  const emitter = new EventEmitter2({ wildcard: true });
  const failing = new EventEmitter2({ wildcard: true });
  const given = options === undefined ? [] : [options];
  emitter[way]('x.y', make(seen), ...given);
  failing[way]('x.y', make({}), ...given);
  const promise = emitter.emitAsync('x.y', {});
  const inline = seen.started;
  await promise;
  const waits = seen.ended;
  await sleep(40);
  unhandled = 0;
  const told = [];
  await failing.emitAsync('x.y', { fail: true }).catch(() => told.push('emitter'));
  await sleep(40);
  if (unhandled) told.push('process');
  return {
    way, options: options === undefined ? 'none' : JSON.stringify(options), listener: name,
    called: seen.started, inline, waits, fails: told.join() || 'nobody', stays: emitter.listenerCount('x.y') > 0,
  };
}

(async () => {
  const rows = [];
  for (const way of ['on', 'once'])
    for (const options of OPTIONS)
      for (const [name, make] of Object.entries(LISTENERS)) rows.push(await row(way, options, name, make));
  console.log(JSON.stringify({ eventemitter2: load('eventemitter2/package.json').version, typescript: ts.version, rows }));
})();
