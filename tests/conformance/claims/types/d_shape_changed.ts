import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';
// the payload class after renaming id -> userId: which places does the compiler point at?
class ObjectCreatedEvent {
    userId: number;
    payload: any;
    constructor(userId: number) {
        this.userId = userId;
    }
}
export class Listener {
    @OnEvent('user.syncProfile') h(event: ObjectCreatedEvent) {
        return event.id;
    }
}
export const emitSite1 = (e: EventEmitter2) => e.emitAsync('user.syncProfile', { id: 1 });
export const emitSite2 = (e: EventEmitter2) => e.emitAsync('user.sync.task.notifications', { id: 1 });
export const emitSite3 = (e: EventEmitter2) => e.emitAsync('user.syncProfile', new ObjectCreatedEvent(1));
