import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { AuditEvent } from './events.js';
class ProcurementApprovalEntity {
    userId: any;
    featureModule: any;
    subModule: any;
    taskId: any;
    action: any;
}
@Injectable()
export class ProcurementApprovalAuditEventListener {
    procurementApprovalService: any;
    logger: any;
    @OnEvent('audit.procurement.approval', { async: false })
    async handleLeasingAudit(event: AuditEvent) {
        const { taskActionDTO, featureModule, subModule } = event.payload;
        try {
            const approvalEntity = new ProcurementApprovalEntity();
            approvalEntity.userId = taskActionDTO.userId;
            approvalEntity.featureModule = featureModule.feature;
            approvalEntity.subModule = { name: subModule.name, externalId: subModule.externalId };
            approvalEntity.taskId = taskActionDTO.taskId;
            approvalEntity.action = taskActionDTO.action;
            await this.procurementApprovalService.save(approvalEntity);
        } catch (e) {
            this.logger.error(e);
        }
    }
}
