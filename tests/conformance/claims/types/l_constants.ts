// "a full constants registry would close the gap entirely": what it closes and what it leaves open
import { EventEmitter2 } from '@nestjs/event-emitter';
const EVENTS = { SYNC: 'user.syncProfile', CREATED: 'user.created' } as const;
export const caught = (e: EventEmitter2) => e.emitAsync(EVENTS.SYNCC, { id: 1 }); // typo in the constant: error
export const open1 = (e: EventEmitter2) => e.emitAsync('user.syncProfle', { id: 1 }); // raw string still accepted
export const open2 = (e: EventEmitter2) => e.emitAsync(EVENTS.SYNC, { uid: 'x' }); // payload still unchecked
export const open3 = (e: EventEmitter2) => e.emitAsync(EVENTS.CREATED, { id: 1 }); // right name, nobody listens: still silent
