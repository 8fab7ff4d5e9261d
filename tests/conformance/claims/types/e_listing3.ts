import { OnEvent, EventEmitter2 } from '@nestjs/event-emitter';
import { ObjectCreatedEvent } from './events.js';
enum IntegrationTypeEnum {
    ORACLE_FUSION,
}
export class S {
    userService: any;
    externalIntegrationService: any;
    hrProcessService: any;
    userProfileService: any;
    constructor(private eventEmitter: EventEmitter2) {}
    @OnEvent('user.syncProfile', { async: false })
    async handleObjectCreatedEvent(event: ObjectCreatedEvent) {
        const user = await this.userService.getUserAuthDetailsByUserId(event.id);
        const integrationDetails = await this.externalIntegrationService.getByOrganizationAndType(
            user.organizationId,
            IntegrationTypeEnum.ORACLE_FUSION,
        );
        const profileInfo = await this.hrProcessService.getUserDetails(authDetails, integrationDetails);
        await this.userProfileService.syncProfile(user.id, authDetails, profileInfo);
        await this.userProfileService.updateLineManagers(user.username);
        await this.eventEmitter.emitAsync('user.sync.task.notifications', { id: event.id });
    }
}
