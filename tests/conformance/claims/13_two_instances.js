// Two OS processes of the same app: every cron runs in each; an event emitted in one is not seen in the other.
const { fork } = require('node:child_process');
if (process.argv[2]) {
    const { req, nest, app, method, inject, sleep } = require('./lib');
    const n = nest();
    const S = req('@nestjs/schedule');
    const me = process.argv[2];
    (async () => {
        class J {
            h() {
                process.send({ t: 'cron', me, sec: Math.round(Date.now() / 1000) });
            }
        }
        method(J, 'h', S.Cron('* * * * * *', { name: 'ONE' }));
        inject(J, []);
        class L {
            h(e) {
                process.send({ t: 'event', me, from: e.from });
            }
        }
        method(L, 'h', n.OnEvent('user.created'));
        inject(L, []);
        const a = await app({ providers: [J, L], imports: [S.ScheduleModule.forRoot()] });
        process.on('message', async (m) => {
            if (m === 'emit') a.ee.emit('user.created', { from: me });
            if (m === 'stop') {
                await a.close();
                process.exit(0);
            }
        });
        process.send({ t: 'up', me });
    })();
} else {
    const got = { cron: {}, event: [] };
    const kids = ['A', 'B'].map((k) => fork(__filename, [k]));
    let up = 0;
    for (const c of kids)
        c.on('message', (m) => {
            if (m.t === 'cron') (got.cron[m.sec] ||= []).push(m.me);
            if (m.t === 'event') got.event.push(`emitted in ${m.from}, heard in ${m.me}`);
            if (m.t === 'up' && ++up === 2) {
                setTimeout(() => kids[0].send('emit'), 500);
                setTimeout(() => kids.forEach((k) => k.send('stop')), 4200);
            }
        });
    let ex = 0;
    kids.forEach((k) =>
        k.on('exit', () => {
            if (++ex === 2) {
                const seconds = Object.values(got.cron);
                const both = seconds.filter((who) => new Set(who).size === 2).length;
                console.log(
                    `seconds in which both instances ran the job: ${both >= seconds.length - 2 ? 'all' : both}`,
                );
                console.log('events:', JSON.stringify(got.event));
            }
        }),
    );
}
