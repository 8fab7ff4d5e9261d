"""`async-flag`: the caller awaits a sync, and gets its answer before the sync has begun.

Cause: `{async: true}` defers the listener and discards its Promise; the article says it waits (claims 31, 36 and 83).
Fix: omit the flag, because `{async: false}` waits. Here the default, `DeliveryMode.AWAITED`, says so by its name.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from eventdemo.backend.events import UserSyncProfile
from eventdemo.backend.storage.model import ORACLE_FUSION
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.core.on_event import on_event
from eventdemo.core.wording import plural
from eventdemo.instances.stage import Stage
from eventdemo.pitfalls.definition import Pitfall, Variant
from eventdemo.pitfalls.never_awaited import PlainEmitter
from mock_services import FaultPlan, Faults

IN_TURN = "each answer comes after its sync"


@dataclass(frozen=True, slots=True)
class Flag:
    """What a value of the flag does to an async listener, in terms of this bus."""

    name: str
    options: tuple[str, ...]
    """The options of `@OnEvent` that do this, as JSON: @nestjs/event-emitter 12.0.1, a singleton provider."""
    delivery: DeliveryMode = DeliveryMode.AWAITED
    suppress_errors: bool = True
    bus: type[EventBus] | None = None


FLAGS = (
    Flag("true", ('{"async":true}', '{"async":true,"promisify":false}', "false"), DeliveryMode.DETACHED),
    Flag("false", ("none", "{}", '{"async":false}')),
    Flag("said-true", ()),  # the article: "use { async: true }" if the caller has to wait
    Flag("said-false", (), DeliveryMode.DETACHED),  # "the framework does NOT await the returned Promise"
    Flag("promisify", ('{"promisify":true}', '{"async":true,"promisify":true}', "true")),
    Flag("nextTick", ('{"nextTick":true}',), DeliveryMode.DETACHED),
    Flag("both", ('{"nextTick":true,"promisify":true}',), bus=PlainEmitter),  # the listener is never called
    Flag(
        "throw",
        ('{"suppressErrors":false}', '{"async":true,"promisify":true,"suppressErrors":false}'),
        suppress_errors=False,
    ),
    Flag("true-throw", ('{"async":true,"suppressErrors":false}',), DeliveryMode.DETACHED, suppress_errors=False),
)
"""Every value that we measured (`eventdemo/learn/nest_options.json`), and what the article says about two of them."""


async def answer_requests(flag: Flag, stage: Stage) -> str:
    """Answer each user's request for a sync, with a listener under this flag; count the answers that come too soon."""
    ended = stage.shared(set[int](), "the ended syncs")

    class Listener:
        @on_event(UserSyncProfile, delivery=flag.delivery, suppress_errors=flag.suppress_errors)
        async def sync_profile(self, event: UserSyncProfile) -> None:
            try:
                username, integration = await stage.store.account(event.user_id, ORACLE_FUSION)
                employee = await stage.oracle.employee(integration, username)
                await stage.store.save_profile(event.user_id, employee)
            finally:
                ended.add(event.user_id)

    stage.bus.subscribe(Listener())
    too_soon = 0
    for user_id in stage.user_ids:
        with suppress(ExceptionGroup):  # the answer is a 500
            await stage.bus.emit_async(UserSyncProfile(user_id=user_id))
        too_soon += user_id not in ended
    await stage.bus.drain()
    return plural(too_soon, "answer comes too soon", "answers come too soon", none=IN_TURN)


def variant_of(flag: Flag) -> Variant:
    holds = flag.delivery is DeliveryMode.AWAITED and flag.bus is None
    return Variant(flag.name, partial(answer_requests, flag), holds=holds, bus=flag.bus)


FLAKY_ORACLE = replace(FaultPlan.realistic(), oracle_fusion=replace(Faults.realistic("oracle_fusion"), error_rate=0.04))
"""Some syncs fail, which shows whether the error reaches the emitter."""
PITFALL = Pitfall("async-flag", IN_TURN, tuple(map(variant_of, FLAGS)), FLAKY_ORACLE)
