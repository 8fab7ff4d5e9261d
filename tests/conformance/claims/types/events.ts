export class ObjectCreatedEvent {
    id: number;
    payload: any;
    constructor(id: number) {
        this.id = id;
    }
}
export class ObjectUpdatedEvent {
    id: number;
    payload: any;
    constructor(id: number) {
        this.id = id;
    }
}
export class ObjectDeletedEvent {
    id: number;
    payload: any;
    constructor(id: number) {
        this.id = id;
    }
}
export class AuditEvent {
    id: number;
    payload: any;
    constructor(id: number, payload: string) {
        this.id = id;
        this.payload = payload;
    }
}
