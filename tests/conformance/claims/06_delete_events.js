// Listing 2: save()/delete(): which events fire, in which order, what a listener can see, and when; isEmpty(entity.id) for a number.
const { pv, nest, app, method, inject, sleep, short } = require('./lib');
const n = nest();
(async () => {
    const { req } = require('./lib');
    const libs = [
        ['id == null check', (x) => x == null],
        ['lodash ' + pv('lodash') + ' isEmpty', req('lodash').isEmpty],
        ['class-validator ' + pv('class-validator') + ' isEmpty', req('class-validator').isEmpty],
        [
            '@nestjs/common shared.utils isEmpty',
            req(require('node:path').join(require('./lib').envDir, 'node_modules/@nestjs/common/utils/shared.utils.js'))
                .isEmpty,
        ],
    ];
    console.log('isEmpty(undefined) / isEmpty(42) / isEmpty("42"):');
    for (const [k, f] of libs) {
        const t = (v) => {
            try {
                return f(v);
            } catch (e) {
                return 'throws ' + e.message;
            }
        };
        console.log('  ', k.padEnd(40), t(undefined), t(42), t('42'));
    }
    for (const [name, empty] of libs) {
        const log = [];
        let nextId = 1;
        const table = new Map();
        const repo = {
            async save(e) {
                await sleep(2);
                const id = e.id ?? nextId++;
                const row = { ...table.get(id), ...e, id };
                table.set(id, row);
                return { ...row };
            },
        };
        class L {
            c(e) {
                log.push(`created id=${e.id}`);
            }
            u(e) {
                const r = table.get(e.id);
                log.push(`updated id=${e.id} (row: isDeleted=${r.isDeleted ?? false})`);
            }
            d(e) {
                log.push(`deleted id=${e.id}`);
            }
            any(e) {}
        }
        method(L, 'c', n.OnEvent('user.created'));
        method(L, 'u', n.OnEvent('user.updated'));
        method(L, 'd', n.OnEvent('user.deleted'));
        inject(L, []);
        const a = await app({ providers: [L] });
        const svc = {
            repo,
            eventEmitter: a.ee,
            logger: console,
            async getById(id) {
                return { ...table.get(id) };
            },
            async save(entity) {
                const isNew = empty(entity.id);
                const _entity = await this.repo.save(entity);
                if (isNew) {
                    this.eventEmitter.emitAsync('user.created', { id: _entity.id }).catch((e) => this.logger.error(e));
                } else {
                    this.eventEmitter.emitAsync('user.updated', { id: _entity.id }).catch((e) => this.logger.error(e));
                }
                return _entity;
            },
            async delete(id) {
                let _entity = await this.getById(id);
                _entity.isActive = false;
                _entity.isDeleted = true;
                _entity = await this.save(_entity);
                this.eventEmitter.emitAsync('user.deleted', { id: _entity.id }).catch((e) => this.logger.error(e));
                return _entity;
            },
        };
        const u = await svc.save({ name: 'x' });
        log.push('| save #2:');
        await svc.save({ id: u.id, name: 'y' });
        log.push('| delete:');
        await svc.delete(u.id);
        await sleep(10);
        console.log(name.padEnd(40), '->', log.join(' '));
        await a.close();
    }
    // inline cost: a sync listener with 50 ms of CPU delays the return of save() although emitAsync is not awaited
    class Busy {
        h() {
            const t = Date.now();
            while (Date.now() - t < 50);
        }
    }
    method(Busy, 'h', n.OnEvent('user.created'));
    inject(Busy, []);
    class Busy2 {
        h() {
            const t = Date.now();
            while (Date.now() - t < 50);
        }
    }
    method(Busy2, 'h', n.OnEvent('user.created', { async: true }));
    inject(Busy2, []);
    for (const C of [Busy, Busy2]) {
        const a = await app({ providers: [C] });
        const t = Date.now();
        a.ee.emitAsync('user.created', {}).catch(() => {});
        console.log(
            C.name === 'Busy' ? 'default listener' : '{async:true} listener',
            'with 50 ms CPU: emitAsync() call without await took',
            Date.now() - t,
            'ms',
        );
        await a.close();
    }
})();
