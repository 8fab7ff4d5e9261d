// Listing 4: does the approval response wait for the audit write under {async:false} (article says no)? And what a failing audit does.
const { pv, nest, app, method, inject, sleep } = require('./lib');
const n = nest();
(async () => {
    console.log('@nestjs/event-emitter', pv('@nestjs/event-emitter'));
    for (const [k, f] of [
        ['(none)', undefined],
        ['{async:false} (article)', { async: false }],
        ['{async:true}', { async: true }],
        ['{async:true,promisify:true}', { async: true, promisify: true }],
    ])
        for (const fail of [
            'ok',
            'save rejects, try/catch in listener (article)',
            'payload missing (destructuring sits outside the try)',
        ]) {
            const log = [];
            class L {
                async handleLeasingAudit(event) {
                    const { taskActionDTO } = event.payload;
                    try {
                        await sleep(80);
                        if (fail.startsWith('save')) throw new Error('audit db');
                        log.push('audit row');
                    } catch (e) {
                        log.push('logged');
                    }
                }
            }
            method(L, 'handleLeasingAudit', n.OnEvent('audit.procurement.approval', f));
            inject(L, []);
            const a = await app({ providers: [L] });
            const approve = async () => {
                const response = { ok: 1 };
                let c = '';
                await a.ee
                    .emitAsync(
                        'audit.procurement.approval',
                        fail.startsWith('payload') ? {} : { payload: { taskActionDTO: {} } },
                    )
                    .catch(() => {
                        c = '.catch ran';
                    });
                return c;
            };
            const t = Date.now();
            let r;
            try {
                r = await approve();
            } catch (e) {
                r = 'approval FAILED ' + e.message;
            }
            const ms = Math.round((Date.now() - t) / 10) * 10;
            const at = log.join();
            await sleep(120);
            console.log(
                `${k.padEnd(28)} ${fail.padEnd(52)} approval returned after ${ms} ms, audit at that moment: ${at || 'nothing'}, later: ${log.join() || 'nothing'}${r ? ', ' + r : ''}, Nest logged ${a.__logger.lines.length}`,
            );
            await a.close();
        }
    // no listener registered at all (audit module not imported): silently nothing
    const a = await app({});
    console.log(
        'audit module not imported: emitAsync resolves',
        JSON.stringify(await a.ee.emitAsync('audit.procurement.approval', {})),
        ', emit ->',
        a.ee.emit('audit.procurement.approval', {}),
    );
    await a.close();
})();
