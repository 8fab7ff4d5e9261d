import { EventEmitter2 } from '@nestjs/event-emitter';
class UserEntity {
    id!: number;
    isActive!: boolean;
    isDeleted!: boolean;
}
export class UserService {
    constructor(
        private eventEmitter: EventEmitter2,
        private repo: { save(e: Partial<UserEntity>): Promise<UserEntity> },
        private logger: { error(e: unknown): void },
    ) {}
    async getById(id: number): Promise<UserEntity> {
        return { id } as UserEntity;
    }
    async save(entity: Partial<UserEntity>) {
        const isNew = isEmpty(entity.id);
        const _entity = await this.repo.save(entity);
        if (isNew) {
            this.eventEmitter.emitAsync('user.created', { id: _entity.id }).catch((e) => {
                this.logger.error(e);
            });
        } else {
            this.eventEmitter.emitAsync('user.updated', { id: _entity.id }).catch((e) => {
                this.logger.error(e);
            });
        }
        return _entity;
    }
    async delete(id: number) {
        let _entity = await this.getById(id);
        _entity.isActive = false;
        _entity.isDeleted = true;
        _entity = await this.save(_entity);
        this.eventEmitter.emitAsync('user.deleted', { id: _entity.id }).catch((e) => {
            this.logger.error(e);
        });
        return _entity;
    }
}
