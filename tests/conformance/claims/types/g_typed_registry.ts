// what would close the gap: an event map; wrong name, wrong payload and wrong handler all fail to compile
import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';
interface Events {
    'auth.logout': { userId: number };
    'user.syncProfile': { id: number; firstTime?: boolean };
}
export class Bus {
    constructor(private e: EventEmitter2) {}
    emitAsync<K extends keyof Events>(k: K, p: Events[K]) {
        return this.e.emitAsync(k, p);
    }
}
export const On =
    <K extends keyof Events>(k: K) =>
    <T extends (p: Events[K]) => any>(t: object, key: string, d: TypedPropertyDescriptor<T>) =>
        OnEvent(k)(t, key, d);
export class OkL {
    @On('auth.logout') h(p: { userId: number }) {
        return p.userId;
    }
}
export class BadL {
    @On('auth.logout') h(p: { id: number }) {
        return p.id;
    }
}
export const bad1 = (b: Bus) => b.emitAsync('auth.logot', { userId: 1 });
export const bad2 = (b: Bus) => b.emitAsync('auth.logout', { id: 1 });
