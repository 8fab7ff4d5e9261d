// Listing 1, two listeners on auth.logout: A blanks the device token, B reads tokens and unsubscribes topics. Real Nest module + real EE2, simulated DB latencies.
// Assumption (the article does not show the body): logoutDevice() clears deviceToken, which is what the isEmpty(token.deviceToken) guard in listener B suggests.
const { pv, nest, app, method, inject, sleep } = require('./lib');
const n = nest();
let seed = 7;
const rnd = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
async function run(flag, order, db) {
    const rows = [{ userId: 1, deviceToken: 'tok1' }];
    const subs = new Map([['tok1', new Set(['all', 'hr'])]]);
    let chain = Promise.resolve();
    const q =
        db.mode === 'fifo'
            ? (f) => (chain = chain.then(() => sleep(db.ms)).then(f))
            : (f, k) => sleep(db[k] ?? rnd() * db.ms).then(f);
    class Dev {
        logoutDevice(id) {
            return q(() => {
                rows.forEach((r) => {
                    if (r.userId === id) r.deviceToken = '';
                });
            }, 'write');
        }
        getByUserId(id) {
            return q(() => rows.filter((r) => r.userId === id).map((r) => ({ ...r })), 'read');
        }
    }
    inject(Dev, []);
    class Fcm {
        async getSubscribedTopics(t) {
            await sleep(1);
            return [...(subs.get(t) || [])];
        }
        async unsubscribeFromTopic(t, x) {
            await sleep(1);
            subs.get(t).delete(x);
        }
    }
    inject(Fcm, []);
    class A {
        constructor(d) {
            this.d = d;
        }
        async h(event) {
            this.d.logoutDevice(event.userId);
        }
    }
    method(A, 'h', n.OnEvent('auth.logout', flag));
    inject(A, [Dev]);
    class B {
        constructor(d, f) {
            this.d = d;
            this.f = f;
        }
        async h(event) {
            try {
                const tokens = await this.d.getByUserId(event.userId);
                for (const t of tokens)
                    if (t.deviceToken) {
                        for (const topic of await this.f.getSubscribedTopics(t.deviceToken))
                            await this.f.unsubscribeFromTopic(t.deviceToken, topic);
                    }
            } finally {
                doneB();
            }
        }
    }
    method(B, 'h', n.OnEvent('auth.logout', flag));
    inject(B, [Dev, Fcm]);
    let doneB;
    const bDone = new Promise((r) => (doneB = r));
    const a = await app({ providers: [Dev, Fcm, ...(order === 'A,B' ? [A, B] : [B, A])] });
    a.ee.emit('auth.logout', { userId: 1 });
    await bDone;
    const left = subs.get('tok1').size;
    await a.close();
    return { left };
}
(async () => {
    console.log(
        '@nestjs/event-emitter',
        pv('@nestjs/event-emitter'),
        ' cell = topics still subscribed after logout (2 at start)',
    );
    const flags = {
        '(none)': undefined,
        '{async:true}': { async: true },
        '{async:false}': { async: false },
        '{async:true,promisify:true}': { async: true, promisify: true },
    };
    for (const [fn, f] of Object.entries(flags))
        for (const order of ['A,B', 'B,A']) {
            const fifo = await run(f, order, { mode: 'fifo', ms: 4 }),
                wfast = await run(f, order, { write: 2, read: 30 }),
                rfast = await run(f, order, { write: 30, read: 2 });
            let lost = 0;
            const K = 100;
            await Promise.all(
                Array.from({ length: K }, async () => {
                    if ((await run(f, order, { ms: 30 })).left) lost++;
                }),
            );
            console.log(
                `${fn.padEnd(28)} registered ${order}: one FIFO connection ${fifo.left} | write 2 ms, read 30 ms ${wfast.left} | write 30 ms, read 2 ms ${rfast.left} | random 0..30 ms: topics left in ${lost ? (lost < K ? 'some' : 'all') : 'none'} of the runs (${lost}/${K})`,
            );
        }
})();
