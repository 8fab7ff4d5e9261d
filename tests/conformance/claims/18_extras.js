// Other checkable statements of the article (real HTTP where it matters).
const { pv, req, nest, app, method, inject, sleep, MemLogger, short } = require('./lib');
const n = nest();
const http = require('node:http');
const events = require('node:events');
const { EventEmitter2 } = req('eventemitter2');
const { fork } = require('node:child_process');
const call = (port, m, p, ms = 2000) =>
    new Promise((res) => {
        const t = Date.now();
        const r = http.request({ host: '127.0.0.1', port, path: p, method: m, timeout: ms, agent: false }, (x) => {
            let b = '';
            x.on('data', (d) => (b += d));
            x.on('end', () => res({ status: x.statusCode, body: b, ms: Date.now() - t }));
        });
        r.on('error', (e) => res({ status: e.code }));
        r.end();
    });
if (process.argv[2] === 'server') {
    // article listing 1 in a real HTTP app; logoutDevice() rejects
    class Dev {
        async logoutDevice() {
            await sleep(30);
            throw new Error('db down');
        }
    }
    inject(Dev, []);
    class L {
        constructor(d) {
            this.userDeviceInfoService = d;
        }
        async h(event) {
            this.userDeviceInfoService.logoutDevice(event.userId);
        }
    }
    method(L, 'h', n.OnEvent('auth.logout', { async: true }));
    inject(L, [Dev]);
    class C {
        constructor(ee) {
            this.ee = ee;
        }
        async logoutFromMobile() {
            this.ee.emit('auth.logout', { userId: 1 });
            return { ok: 1 };
        }
        async other() {
            await sleep(100);
            return { ok: 2 };
        }
    }
    method(C, 'logoutFromMobile', n.Post('logout-mobile'));
    method(C, 'other', n.Get('other'));
    Reflect.defineMetadata('design:paramtypes', [n.EventEmitter2], C);
    n.Controller()(C);
    class M {}
    n.Module({ imports: [n.EventEmitterModule.forRoot({ wildcard: true })], controllers: [C], providers: [Dev, L] })(M);
    n.core.NestFactory.create(M, { logger: false }).then(async (a) => {
        await a.listen(0, '127.0.0.1');
        process.send(a.getHttpServer().address().port);
    });
} else if (process.argv[2] === 'cpu') {
    const f = process.argv[3];
    const busy = () => {
        const s = Date.now();
        while (Date.now() - s < 150);
    };
    class L {
        h() {
            if (f.startsWith('async+')) setTimeout(busy, 100);
            else busy();
        }
    }
    method(L, 'h', n.OnEvent('auth.logout', f === 'async:true' ? { async: true } : undefined));
    inject(L, []);
    class C {
        constructor(ee) {
            this.ee = ee;
        }
        async x() {
            this.ee.emit('auth.logout', {});
            return 1;
        }
    }
    method(C, 'x', n.Post('l'));
    Reflect.defineMetadata('design:paramtypes', [n.EventEmitter2], C);
    n.Controller()(C);
    class M {}
    n.Module({ imports: [n.EventEmitterModule.forRoot({ wildcard: true })], controllers: [C], providers: [L] })(M);
    n.core.NestFactory.create(M, { logger: false }).then(async (a) => {
        await a.listen(0, '127.0.0.1');
        process.send(a.getHttpServer().address().port);
    });
} else
    (async () => {
        console.log(
            '@nestjs/event-emitter',
            pv('@nestjs/event-emitter'),
            '@nestjs/core',
            pv('@nestjs/core'),
            'node',
            process.version,
        );
        {
            const k = fork(__filename, ['server'], { silent: true });
            let err = '';
            k.stderr.on('data', (d) => (err += d));
            const port = await new Promise((r) => k.once('message', r));
            let code;
            k.on('exit', (c) => (code = c));
            const other = call(port, 'GET', '/other');
            await sleep(20);
            const r = await call(port, 'POST', '/logout-mobile');
            const o = await other;
            await sleep(200);
            const after = await call(port, 'GET', '/other');
            console.log(
                `x1 HTTP logout with a rejecting logoutDevice(): answer ${r.status}; another request in flight: ${o.status}; next request: ${after.status}; server exit code ${code}; ${(err.match(/^Error: .*$/m) || [''])[0]}`,
            );
        }
        {
            const seen = [];
            const mk = (pipes) => {
                class C {
                    x(f) {
                        seen.push(typeof f + ':' + String(f) + ' truthy=' + !!f);
                        return 1;
                    }
                }
                method(C, 'x', n.Put('sync-profile'));
                Reflect.defineMetadata('design:paramtypes', [Boolean], C.prototype, 'x');
                n.Query('first_time', ...pipes)(C.prototype, 'x', 0);
                n.Controller()(C);
                class M {}
                n.Module({ controllers: [C] })(M);
                return M;
            };
            for (const [k, M, g] of [
                ['as written', mk([]), null],
                ['global ValidationPipe({transform:true})', mk([]), new n.ValidationPipe({ transform: true })],
                ['ParseBoolPipe', mk([new n.ParseBoolPipe({ optional: true })]), null],
            ]) {
                seen.length = 0;
                const a = await n.core.NestFactory.create(M, { logger: false });
                if (g) a.useGlobalPipes(g);
                await a.listen(0, '127.0.0.1');
                const port = a.getHttpServer().address().port;
                for (const q of ['?first_time=false', '?first_time=true', ''])
                    await call(port, 'PUT', '/sync-profile' + q);
                console.log("x2 @Query('first_time') firstTime: boolean,", k.padEnd(40), seen.join(' | '));
                await a.close();
            }
        }
        {
            // server in its own process, so that the client's clock is not blocked by the server's CPU loop
            const t = [];
            for (const f of ['default', 'async:true', 'async+100ms timer']) {
                const k = fork(__filename, ['cpu', f], { silent: true });
                const port = await new Promise((r) => k.once('message', r));
                await call(port, 'GET', '/nope');
                const best = [];
                for (let i = 0; i < 3; i++) {
                    best.push((await call(port, 'POST', '/l')).ms);
                    await sleep(400);
                }
                t.push(`${f} ${best.join('/')} ms`);
                k.kill('SIGKILL');
            }
            console.log('x3 POST /logout with one 150 ms CPU listener, time to answer (3 tries each):', t.join(', '));
        }
        {
            let done = false;
            class L {
                async h() {
                    await sleep(300);
                    done = true;
                }
            }
            method(L, 'h', n.OnEvent('x.y'));
            inject(L, []);
            const a = await app({ providers: [L] });
            a.ee.emitAsync('x.y', {}).catch(() => {});
            const t = Date.now();
            await a.close();
            console.log(
                `x4 app.close() with a 300 ms listener in flight: took ${Date.now() - t} ms, listener finished ${done}`,
            );
        }
        {
            let heard = 0;
            class L {
                h() {
                    heard++;
                }
            }
            method(L, 'h', n.OnEvent('x.y'));
            inject(L, []);
            class LM {}
            n.Module({ providers: [L] })(LM);
            class E {
                constructor(ee) {
                    this.ee = ee;
                }
            }
            inject(E, [n.EventEmitter2]);
            class EM {}
            n.Module({ providers: [E], exports: [E] })(EM);
            const a = await app({ imports: [LM, EM] });
            a.get(E).ee.emit('x.y');
            console.log(
                'x5 emitter module and listener module do not import each other nor EventEmitterModule: heard',
                heard,
                '(forRoot is global)',
            );
            await a.close();
            const b = await app({ imports: [EM] });
            console.log(
                '   listener module left out of the app: emit ->',
                b.get(E).ee.emit('x.y'),
                '(no error, no log:',
                b.__logger.lines.length,
                'lines)',
            );
            await b.close();
        }
        {
            class A {}
            class B {}
            inject(A, [B]);
            inject(B, [A]);
            class M {}
            n.Module({ providers: [A, B] })(M);
            const r = await Promise.race([
                n.core.NestFactory.createApplicationContext(M, { logger: false, abortOnError: false }).then(
                    () => 'started',
                    (e) => 'error: ' + e.message.split('\n')[0],
                ),
                sleep(1500).then(() => 'hangs'),
            ]);
            console.log('x6 two services injecting each other without forwardRef:', r);
            class C {}
            class D {}
            Reflect.defineMetadata('design:paramtypes', [undefined], C);
            n.Injectable()(C);
            inject(D, [C]);
            class M1 {}
            n.Module({ providers: [C, D] })(M1);
            const r1 = await n.core.NestFactory.createApplicationContext(M1, {
                logger: false,
                abortOnError: false,
            }).then(
                () => 'started',
                (e) => e.message.split('\n')[0].slice(0, 150),
            );
            console.log('   (what a file-level import cycle compiles to: paramtypes [undefined]):', r1);
            class P {}
            class Q {}
            n.Module({ imports: [Q] })(P);
            n.Module({ imports: [P] })(Q);
            class M2 {}
            n.Module({ imports: [P, Q] })(M2);
            const r2 = await n.core.NestFactory.createApplicationContext(M2, {
                logger: false,
                abortOnError: false,
            }).then(
                () => 'started',
                (e) => e.message.split('\n')[0],
            );
            console.log('   two modules importing each other (both classes already defined):', r2);
            class R {}
            n.Module({ imports: [undefined] })(R);
            const r3 = await n.core.NestFactory.createApplicationContext(R, {
                logger: false,
                abortOnError: false,
            }).then(
                () => 'started',
                (e) => e.message.split('\n')[0],
            );
            console.log('   module imports: [undefined] (file-level cycle):', r3.slice(0, 160));
        }
        {
            const e = new EventEmitter2();
            console.log(
                'x7 EventEmitter2 instanceof node EventEmitter:',
                e instanceof events.EventEmitter,
                '; events.once(ee2) works:',
                await (async () => {
                    const p = events.once(e, 'x');
                    e.emit('x', 5);
                    return Promise.race([
                        p.then(
                            (v) => JSON.stringify(v),
                            (x) => 'rejects ' + x.message,
                        ),
                        sleep(200).then(() => 'never resolves'),
                    ]);
                })(),
                '; node emit has no emitAsync:',
                typeof new events.EventEmitter().emitAsync,
            );
            const ne = new events.EventEmitter();
            let w = 0;
            ne.on('user.*', () => w++);
            ne.emit('user.created');
            console.log('   node EventEmitter has no wildcards: calls', w);
        }
        {
            const log = [];
            class L {
                async u() {
                    await sleep(30);
                    log.push('updated done');
                }
                async d() {
                    await sleep(5);
                    log.push('deleted done');
                }
            }
            method(L, 'u', n.OnEvent('user.updated'));
            method(L, 'd', n.OnEvent('user.deleted'));
            inject(L, []);
            const a = await app({ providers: [L] });
            a.ee.emitAsync('user.updated', { id: 1 }).catch(() => {});
            await sleep(1);
            a.ee.emitAsync('user.deleted', { id: 1 }).catch(() => {});
            await sleep(60);
            console.log(
                'x8 delete() = updated then deleted, neither awaited; slow updated-listener:',
                log.join(' -> '),
            );
            await a.close();
        }
        {
            const a = await app({ providers: [] });
            let msgs = [];
            for (const name of ['user.creatd', 'user', '', 'error']) {
                try {
                    msgs.push(`${name || "''"}:${a.ee.emit(name, {})}`);
                } catch (e) {
                    msgs.push(`${name}: throws ${e.message}`);
                }
            }
            console.log('x9 emit of names nobody listens to:', msgs.join(' '));
            await a.close();
        }
        {
            // 1000 users, awaiting each emit: total is the sum
            class L {
                async h() {
                    await sleep(5);
                }
            }
            method(L, 'h', n.OnEvent('t'));
            inject(L, []);
            const a = await app({ providers: [L] });
            let t = Date.now();
            for (let i = 0; i < 100; i++) await a.ee.emitAsync('t', {});
            const seq = Date.now() - t;
            t = Date.now();
            await Promise.all(Array.from({ length: 100 }, () => a.ee.emitAsync('t', {})));
            console.log(
                `x10 scheduler loop over 100 users x 5 ms: awaited one by one ${Math.round(seq / 50) * 50} ms, all at once ${Math.round((Date.now() - t) / 5) * 5} ms (so the fan-out is concurrent per user, serial over users)`,
            );
            await a.close();
        }
        process.exit(0);
    })();
