// A Nest application whose one provider has methods marked with @OnEvent: what @nestjs/event-emitter makes of listeners.
let loaded;
const load = async () => {
  await import('reflect-metadata');
  const packages = ['@nestjs/common', '@nestjs/core', '@nestjs/event-emitter'];
  const [{ Injectable, Module }, { NestFactory }, { EventEmitterModule, OnEvent, EventEmitter2 }] = await Promise.all(
    packages.map((name) => import(name)),
  );
  return { Injectable, Module, NestFactory, EventEmitterModule, OnEvent, EventEmitter2 };
};

// `methods` are [name of the event, function, options]; `logged` is told what Nest logs as an error.
export async function application(methods, logged) {
  const { Injectable, Module, NestFactory, EventEmitterModule, OnEvent, EventEmitter2 } = await (loaded ??= load());
  class Listener {}
  for (const [place, [name, method, options]] of methods.entries()) {
    const key = `method${place}`;
    Object.defineProperty(Listener.prototype, key, { value: (...args) => method(...args), writable: true, configurable: true });
    OnEvent(name, options)(Listener.prototype, key, Object.getOwnPropertyDescriptor(Listener.prototype, key));
  }
  Injectable()(Listener);
  class App {}
  Module({ imports: [EventEmitterModule.forRoot({ maxListeners: 0 })], providers: [Listener] })(App);
  const silent = () => {};
  const logger = { error: logged, log: silent, warn: silent, debug: silent, verbose: silent, fatal: silent };
  const context = await NestFactory.createApplicationContext(App, { logger });
  return { emitter: context.get(EventEmitter2), close: () => context.close() };
}
