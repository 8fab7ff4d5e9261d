// What each option of @OnEvent does in one installed version of @nestjs/event-emitter, on a singleton and on a
// request-scoped provider: `node probe_nest.cjs FOLDER`, where FOLDER holds node_modules. Prints one JSON object.
// Plain CommonJS with decorators applied by hand, so that one file runs on every version.
const { createRequire } = require('node:module');
const path = require('node:path');

const load = createRequire(path.join(path.resolve(process.argv[2]), 'index.js'));
load('reflect-metadata');
const { Injectable, Module, Scope } = load('@nestjs/common');
const { NestFactory } = load('@nestjs/core');
const { EventEmitterModule, OnEvent } = load('@nestjs/event-emitter');
const { EventEmitter2 } = load('eventemitter2');

const OPTIONS = [
  undefined, {}, { async: false }, { async: true }, { promisify: true }, { async: true, promisify: true },
  { async: true, promisify: false }, { nextTick: true }, { nextTick: true, promisify: true }, { suppressErrors: false },
  { async: true, suppressErrors: false }, { async: true, promisify: true, suppressErrors: false }, true, false,
];
const HANDLER = 20;
const LONGER = 60;

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const version = (name) => require(path.join(path.resolve(process.argv[2]), 'node_modules', name, 'package.json')).version;
const shown = (value) => (typeof value === 'object' && value ? `<${value.constructor.name}>` : String(value));
let unhandled = 0;
process.on('unhandledRejection', () => unhandled++);

class Logger {
  errors = 0;
  error() { this.errors++; }
  log() {} warn() {} debug() {} verbose() {} fatal() {}
}

async function application(scope, options, seen) {
  class Listener {
    async handle({ fail }) {
      seen.started = true;
      await sleep(HANDLER);
      if (fail) throw new Error('the handler failed');
      seen.ended = true;
      return 'value';
    }
  }
  const decorate = options === undefined ? OnEvent('x.y') : OnEvent('x.y', options);
  decorate(Listener.prototype, 'handle', Object.getOwnPropertyDescriptor(Listener.prototype, 'handle'));
  Injectable(scope === 'request' ? { scope: Scope.REQUEST } : undefined)(Listener);
  class App {}
  Module({ imports: [EventEmitterModule.forRoot({ wildcard: true })], providers: [Listener] })(App);
  const logger = new Logger();
  const context = await NestFactory.createApplicationContext(App, { logger });
  return { context, logger, emitter: context.get(EventEmitter2) };
}

// Who learns that the handler rejected: the emitter, the log, the process (unhandledRejection), or nobody.
async function whoLearns(logger, emit) {
  logger.errors = unhandled = 0;
  let emitter = false;
  try { await emit(); } catch { emitter = true; }
  await sleep(LONGER);
  return Object.entries({ emitter, log: logger.errors > 0, process: unhandled > 0 }).filter(([, told]) => told).map(([who]) => who).join() || 'nobody';
}

async function row(scope, options) {
  const seen = { started: false, ended: false };
  const { context, logger, emitter } = await application(scope, options, seen);
  const promise = emitter.emitAsync('x.y', {});
  const inline = seen.started;
  const values = await promise;
  const waits = seen.ended;
  await sleep(LONGER);
  const result = {
    scope, options: options === undefined ? 'none' : JSON.stringify(options),
    called: seen.started, inline, waits, value: values.map(shown).join(),
    emit_async_fails: await whoLearns(logger, () => emitter.emitAsync('x.y', { fail: true })),
    emit_fails: await whoLearns(logger, async () => emitter.emit('x.y', { fail: true })),
  };
  await context.close();
  return result;
}

(async () => {
  const rows = [];
  for (const scope of ['singleton', 'request']) for (const options of OPTIONS) rows.push(await row(scope, options));
  const versions = { 'event-emitter': version('@nestjs/event-emitter'), nest: version('@nestjs/core'), eventemitter2: version('eventemitter2') };
  console.log(JSON.stringify({ versions, rows }));
})();
