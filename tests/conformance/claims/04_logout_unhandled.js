// Listing 1: listener returns without awaiting logoutDevice(); logoutDevice rejects. Does the Nest process survive? Child process per case.
const { spawnSync } = require('node:child_process');
if (process.argv[2]) {
    const { nest, app, method, inject, sleep } = require('./lib');
    const n = nest();
    const [, , flag, form, how] = process.argv;
    const opts = { none: undefined, true: { async: true }, false: { async: false } }[flag];
    (async () => {
        class Dev {
            async logoutDevice(id) {
                await sleep(10);
                throw new Error('db down');
            }
        }
        inject(Dev, []);
        class L {
            constructor(d) {
                this.userDeviceInfoService = d;
            }
            async h(event) {
                if (form === 'asWritten') {
                    this.userDeviceInfoService.logoutDevice(event.userId);
                } else {
                    await this.userDeviceInfoService.logoutDevice(event.userId);
                }
            }
        }
        method(L, 'h', opts ? n.OnEvent('auth.logout', opts) : n.OnEvent('auth.logout'));
        inject(L, [Dev]);
        const a = await app({ providers: [Dev, L] });
        if (how === 'emit') a.ee.emit('auth.logout', { userId: 1 });
        else
            await a.ee
                .emitAsync('auth.logout', { userId: 1 })
                .catch((e) => console.log('caught by caller: ' + e.message));
        await sleep(100);
        console.log('alive after 100 ms, logged: ' + a.__logger.lines.length);
        await a.close();
    })();
} else {
    const { sets } = require('./lib');
    const chosen = ['v1.4.2', 'v2.0.0', 'v2.0.1', 'v2.1.1', 'v3.1.0', ''].filter((set) => sets().includes(set));
    console.log('version | flag | handler form | emit kind | exit code | last output line');
    for (const set of chosen)
        for (const flag of ['true', 'false'])
            for (const form of ['asWritten', 'awaited'])
                for (const how of ['emit', 'emitAsync']) {
                    const r = spawnSync('node', [__filename, flag, form, how], {
                        env: { ...process.env, CLAIMS_SET: set },
                    });
                    const err = r.stderr.toString();
                    console.log(
                        [
                            set || 'newest',
                            'async:' + flag,
                            form,
                            how,
                            r.status,
                            r.stdout.toString().trim().split('\n').join(' / ') ||
                                (err.match(/^.*Error: .*$/m) || [err.slice(-120)])[0],
                        ].join(' | '),
                    );
                }
}
