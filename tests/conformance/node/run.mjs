// Runs emitter programs on EventEmitter2: one JSON object a line in, one trace a line out, many programs in one process.
// The format is described in ../programs.py; ../bus_runner.py does the same with EventBus.
//
// Three modes make EventEmitter2 do as EventBus does, so that everything else can be compared exactly:
//   late     what a listener does asynchronously begins one turn after all listeners of its emission were called
//   counted  a `once` or `many` listener whose calls are used up is not called by an emit that is still under way
//   settled  what a listener throws in emitAsync becomes a value, and one error once all have ended
import { createInterface } from 'node:readline';
import EventEmitter2 from 'eventemitter2';
import { application } from './nest.mjs';

const PREPARE = new Set(['on', 'once', 'many', 'prepend', 'on_any', 'off', 'off_any', 'off_all']);
const turn = () => new Promise((resolve) => setImmediate(resolve));
const settle = async () => {
  for (let turns = 0; turns < 3; turns++) await turn(); // a deferred listener takes one, and what it emits another
};
const textOf = (error) => error.message ?? error; // emitAsync('error') without a listener rejects with a bare string
const reasonsOf = (error) => error.reasons ?? [textOf(error).startsWith('Uncaught') ? 'uncaught' : textOf(error)];
const failure = (reasons) => Object.assign(new Error(reasons.join()), { reasons });

const USED_UP = Symbol('not called');
const NOT_WAITED_FOR = 'not waited for'; // an Immediate, where a listener with { async: true } would have a value
const valueOf = (value) => (value?.constructor?.name === 'Immediate' ? NOT_WAITED_FOR : value ?? null);

class Run {
  constructor({ wildcard, listeners, steps, nest = false, max_listeners: maxListeners = 0 }, modes) {
    this.nest = nest;
    this.logged = [];
    this.emitter = new EventEmitter2({ wildcard, maxListeners });
    this.modes = new Set(modes);
    this.steps = steps;
    this.log = [];
    this.unhandled = [];
    this.unfinished = [];
    this.waiting = [];
    this.emissions = new Map(); // id -> the strand that emitted, and whether by emit or emit_async
    this.occurrences = new Map();
    this.functions = new Map(Object.entries(listeners).map(([name, what]) => [name, this.listener(name, what)]));
  }

  // With `nest`, the listeners are methods that are marked with @OnEvent, and there before the first step.
  async all() {
    if (!this.nest) return this.trace();
    const methods = this.steps.filter(([kind]) => kind === 'on').map(([, name, f, options]) => [name, this.functions.get(f), options]);
    const app = await application(methods, (message) => this.logged.push(message));
    this.emitter = app.emitter;
    this.steps = this.steps.map((step) => (step[0] === 'on' ? ['settle'] : step));
    const trace = await this.trace();
    await app.close();
    return { ...trace, logged: this.logged.sort() };
  }

  async trace() {
    for (const [index, step] of this.steps.entries()) {
      const id = String(index);
      try {
        if (step[0] === 'settle') await settle();
        else if (step[0] === 'emit_async') await this.emitAsync('main', id, step);
        else if (step[0] === 'call_async') this.unfinished.push(this.emitAsync('main', id, step));
        else this.now('main', id, step);
      } catch {} // it is in the log
    }
    await Promise.allSettled(this.unfinished);
    await settle();
    for (const { id, waiting } of this.waiting.filter(({ over }) => !over)) {
      this.log.push(['waited', 'main', id, 'in vain']);
      waiting.cancel();
    }
    return { log: this.log, unhandled: this.unhandled.sort() };
  }

  // One step that takes no turn.
  now(strand, id, [kind, ...args]) {
    if (PREPARE.has(kind)) this.warned(strand, id, () => this.prepare(kind, args));
    else if (kind === 'wait_for') this.warned(strand, id, () => this.waitFor(id, args[0]));
    else if (kind === 'emit') this.emit(strand, id, args[0]);
    else if (kind === 'listeners') this.log.push([kind, strand, id, this.emitter.listeners(args[0]).map((f) => this.nameOf(f))]);
    else if (kind === 'names') this.log.push([kind, strand, id, this.emitter.eventNames().filter((n) => this.emitter.listeners(n).length).sort()]);
    else throw new Error(`no step is called ${kind}`);
  }

  // EventEmitter2 warns through the process; what it says is put where it was said.
  warned(strand, id, call) {
    const { emitWarning } = process;
    process.emitWarning = ({ count }) => this.log.push(['warned', strand, id, count]);
    try {
      call();
    } finally {
      process.emitWarning = emitWarning;
    }
  }

  waitFor(id, name) {
    const entry = { id, over: false, waiting: this.emitter.waitFor(name) };
    this.waiting.push(entry);
    entry.waiting.then(
      (value) => {
        entry.over = true;
        this.log.push(['waited', 'main', id, this.modes.has('unwrapped') && value.length === 1 ? value[0] : value]);
      },
      () => {},
    );
  }

  prepare(kind, args) {
    const options = typeof args.at(-1) === 'object' && args.length > 1 ? args.at(-1) : undefined;
    if (options) args = args.slice(0, -1);
    const call = {
      on: (name, f) => this.emitter.on(name, f, options),
      once: (name, f) => this.emitter.once(name, f, options),
      many: (name, f, ttl) => this.emitter.many(name, ttl, f, options),
      prepend: (name, f) => this.emitter.prependListener(name, f, options),
      on_any: (f) => this.emitter.onAny(f),
      off: (name, f) => this.emitter.off(name, f),
      off_any: (f) => this.emitter.offAny(f),
      off_all: (name) => this.emitter.removeAllListeners(name),
    }[kind];
    const any = kind === 'on_any' || kind === 'off_any';
    const given = args.map((arg, place) => (kind !== 'off_all' && place === (any ? 0 : 1) ? this.function(arg, any) : arg));
    if (!this.modes.has('counted') || !['once', 'many'].includes(kind)) return void call(...given);
    const [name, listener, ttl = 1] = given;
    const guard = this.guarded(listener, ttl);
    call(name, guard, ttl);
    const wrapper = this.emitter.listeners(name).find((f) => f._origin === guard);
    wrapper._origin = listener; // by this `off` finds it
  }

  guarded(listener, ttl) {
    let left = ttl;
    return (id, any) => {
      if (left-- > 0) return listener(id, any);
      this.emissions.get(id).usedUp = true;
      return USED_UP;
    };
  }

  // An onAny listener is given the event's name first, so it is another function.
  function(name, any) {
    const listener = this.functions.get(name);
    if (!any) return listener;
    listener.any ??= Object.assign((event, id) => listener(id, event), { origin: listener });
    return listener.any;
  }

  nameOf(f) {
    const inner = f._origin ?? f.origin ?? f;
    return [...this.functions].find(([, known]) => known === inner)?.[0] ?? 'who waits';
  }

  emit(strand, id, name) {
    try {
      const heard = this.handOut(strand, id, 'emit', name);
      const { usedUp, called } = this.emissions.get(id);
      this.log.push(['emit', strand, id, heard && !(usedUp && !called)]);
    } catch (error) {
      this.log.push(['emit', strand, id, { raises: reasonsOf(error) }]);
      throw error;
    }
  }

  async emitAsync(strand, id, [, name]) {
    try {
      const values = (await this.handOut(strand, id, 'emitAsync', name)).filter((value) => value !== USED_UP);
      const failed = values.flatMap((value) => value?.failed ?? []);
      if (failed.length) throw failure(failed);
      this.log.push(['emit_async', strand, id, values.map(valueOf)]);
    } catch (error) {
      this.log.push(['emit_async', strand, id, { raises: reasonsOf(error) }]);
      throw error;
    }
  }

  // Calls every listener; `handedOut` lets those go on that wait for it in the mode `late`.
  handOut(strand, id, kind, name) {
    const emission = { strand, kind };
    emission.handedOut = new Promise((resolve) => (emission.release = resolve));
    this.emissions.set(id, emission);
    try {
      return this.emitter[kind](name, id);
    } finally {
      emission.release();
    }
  }

  // Makes the listener that a program describes. It does its steps when it is first called, later only its pauses.
  listener(name, { kind = 'plain', does = [], ends = 'value' }) {
    let called = false;
    const call = (id, any) => {
      const steps = called ? does.filter(([step]) => step === 'pause') : does;
      called = true;
      const strand = kind === 'task' ? this.strand(name, id) : this.emissions.get(id).strand;
      this.log.push(['start', strand, name, id, ...(any === undefined ? [] : [any])]);
      return { name, ends, id, strand, steps, place: 0 };
    };
    if (kind === 'plain') return (id, any) => this.inline(call(id, any));
    if (kind === 'awaitable') return (id, any) => this.inline(call(id, any), (rest) => this.rest(rest));
    return async (id, any) => {
      this.emissions.get(id).called = true;
      if (this.modes.has('late')) await this.emissions.get(id).handedOut;
      return this.later(call(id, any));
    };
  }

  // The steps up to the first pause; then the end, or `after` with what is left.
  inline(call, after) {
    this.emissions.get(call.id).called = true;
    try {
      for (; call.place < call.steps.length; call.place++) {
        const step = call.steps[call.place];
        if (step[0] === 'pause') break;
        this.now(call.strand, `${call.name}.${call.place}`, step);
      }
      return after ? after(call) : this.over(call);
    } catch (error) {
      return this.failed(call, error);
    }
  }

  // What is left of an awaitable from its first pause on, as a strand of its own.
  async rest(call) {
    const { name, id, place } = call;
    const strand = this.strand(name, id);
    await (this.modes.has('late') ? this.emissions.get(id).handedOut : null);
    return this.later({ ...call, strand, place: place + 1 });
  }

  async later(call) {
    try {
      for (; call.place < call.steps.length; call.place++) {
        const step = call.steps[call.place];
        const id = `${call.name}.${call.place}`;
        if (step[0] === 'pause') await null;
        else if (step[0] === 'emit_async') await this.emitAsync(call.strand, id, step);
        else this.now(call.strand, id, step);
      }
      return this.over(call);
    } catch (error) {
      return this.failed(call, error);
    }
  }

  over({ strand, name, id, ends }) {
    if (ends === 'raises') throw failure([name]);
    const value = ends === 'value' ? name : null;
    this.log.push(['end', strand, name, id, value]);
    return value;
  }

  failed({ strand, name, id }, error) {
    const reasons = reasonsOf(error);
    this.log.push(['end', strand, name, id, { raises: reasons }]);
    if (this.modes.has('settled') && this.emissions.get(id).kind === 'emitAsync') return { failed: reasons };
    throw error;
  }

  // A listener that waits is a strand of its own: what it does between its pauses has an order, next to others it has luck.
  strand(name, id) {
    const key = `${name}@${id}`;
    const count = (this.occurrences.get(key) ?? 0) + 1;
    this.occurrences.set(key, count);
    return count === 1 ? key : `${key}#${count}`;
  }
}

let running;
process.on('unhandledRejection', (error) => running.unhandled.push(reasonsOf(error).join()));
process.on('uncaughtException', (error) => running.unhandled.push(reasonsOf(error).join())); // out of a deferred listener
for await (const line of createInterface({ input: process.stdin })) {
  const { program, modes } = JSON.parse(line);
  running = new Run(program, modes);
  process.stdout.write(`${JSON.stringify(await running.all())}\n`);
}
