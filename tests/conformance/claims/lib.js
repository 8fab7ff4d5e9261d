// What the probes share: the packages of one installed set, decorators applied by hand, an app, a logger that remembers.
// Plain CommonJS without a build step, so that one file runs against every version. CLAIMS_SET=v2.1.1 picks a folder of
// sets/ (see sets.mjs); without it the newest set is used, that of package.json.
const path = require('node:path');
const { createRequire } = require('node:module');
const envDir = process.env.CLAIMS_SET ? path.join(__dirname, 'sets', process.env.CLAIMS_SET) : __dirname;
const req = createRequire(path.join(envDir, 'index.js'));
const pv = (p) => {
    try {
        return JSON.parse(require('node:fs').readFileSync(path.join(envDir, 'node_modules', p, 'package.json')))
            .version;
    } catch {
        return '-';
    }
};
const lazy = {};
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
// apply method/class decorators by hand so that one plain-JS file runs against every version
const method = (cls, key, ...decs) => {
    for (const d of decs) d(cls.prototype, key, Object.getOwnPropertyDescriptor(cls.prototype, key));
    return cls;
};
const inject = (cls, types, scope) => {
    const { Injectable } = nest();
    Reflect.defineMetadata('design:paramtypes', types, cls);
    Injectable(scope)(cls);
    return cls;
};
function nest() {
    if (!lazy.nest) {
        req('reflect-metadata');
        lazy.nest = { ...req('@nestjs/common'), core: req('@nestjs/core'), ...req('@nestjs/event-emitter') };
        if (!lazy.nest.EventEmitter2) lazy.nest.EventEmitter2 = req('eventemitter2').EventEmitter2;
    }
    return lazy.nest;
}
class MemLogger {
    constructor() {
        this.lines = [];
    }
    log() {}
    warn(m) {
        this.lines.push('WARN ' + m);
    }
    debug() {}
    verbose() {}
    fatal(m) {
        this.lines.push('FATAL ' + m);
    }
    error(m, ...r) {
        this.lines.push('ERROR ' + ((m && m.message) || m));
    }
}
async function app({
    providers = [],
    imports = [],
    controllers = [],
    emitter = { wildcard: true },
    logger = new MemLogger(),
    before,
} = {}) {
    const n = nest();
    class AppModule {}
    n.Module({ imports: [n.EventEmitterModule.forRoot(emitter), ...imports], providers, controllers })(AppModule);
    if (before) before(AppModule);
    const a = await n.core.NestFactory.createApplicationContext(AppModule, { logger });
    a.__logger = logger;
    a.ee = a.get(n.EventEmitter2);
    return a;
}
const short = (v) =>
    v === undefined
        ? 'undefined'
        : v === null
          ? 'null'
          : v && v.constructor && !['Object', 'Array', 'String', 'Number', 'Boolean'].includes(v.constructor.name)
            ? '<' + v.constructor.name + (v.message ? ' ' + v.message : '') + '>'
            : Array.isArray(v)
              ? '[' + v.map(short).join(',') + ']'
              : JSON.stringify(v);
// The newest set (as '') and the older ones that are installed, oldest first; some probes run once for each.
const sets = () => {
    const folder = path.join(__dirname, 'sets');
    const fs = require('node:fs');
    const older = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => /^v\d/.test(name)) : [];
    return [...older.sort((a, b) => a.slice(1).localeCompare(b.slice(1), undefined, { numeric: true })), ''];
};
module.exports = { req, pv, sleep, method, inject, nest, app, MemLogger, short, sets, envDir };
