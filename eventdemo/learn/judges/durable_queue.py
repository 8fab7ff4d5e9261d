"""The judges of the exercises of `durable_queue`. They kill the answer's process at each of its steps."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.learn.judges.shop_and_queue import Database, DuplicateError, Paid, Queue, SoldOutError, TakenJob
from eventdemo.learn.judging import reject, require
from eventdemo.learn.killed import Killed, Life, error_of, raise_own
from eventdemo.learn.namespaces import as_in_another_process


def order_and_job(place: Callable[[Database, EventBus, str], Awaitable[Any]]) -> str:
    """Place an order; place one for an item that is sold out; kill the process at each step."""
    calm, error = _placed(place, Life())
    raise_own(error)
    for table, rows in calm.rows.items():
        wanted = [] if table == "inbox" else ["anvil"]
        if rows != wanted:
            reject(f"After place(db, bus, 'anvil'), the table {table} should contain {wanted}. It contains {rows}.")
    database, error = _placed(place, Life(), "anvil")
    if not isinstance(error, SoldOutError):
        reject(f"The item is sold out, and the caller gets {'another' if error else 'no'} error.")
    require(not database.rows["outbox"], "The item is sold out, so there is no order, but there is a job.")
    for steps in range(calm.life.steps_taken):
        killed, _ = _placed(place, Life(steps))
        there, missing = ("order", "job") if killed.rows["orders"] else ("job", "order")
        if killed.rows["orders"] != killed.rows["outbox"]:
            reject(f"If the process is killed at the wrong moment, there is the {there}, but not its {missing}.")
    return "Wherever the process is killed, an order has a job, and a job has an order."


def _placed(place: Callable[..., Awaitable[Any]], life: Life, *sold_out: str) -> tuple[Database, BaseException | None]:
    database = Database()
    database.life, database.sold_out = life, {*sold_out}
    return database, error_of(lambda: place(database, EventBus(), "anvil"))


PAID = Paid("e1", "Ann")
"""An event, which is delivered more than once."""
Earn = Callable[[Database, Paid], Awaitable[Any]]


def once_each(earn: Earn) -> str:
    """Deliver an event twice, to two workers at once, and again after a kill at each step; then another event."""
    database = Database()
    for event in (PAID, Paid("e2", "Ann")):
        _deliver(earn, database, event)
        expected = 10 * int(event.id[1])
        _check_points(database, f"After event {event.id}, Ann should have {expected} points.", expected)
    steps = database.life.steps_taken
    _deliver_twice(earn)
    _deliver_to_two_workers(earn)
    down = Database()
    down.is_down = True
    if not isinstance(error_of(lambda: earn(down, PAID)), ConnectionError):
        reject("The database is down, and your listener raises no error, so the event counts as processed.")
    for number in range(steps):
        database = Database()
        _deliver(earn, database, PAID, Life(number))
        _deliver(earn, database, PAID)
        _check_points(database, "A worker is killed, and the event is delivered again.")
    return "Ann has her ten points once, however often the event is delivered, and wherever you are killed."


def _check_points(database: Database, when: str, expected: int = 10) -> None:
    require(database.points == Counter(Ann=expected), f"{when} She has {database.points['Ann']}.")


def _deliver(earn: Earn, database: Database, event: Paid, life: Life | None = None) -> None:
    """Deliver an event to a new process, and raise its error, if it wasn't killed."""
    database.life = life or Life()
    error = error_of(partial(as_in_another_process(earn), database, database.copy_of(event)))
    if not (life and isinstance(error, Killed)):
        raise_own(error)


def _deliver_twice(earn: Earn) -> None:
    database = Database()
    try:
        _deliver(earn, database, PAID)
        _deliver(earn, database, PAID)
    except DuplicateError:
        reject("The second delivery raises DuplicateError, so it counts as failed and comes again.")
    _check_points(database, "The event is delivered twice, one after the other.")


def _deliver_to_two_workers(earn: Earn) -> None:
    database, errors = Database(), list[object]()

    async def deliver_to_both() -> None:
        deliveries = [as_in_another_process(earn)(database, database.copy_of(PAID)) for _ in range(2)]
        errors.extend(await asyncio.gather(*deliveries, return_exceptions=True))

    error_of(deliver_to_both)
    _check_points(database, "Two workers have the event at once.")
    if any(isinstance(error, DuplicateError) for error in errors):
        reject("Two workers have the event at once. One raises DuplicateError, so its delivery comes again.")


ATTEMPTS = Counter(fine=1, flaky=2, poison=3, last=1)
Work = Callable[[Queue, Callable[[TakenJob], Awaitable[None]]], Awaitable[Any]]


def empty_the_queue(work_on: Work) -> str:
    """Let a worker empty the queue; kill it at each step, and start another one; cancel it."""
    queue = Queue()
    raise_own(error_of(lambda: work_on(queue, queue.handle)))
    _check_jobs(queue)
    for name, wanted in ATTEMPTS.items():
        attempts = queue.attempts[name]
        require(attempts == wanted, f"The job {name} should have {wanted} attempts. It had {attempts}.")
    _cancel_during_the_first_job(work_on)
    for steps in range(queue.life.steps_taken):
        killed = Queue()
        for life in (Life(steps), Life()):
            killed.restart(life)
            error_of(partial(as_in_another_process(work_on), killed, killed.handle))
        _check_jobs(killed, "A worker is killed, and another one starts. ")
    return "Each job is done at least once, and the one that always fails is buried after three attempts."


def _check_jobs(queue: Queue, when: str = "") -> None:
    for name in ("fine", "flaky", "last"):
        require(queue.successes[name], f"{when}The job {name} was never done.")
        if name not in queue.completed:
            reject(f"{when}The job {name} was done, but not completed, so it comes again.")
    require("poison" not in queue.completed, f"{when}The job poison fails each time, and you complete it.")
    buried = ", ".join(queue.buried) or "none"
    require(queue.buried == ["poison"], f"{when}Buried should be poison, and it is {buried}.")


def _cancel_during_the_first_job(work_on: Work) -> None:
    queue = Queue()

    async def cancelled() -> None:
        task = asyncio.ensure_future(work_on(queue, queue.handle))
        await asyncio.sleep(2.5)
        task.cancel()
        await asyncio.wait([task])

    error_of(cancelled)
    if queue.completed or queue.buried or any(job.failures for job in (*queue.taken, *queue.waiting)):
        reject("A deployment cancels the worker during a job. That is no failed attempt, and the job isn't done.")
