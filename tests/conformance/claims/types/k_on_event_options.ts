// which @OnEvent options does the type accept?
import { OnEvent } from '@nestjs/event-emitter';
export class K {
    @OnEvent('a', { async: true, promisify: true, nextTick: true, suppressErrors: false, prependListener: true }) a() {}
    @OnEvent('b', true) b() {}
    @OnEvent('c', false) c() {}
    @OnEvent(['d', 'e']) d() {}
    @OnEvent('f', { asyncc: true }) f() {}
}
