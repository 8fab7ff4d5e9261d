"""The small programs of the second questions, each run when it is called; each returns the evidence for an answer."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eventdemo.backend.events import AuditHrApproval, AuthLogout
from eventdemo.core.bus import EventBus
from eventdemo.core.on_event import on_event
from eventdemo.explore import explore
from eventdemo.learn.fate_examples import play
from eventdemo.learn.killed import Life, error_of
from eventdemo.learn.nest_options import NEWEST, event_emitter2, nest
from eventdemo.learn.shop import LineFile, MailServer

Evidence = Sequence[Any]
APPROVAL: dict[str, Any] = {
    "user_id": 7,
    "task_id": "t1",
    "feature_module": "hr",
    "sub_module": "leave",
    "sub_module_external_id": "t1",
}


def observed(program: Callable[[EventBus, list[Any]], Coroutine[Any, Any, None]]) -> Callable[[], Evidence]:
    """Turn a program, which notes what happens in a list, into a function that runs it and returns that list."""

    def run() -> Evidence:
        noted: list[Any] = []
        play(lambda bus: program(bus, noted))
        return [noted]

    return run


@observed
async def emit_async_with_two_listeners(bus: EventBus, lines: list[str]) -> None:
    async def unsubscribe_from_topics(_: int) -> None:
        lines.append("coroutine begins")
        lines.append("coroutine ends")

    bus.on("auth.logout", unsubscribe_from_topics)
    bus.on("auth.logout", lambda _: lines.append("plain function runs"))
    await bus.emit_async("auth.logout", 7)
    lines.append("emit_async returned")


@observed
async def an_object_with_an_async_call(bus: EventBus, lines: list[str]) -> None:
    class Sender:
        async def __call__(self, _: int) -> None:
            lines.append("the wrapped one ran")

    bus.on("auth.login", Sender())
    await bus.emit_async("auth.login", 7)


@observed
async def emitter_that_gives_up(bus: EventBus, errors: list[Exception]) -> None:
    bus.on("auth.logout", partial(asyncio.sleep, 9))
    try:
        async with asyncio.timeout(0.1):
            await bus.emit_async("auth.logout")
    except TimeoutError as error:
        errors.append(error)


@observed
async def emits_inside_of_emits(bus: EventBus, lines: list[str]) -> None:
    def emit_another(name: str, inner: str) -> None:
        lines.append(f"{name} begins")
        bus.emit(inner)
        lines.append(f"{name} ends")

    bus.on("a.b", partial(emit_another, "a.b", "c.d"))
    bus.on("c.d", partial(emit_another, "c.d", "e.f"))
    bus.on("e.f", partial(lines.append, "e.f runs"))
    bus.emit("a.b")


@observed
async def second_raises_isolated(bus: EventBus, lines: list[str]) -> None:
    class Listeners:
        @on_event("user.created")
        def first(self, _: int) -> None:
            lines.append("the first ran")

        @on_event("user.created")
        def second(self, _: int) -> None:
            raise ConnectionError("no mail server")

        @on_event("user.created")
        def third(self, _: int) -> None:
            lines.append("the third ran")

    bus.subscribe(Listeners())
    bus.emit("user.created", 7)


@observed
async def writing_to_a_typed_event(bus: EventBus, read: list[int]) -> None:
    def blank_out_user(event: Any) -> None:
        event.user_id = 0

    bus.on(AuthLogout, blank_out_user)
    bus.on(AuthLogout, lambda event: read.append(event.user_id))
    with suppress(ValueError):
        bus.emit(AuthLogout(user_id=7))


@observed
async def item_as_the_key(_: EventBus, mails: list[str]) -> None:
    """Send the receipts of two customers who pay for an anvil each, with the item as the key."""
    with TemporaryDirectory() as folder:
        inbox = LineFile(Path(folder, "mails"))
        for _payment in range(2):
            await MailServer(inbox, "never").send("anvil", key="anvil")
        mails += inbox.read()


@observed
async def strict_without_listener(_: EventBus, results: list[object]) -> None:
    results += await EventBus(strict=True).emit_async(AuditHrApproval(**APPROVAL, action="approve"))


def outcome(emit: Callable[[], bool]) -> str:
    """Return what an emit returned or raised."""
    try:
        return f"returned {emit()}"
    except Exception as error:  # noqa: BLE001 - whatever it is, the question is about it
        return f"{type(error).__name__}: {error}"


def emitted(pattern: str, name: str) -> Evidence:
    """Emit a name on a bus with one listener."""
    bus = EventBus()
    bus.on(pattern, lambda _: None)
    return [outcome(lambda: bus.emit(name, {"user_id": 7}))]


typo_with_a_catch_all = partial(emitted, "**", "auth.logut")
renamed_constant = partial(emitted, "auth.logout", "auth.signed_out")


def mistakes_on_a_strict_bus() -> Evidence:
    bus = EventBus(strict=True)
    bus.on("auth.logout", lambda _: None)
    mistakes: tuple[tuple[str, dict[str, object]], ...] = (
        ("auth.logut", {"user_id": 7}),
        ("auth.logout", {"userId": 7}),
        ("auth.logout", {"user_id": "seven"}),
        ("auth.login", {"user_id": 7}),
    )
    return [{key: outcome(partial(bus.emit, *mistake)) for key, mistake in zip("abcd", mistakes, strict=True)}]


def misspelt_action() -> Evidence:
    read: list[str] = []
    with suppress(ValueError):
        read.append(AuditHrApproval(**APPROVAL, action="aprove").action)
    return [read]


async def reserve(stock: list[str], sold: list[str], customer: str) -> None:
    """Take the laptop, then wait for the payment."""
    await asyncio.sleep(0.1)
    if stock:
        stock.clear()
        await asyncio.sleep(0.1)
        sold.append(customer)


def explored_orders(*customers: str) -> Evidence:
    """Explore orders of the last laptop, each of which takes it before it waits for the payment."""

    async def orders(bus: EventBus) -> str:
        stock, sold = ["laptop"], list[str]()
        bus.on("laptop.ordered", partial(reserve, stock, sold))
        for customer in customers:
            bus.emit("laptop.ordered", customer)
        await bus.drain()
        assert len(sold) == 1, f"{len(sold)} sold"
        return "1 sold"

    return [explore(orders)]


explored_one_order = partial(explored_orders, "Ann")
explored_reserving = partial(explored_orders, "Ann", "Bo")


def shrunk_steps() -> Evidence:
    """Let Hypothesis look for the smallest steps after which `TinyBus` differs from the bus without its bug."""
    from eventdemo.learn.tiny_bus import SnapshotBus, TinyBus, calls_of, first_difference

    return [first_difference(TinyBus, partial(calls_of, SnapshotBus))]


def acknowledged_first() -> Evidence:
    """Kill a worker after it has acknowledged its first job and before it calls the listener; start another one."""
    from eventdemo.learn.judges.shop_and_queue import Queue

    async def work(queue: Queue) -> None:
        while (job := await queue.take()) is not None:
            await queue.complete(job)
            await queue.handle(job)

    queue = Queue()
    for life in (Life(2), Life()):
        queue.restart(life)
        error_of(partial(work, queue))
    return [queue.attempts["fine"]]


def bare_values() -> Evidence:
    return [[nest(value) for value in ("none", "true", "false")]]


def once_and_async() -> Evidence:
    return [event_emitter2("{ async: true }", "async function", way="once")]


def request_scope_in_1_2_0() -> Evidence:
    return [nest("{ async: true }", version="1.2.0", scope="request")]


def suppress_errors_by_version() -> Evidence:
    versions = ("1.0.0", "1.4.2", "2.0.0", "2.0.1", "3.1.0", NEWEST)
    return [[nest("{ suppressErrors: false }", version=each) for each in versions]]
