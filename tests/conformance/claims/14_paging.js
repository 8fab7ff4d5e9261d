// Schedulers of the article over an in-memory table. Two unknowns are varied: how getUsersForNotificationCheck orders/filters, and whether page/size are local or kept outside the method.
const { nest, app, method, inject, pv } = require('./lib');
const n = nest();
const mkTable = (N) => {
    const t = Array.from({ length: N }, (_, i) => ({ id: i + 1, last: i }));
    return t;
};
const query = {
    // (table, page, size, clock) -> rows
    'ORDER BY last sync date, OFFSET page*size': (t, p, s) =>
        [...t].sort((a, b) => a.last - b.last || a.id - b.id).slice(p * s, p * s + s),
    'WHERE last sync < run start ORDER BY id, OFFSET': (t, p, s, start) =>
        t
            .filter((u) => u.last < start)
            .sort((a, b) => a.id - b.id)
            .slice(p * s, p * s + s),
    'ORDER BY id, OFFSET (nothing that the loop changes)': (t, p, s) =>
        [...t].sort((a, b) => a.id - b.id).slice(p * s, p * s + s),
    'ORDER BY last sync date, always page 0 until nothing is stale': (t, p, s, start) =>
        t
            .filter((u) => u.last < start)
            .sort((a, b) => a.last - b.last)
            .slice(0, s),
};
(async () => {
    console.log('@nestjs/event-emitter', pv('@nestjs/event-emitter'));
    for (const [N, size] of [
        [10, 2],
        [100, 10],
        [95, 10],
    ])
        for (const [name, q] of Object.entries(query)) {
            const seen = new Map();
            class L {
                h(e) {
                    seen.set(e.id, (seen.get(e.id) || 0) + 1);
                }
            }
            method(L, 'h', n.OnEvent('user.syncProfile'));
            inject(L, []);
            const a = await app({ providers: [L] });
            const t = mkTable(N);
            let clock = 1000;
            const start = 1000;
            let page = 0,
                totalCount,
                guard = 0;
            do {
                const results = q(t, page, size, start);
                for (const u of results) {
                    await a.ee.emitAsync('user.syncProfile', { id: u.id });
                    t.find((x) => x.id === u.id).last = ++clock;
                }
                page += 1;
                totalCount = results?.length;
            } while (totalCount > 0 && ++guard < 500);
            const twice = [...seen.values()].filter((x) => x > 1).length;
            console.log(
                `N=${N} size=${size} ${name.padEnd(62)} synced ${seen.size}/${N}, twice ${twice}, skipped ${N <= 10 ? JSON.stringify(t.map((u) => u.id).filter((i) => !seen.has(i))) : N - seen.size}`,
            );
            await a.close();
        }
    {
        // 5-minute scheduler: one page only. With ORDER BY last date it rotates; each user is reached every ceil(N/size) ticks
        for (const [name, key] of [
            ['ORDER BY last sync date', (x, y) => x.last - y.last],
            ['ORDER BY id', (x, y) => x.id - y.id],
        ]) {
            const t = mkTable(1000);
            let clock = 1000;
            const seen = new Set();
            for (let tick = 1; tick <= 12; tick++) {
                const rows = [...t].sort(key).slice(0, 50);
                for (const u of rows) {
                    seen.add(u.id);
                    u.last = ++clock;
                }
                if (tick === 1 || tick === 12)
                    console.log(
                        `5-minute scheduler, one page of 50, 1000 users, ${name}: distinct users after tick ${tick}: ${seen.size}`,
                    );
            }
        }
    }
    {
        // page kept outside the method (module variable or field): the next week starts where the last one stopped
        let page = 0,
            totalCount;
        const size = 10;
        const counts = [];
        for (let week = 1; week <= 3; week++) {
            const t = mkTable(30);
            let k = 0;
            do {
                const r = t.slice(page * size, page * size + size);
                k += r.length;
                page += 1;
                totalCount = r.length;
            } while (totalCount > 0);
            counts.push(k);
        }
        console.log('page declared outside sync() and never reset: users synced per week', counts.join(', '));
    }
    {
        // a failing sync still moves the date forward under the Nest default (error logged, emitAsync resolves)
        for (const [k, f] of [
            ['default', undefined],
            ['suppressErrors:false', { suppressErrors: false }],
            ['{async:true}', { async: true }],
        ]) {
            class L {
                async h(e) {
                    if (e.id === 2) throw new Error('oracle down for user 2');
                }
            }
            method(L, 'h', n.OnEvent('user.syncProfile', f));
            inject(L, []);
            const a = await app({ providers: [L] });
            const t = mkTable(4);
            let out = 'finished';
            try {
                for (const u of t) {
                    await a.ee.emitAsync('user.syncProfile', { id: u.id });
                    u.last = 'now';
                }
            } catch (e) {
                out = 'loop ended by: ' + e.message;
            }
            console.log(
                `listener fails for user 2, ${k}: marked as synced`,
                t
                    .filter((u) => u.last === 'now')
                    .map((u) => u.id)
                    .join(','),
                '|',
                out,
                '| logged',
                a.__logger.lines.length,
            );
            await a.close();
        }
    }
})();
