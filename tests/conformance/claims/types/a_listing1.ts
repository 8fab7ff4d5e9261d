import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { ObjectUpdatedEvent } from './events.js';
@Injectable()
export class UserAuthEventListener {
    private userDeviceInfoService: any;
    @OnEvent('auth.logout', { async: true })
    async handleObjectUpdatedEvent(event: ObjectUpdatedEvent) {
        this.userDeviceInfoService.logoutDevice(event.userId);
    }
}
