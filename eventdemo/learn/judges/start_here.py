"""The judges of the exercises of `start_here`."""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from eventdemo.backend.events import AuthLogout
from eventdemo.core.bus import EventBus
from eventdemo.core.fates import Fate
from eventdemo.core.wording import plural
from eventdemo.explore import access, wait
from eventdemo.learn.judging import in_every_schedule, reject, require, write
from eventdemo.simulate import simulate
from eventdemo.trace.excerpt import Excerpt, about
from eventdemo.trace.record import Trace
from mock_services import FaultPlan
from mock_services.faults import Service

USERS = 40


def largest_bound(limit: Any, *, instances: int = 1) -> str:
    """Run the poll with this limit on each instance, and with the next larger one."""
    require(isinstance(limit, int) and limit >= 1, f"The answer is a number, such as 8, not {limit!r}.")
    limits = f"a limit of {limit}" + (f" on each of {instances} instances" if instances > 1 else "")
    run = _poll(limit, instances)
    if run.metrics.throttled:
        number = plural(run.metrics.throttled, "call")
        reject(f"With {limits}, Oracle rate-limits {number}. This is one of them:", _failed_delivery(run))
    if not _poll(limit + 1, instances).metrics.throttled:
        reject(f"With {limits} Oracle accepts every call, but also with {limit + 1}: {limit} is not the largest.")
    return (
        f"With {limits} the poll takes {run.metrics.last_listener_done:.1f} s, and Oracle accepts every call; with "
        f"{limit + 1} it does not. Don't hard-code this number: try 80 users, another seed, or one instance more."
    )


def _failed_delivery(run: Trace) -> Excerpt:
    """Return the part of a run that shows a failed delivery."""
    return about(run, next(span.subject for span in run.spans if span.fate and span.fate.verdict == "failed"))


@cache
def _poll(limit: int, instances: int) -> Trace:
    return simulate("fan-out", strategy=f"bounded:{limit}", users=USERS, instances=instances)


DEVICE, TOPICS = "the device is still registered", "the topics are still subscribed"
INTERRUPTED = "no listener is registered any more, but the running ones were interrupted"


async def log_out(shut_down: Callable[[EventBus], Awaitable[None]], bus: EventBus) -> None:
    """Emit a logout and shut down, and check whether the work was done."""
    left, logouts = {DEVICE, TOPICS}, list[object]()

    async def log_out_devices(event: AuthLogout) -> None:
        logouts.append(event)
        await write("the work")
        left.discard(DEVICE)

    async def unsubscribe_from_topics(_: AuthLogout) -> None:
        await wait()
        await write("the work")
        left.discard(TOPICS)

    bus.on(AuthLogout, log_out_devices)
    bus.on(AuthLogout, unsubscribe_from_topics)
    bus.emit(AuthLogout(user_id=7))
    await shut_down(bus)
    access("the work", write=False)
    require(len(logouts) <= 1, "the user is logged out twice, because you emit a second event")
    what = "the process ended" if bus.event_names() else INTERRUPTED
    require(not left, f"{what}: {' and '.join(sorted(left))}")


shut_down = in_every_schedule(
    log_out, "All work is done {}: drain waits for running listeners, however long they take."
)


UNHEARD = (Fate.FAILED_LOGGED, Fate.FAILED_UNSEEN)
RUNS: tuple[tuple[str, str, Service | None], ...] = (
    ("fan-out", "awaited", "oracle_fusion"),
    ("fan-out", "detached", None),
    ("logout", "awaited", "fcm"),
)


@cache
def _run_with_failures(name: str, strategy: str, down: Service | None) -> Trace:
    faults = FaultPlan.realistic().with_faults("down", only=down) if down else None
    return simulate(name, strategy=strategy, users=USERS, faults=faults)


def count_the_unheard(count_unheard: Callable[[Trace], int]) -> str:
    """Use three runs: the errors reached the emitter, were lost, and were only logged."""
    for name, strategy, down in RUNS:
        run = _run_with_failures(name, strategy, down)
        counted, true = count_unheard(run), sum(run.ledger.get(fate, 0) for fate in UNHEARD)
        if counted != true:
            ledger = ", ".join(f"{number} {fate}" for fate, number in run.ledger.items())
            found = f"{name} under {strategy}{f' with {down} down' if down else ''} has {ledger}."
            reject(f"{found} You counted {counted}; it is {true}.", _failed_delivery(run))
    return "All three are right: one run's errors reached the emitter, one's were lost, one's were only logged."
