// @nestjs/schedule: overlap of a 2.5 s handler on a 1 s cron, waitForCompletion, errors, duplicate names, time zone of '0 6 * * FRI', shutdown while a run is in flight.
const { pv, req, nest, app, method, inject, sleep, MemLogger } = require('./lib');
const n = nest();
const S = req('@nestjs/schedule');
const { CronJob } = req('cron');
const { spawnSync } = require('node:child_process');
const mod = (o) => S.ScheduleModule.forRoot(o);
async function overlap(name, opt, ms, run) {
    let cur = 0,
        max = 0,
        starts = 0;
    class J {
        async h() {
            starts++;
            cur++;
            max = Math.max(max, cur);
            await sleep(ms);
            cur--;
        }
    }
    method(J, 'h', S.Cron('* * * * * *', opt));
    inject(J, []);
    const a = await app({ providers: [J], imports: [mod()] });
    await sleep(run);
    await a.close();
    console.log(name.padEnd(52), `starts ${starts}, most at once ${max}`);
}
(async () => {
    if (process.argv[2] === 'tz') {
        for (const [k, tz] of [
            ['no timeZone option', undefined],
            ["timeZone:'Asia/Dubai'", 'Asia/Dubai'],
            ["timeZone:'America/New_York'", 'America/New_York'],
        ]) {
            const job = CronJob.from({ cronTime: '0 6 * * FRI', onTick() {}, timeZone: tz });
            const next = job.cronTime.getNextDateFrom(new Date('2026-01-01T12:00:00Z'), tz);
            console.log(`  TZ=${process.env.TZ} ${k}: next run (UTC) ${next.toUTC().toISO()}`);
        }
        return;
    }
    if (process.argv[2] === 'crash') {
        class J {
            async h() {
                Promise.reject(new Error('floating'));
            }
        }
        method(J, 'h', S.Cron('* * * * * *'));
        inject(J, []);
        await app({ providers: [J], imports: [mod()] });
        await sleep(2500);
        console.log('alive');
        process.exit(0);
    }
    if (process.argv[2] === 'close') {
        let started = false;
        class J {
            async h() {
                started = true;
                console.log('run start');
                await sleep(3000);
                console.log('run end');
            }
        }
        method(J, 'h', S.Cron('* * * * * *', process.argv[3] ? { waitForCompletion: true } : {}));
        inject(J, []);
        const a = await app({ providers: [J], imports: [mod()] });
        while (!started) await sleep(10);
        const t = Date.now();
        await a.close();
        console.log('app.close() took', Math.round((Date.now() - t) / 100) * 100, 'ms');
        process.exit(0);
    }
    console.log(
        '@nestjs/schedule',
        pv('@nestjs/schedule'),
        'cron',
        pv('cron'),
        'EVERY_5_MINUTES =',
        JSON.stringify(S.CronExpression.EVERY_5_MINUTES),
    );
    await overlap('1 s cron, 2.5 s handler, default', {}, 2500, 8300);
    await overlap('1 s cron, 2.5 s handler, waitForCompletion:true', { waitForCompletion: true }, 2500, 8300);
    {
        const lg = new MemLogger();
        let k = 0;
        class J {
            async h() {
                k++;
                throw new Error('async boom');
            }
        }
        method(J, 'h', S.Cron('* * * * * *'));
        inject(J, []);
        const a = await app({ providers: [J], imports: [mod()], logger: lg });
        await sleep(3300);
        await a.close();
        console.log('handler rejects: runs', k, 'log', JSON.stringify(lg.lines.slice(0, 2)), 'process alive');
    }
    {
        const lg = new MemLogger();
        let k = 0;
        class J {
            h() {
                k++;
                throw new Error('sync boom');
            }
        }
        method(J, 'h', S.Cron('* * * * * *'));
        inject(J, []);
        const a = await app({ providers: [J], imports: [mod()], logger: lg });
        await sleep(2300);
        await a.close();
        console.log('handler throws synchronously: runs', k, 'log', JSON.stringify(lg.lines.slice(0, 1)));
    }
    {
        class J {
            a() {}
            b() {}
        }
        method(J, 'a', S.Cron('* * * * * *', { name: 'X' }));
        method(J, 'b', S.Cron('* * * * * *', { name: 'X' }));
        inject(J, []);
        let r;
        try {
            const a = await n.core.NestFactory.createApplicationContext(
                class M {
                    static {
                        n.Module({ imports: [mod()], providers: [J] })(this);
                    }
                },
                { logger: false, abortOnError: false },
            );
            await a.close();
            r = 'started';
        } catch (e) {
            r = 'throws: ' + e.message;
        }
        console.log('two crons with one name:', r);
    }
    {
        let k = 0;
        const lg = new MemLogger();
        class J {
            h() {
                k++;
            }
        }
        method(J, 'h', S.Cron('* * * * * *'));
        inject(J, [], { scope: n.Scope.REQUEST });
        const a = await app({ providers: [J], imports: [mod()], logger: lg });
        await sleep(2300);
        await a.close();
        console.log('request-scoped cron provider: runs', k, JSON.stringify(lg.lines));
    }
    {
        let k = 0;
        const w = [];
        const ow = console.warn;
        console.warn = (...x) => w.push(x.join(' '));
        class J {
            h() {
                k++;
            }
        }
        method(J, 'h', S.Cron('* * * * * *', { name: 'tick' }));
        inject(J, []);
        const a = await app({ providers: [J], imports: [mod()] });
        await sleep(1200);
        const s = Date.now();
        while (Date.now() - s < 3500);
        await sleep(2300);
        await a.close();
        console.warn = ow;
        console.log('event loop blocked 3.5 s by other code: runs in 7 s', k, '; warnings', w.length, w[0] || '');
    }
    for (const tz of ['UTC', 'Asia/Dubai', 'America/New_York'])
        process.stdout.write(
            spawnSync('node', [__filename, 'tz'], { env: { ...process.env, TZ: tz } }).stdout.toString(),
        );
    {
        const r = spawnSync('node', [__filename, 'crash']);
        console.log(
            'floating rejection inside a cron handler: exit',
            r.status,
            r.stdout.toString().trim() || (r.stderr.toString().match(/^.*Error: .*$/m) || [''])[0],
        );
    }
    for (const w of ['', 'w']) {
        const r = spawnSync('node', [__filename, 'close', w]);
        console.log(
            'app.close() with a 3 s run in flight',
            w ? '(waitForCompletion)' : '(default)',
            '->',
            r.stdout.toString().trim().split('\n').join(' / '),
        );
    }
})();
