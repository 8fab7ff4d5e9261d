import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';
import { ObjectCreatedEvent, ObjectDeletedEvent, AuditEvent } from './events.js';
export async function sites(eventEmitter: EventEmitter2) {
    eventEmitter.emit('auth.logout', { userId: 1 });
    await eventEmitter.emitAsync('user.syncProfile', { id: 1, firstTime: true });
    await eventEmitter.emitAsync('user.syncProfle', { id: 1 }); // typo in the name
    await eventEmitter.emitAsync('user.syncProfile', { uid: '1' }); // wrong key and type
    await eventEmitter.emitAsync('user.syncProfile'); // no payload at all
    await eventEmitter.emitAsync('audit.procurement.approval', { payload: 7 });
    const c: ObjectCreatedEvent = new ObjectDeletedEvent(1); // the three classes are one type to TypeScript
    return c;
}
export class H {
    @OnEvent('user.syncProfile') wrong(a: string, b: Date) {
        return [a, b];
    } // handler shape is not checked against anything
    @OnEvent('audit.procurement.approval') audit(e: AuditEvent) {
        return e.payload.no.such.field;
    }
}
