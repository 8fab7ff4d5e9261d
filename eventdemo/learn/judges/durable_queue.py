"""The judges of the exercises of `durable_queue`. They kill the answer's process at each of its steps."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.learn.exercise import Feedback, failed, passed
from eventdemo.learn.judges.shop_and_queue import Database, DuplicateError, Paid, Queue, SoldOutError, TakenJob
from eventdemo.learn.killed import Killed, Life, error_of, raise_own
from eventdemo.learn.namespaces import as_in_another_process


def order_and_job(place: Callable[[Database, EventBus, str], Awaitable[Any]]) -> Feedback:
    """Place an order; place one for an item that is sold out; kill the process at each step."""
    calm, error = _placed(place, Life())
    raise_own(error)
    complaint = _about_the_rows(calm) or _about_a_sold_out_item(place)
    if complaint:
        return failed(complaint)
    for steps in range(calm.life.steps_taken):
        killed, _ = _placed(place, Life(steps))
        if killed.rows["orders"] != killed.rows["outbox"]:
            there, missing = ("order", "job") if killed.rows["orders"] else ("job", "order")
            return failed(f"If the process is killed at the wrong moment, there is the {there}, but not its {missing}.")
    return passed("Wherever the process is killed, an order has a job, and a job has an order.")


def _placed(place: Callable[..., Awaitable[Any]], life: Life, *sold_out: str) -> tuple[Database, BaseException | None]:
    database = Database()
    database.life, database.sold_out = life, {*sold_out}
    return database, error_of(lambda: place(database, EventBus(), "anvil"))


def _about_the_rows(database: Database) -> str:
    for table, rows in database.rows.items():
        wanted = [] if table == "inbox" else ["anvil"]
        if rows != wanted:
            return f"After place(db, bus, 'anvil'), the table {table} should contain {wanted}. It contains {rows}."
    return ""


def _about_a_sold_out_item(place: Callable[..., Awaitable[Any]]) -> str:
    database, error = _placed(place, Life(), "anvil")
    if not isinstance(error, SoldOutError):
        return f"The item is sold out, and the caller gets {'another' if error else 'no'} error."
    if database.rows["outbox"]:
        return "The item is sold out, so there is no order, but there is a job."
    return ""


PAID = Paid("e1", "Ann")
"""An event, which is delivered more than once."""
Earn = Callable[[Database, Paid], Awaitable[Any]]


def once_each(earn: Earn) -> Feedback:
    """Deliver an event twice, to two workers at once, and again after a kill at each step; then another event."""
    database = Database()
    for event in (PAID, Paid("e2", "Ann")):
        _deliver(earn, database, event)
        if database.points != (expected := Counter(Ann=10 * int(event.id[1]))):
            return failed(f"After event {event.id}, Ann should have {expected['Ann']} points. {_points(database)}.")
    steps = database.life.steps_taken
    complaint = _about_repeated_deliveries(earn) or _about_outages(earn)
    if complaint:
        return failed(complaint)
    for number in range(steps):
        database = Database()
        _deliver(earn, database, PAID, Life(number))
        _deliver(earn, database, PAID)
        if database.points != Counter(Ann=10):
            return failed(f"A worker is killed, and the event is delivered again. {_points(database)}.")
    return passed("Ann has her ten points once, however often the event is delivered, and wherever you are killed.")


def _deliver(earn: Earn, database: Database, event: Paid, life: Life | None = None) -> None:
    """Deliver an event to a new process, and raise its error, if it wasn't killed."""
    database.life = life or Life()
    error = error_of(partial(as_in_another_process(earn), database, database.copy_of(event)))
    if not (life and isinstance(error, Killed)):
        raise_own(error)


def _about_repeated_deliveries(earn: Earn) -> str:
    database = Database()
    for _ in range(2):
        try:
            _deliver(earn, database, PAID)
        except DuplicateError:
            return "The second delivery raises DuplicateError, so it counts as failed and comes again."
    if database.points != Counter(Ann=10):
        return f"The event is delivered twice, one after the other. {_points(database)}."
    return _about_two_workers(earn)


def _about_two_workers(earn: Earn) -> str:
    database, errors = Database(), list[object]()

    async def deliver_to_both() -> None:
        deliveries = [as_in_another_process(earn)(database, database.copy_of(PAID)) for _ in range(2)]
        errors.extend(await asyncio.gather(*deliveries, return_exceptions=True))

    error_of(deliver_to_both)
    if database.points != Counter(Ann=10):
        return f"Two workers have the event at once. {_points(database)}."
    if any(isinstance(error, DuplicateError) for error in errors):
        return "Two workers have the event at once. One raises DuplicateError, so its delivery comes again."
    return ""


def _about_outages(earn: Earn) -> str:
    database = Database()
    database.is_down = True
    if isinstance(error_of(lambda: earn(database, PAID)), ConnectionError):
        return ""
    return "The database is down, and your listener raises no error, so the event counts as processed."


def _points(database: Database) -> str:
    return f"She has {database.points['Ann']}"


ATTEMPTS = Counter(fine=1, flaky=2, poison=3, last=1)
Work = Callable[[Queue, Callable[[TakenJob], Awaitable[None]]], Awaitable[Any]]


def empty_the_queue(work_on: Work) -> Feedback:
    """Let a worker empty the queue; kill it at each step, and start another one; cancel it."""
    queue = Queue()
    raise_own(error_of(lambda: work_on(queue, queue.handle)))
    complaint = _about_the_jobs(queue) or _about_attempts(queue) or _about_cancelling(work_on)
    if complaint:
        return failed(complaint)
    for steps in range(queue.life.steps_taken):
        killed = Queue()
        for life in (Life(steps), Life()):
            killed.restart(life)
            error_of(partial(as_in_another_process(work_on), killed, killed.handle))
        if complaint := _about_the_jobs(killed):
            return failed(f"A worker is killed, and another one starts. {complaint}")
    return passed("Each job is done at least once, and the one that always fails is buried after three attempts.")


def _about_the_jobs(queue: Queue) -> str:
    for name in ("fine", "flaky", "last"):
        if not queue.successes[name]:
            return f"The job {name} was never done."
        if name not in queue.completed:
            return f"The job {name} was done, but not completed, so it comes again."
    if "poison" in queue.completed:
        return "The job poison fails each time, and you complete it."
    if queue.buried != ["poison"]:
        return f"Buried should be poison, and it is {', '.join(queue.buried) or 'none'}."
    return ""


def _about_attempts(queue: Queue) -> str:
    for name, wanted in ATTEMPTS.items():
        if queue.attempts[name] != wanted:
            return f"The job {name} should have {wanted} attempts. It had {queue.attempts[name]}."
    return ""


def _about_cancelling(work_on: Work) -> str:
    """Cancel the worker while it handles its first job."""
    queue = Queue()

    async def cancelled() -> None:
        task = asyncio.ensure_future(work_on(queue, queue.handle))
        await asyncio.sleep(2.5)
        task.cancel()
        await asyncio.wait([task])

    error_of(cancelled)
    if queue.completed or queue.buried or any(job.failures for job in (*queue.taken, *queue.waiting)):
        return "A deployment cancels the worker during a job. That is no failed attempt, and the job isn't done."
    return ""
