import { Cron, CronExpression } from '@nestjs/schedule';
import { EventEmitter2 } from '@nestjs/event-emitter';
export class CheckNotificationScheduler {
    constructor(
        private eventEmitter: EventEmitter2,
        private userService: any,
    ) {}
    @Cron(CronExpression.EVERY_5_MINUTES, { name: 'CHECK_NOTIFICATION_EVERY_5_MINUTES' })
    async ingestion() {
        const [results] = await this.userService.getUsersForNotificationCheck(page, size);
        for (const user of results) {
            await this.eventEmitter.emitAsync('user.sync.task.notifications', { id: user.id });
            await this.userService.updateLastProfileSyncDate(user.id);
        }
    }
    @Cron('0 6 * * FRI', { name: 'SYNC_PROFILE_EVERY_FRIDAY_MORNING' })
    async sync() {
        do {
            const [results] = await this.userService.getUsersForNotificationCheck(page, size);
            for (const user of results) {
                await this.eventEmitter.emitAsync('user.syncProfile', { id: user.id });
                await this.userService.updateLastProfileSyncDate(user.id);
            }
            page += 1;
            totalCount = results?.length;
        } while (totalCount > 0);
    }
}
