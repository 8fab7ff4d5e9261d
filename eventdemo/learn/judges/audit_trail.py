"""The judges of the exercises of `audit_trail`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.learn.judges.shop_and_queue import DuplicateError
from eventdemo.learn.judging import in_every_schedule, read, reject, require, write
from eventdemo.learn.killed import MAX_STEPS, Life, error_of, raise_own
from eventdemo.learn.namespaces import as_in_another_process

ORACLE, DATABASE = 0.5, 1.0
"""How long half a call takes, in seconds."""


class World(Life):
    """Oracle, and the trail in a database. Each call can be killed before its effect and after it."""

    def __init__(self, steps: int = MAX_STEPS, *, oracle_is_down: bool = False) -> None:
        super().__init__(steps)
        self.oracle_is_down = oracle_is_down
        self.accepted: list[str] = []
        self.lines: list[tuple[str, str]] = []

    async def submit(self, task: str) -> None:
        """Let Oracle decide on a task."""
        await self.step(ORACLE)
        if self.oracle_is_down:
            raise ConnectionError("Oracle is down.")
        self.accepted.append(task)
        await self.step(ORACLE)

    async def add(self, task: str, state: str) -> None:
        """Commit a line to the trail."""
        await self.step(DATABASE)
        self.lines.append((task, state))
        await self.step(DATABASE)


def intent_first(approve: Callable[[World, World, str], Awaitable[Any]]) -> str:
    """Approve one task; let Oracle fail; kill the process at each step."""
    world, down = World(), World(oracle_is_down=True)
    raise_own(_error_of(approve, world))
    require(world.accepted == ["t1"], f"Without a kill, Oracle gets the approval {len(world.accepted)} times.")
    if ("t1", "accepted") not in world.lines:
        reject(f"Without a kill, the trail should say in the end that t1 was accepted. It is {world.lines}.")
    error = _error_of(approve, down)
    require(isinstance(error, ConnectionError), "Oracle is down, and the caller gets no error.")
    if any(state == "accepted" for _, state in down.lines):
        reject(f"Oracle is down, and the trail says: {down.lines}.")
    for kill_at in range(world.steps_taken):
        killed = World(kill_at)
        _error_of(approve, killed)
        if killed.accepted and not killed.lines:
            reject("If the process is killed right after Oracle has accepted, the trail has no line of it.")
    return "Wherever you're killed, each approval that Oracle accepted has a line, and no line is untrue."


def _error_of(approve: Callable[[World, World, str], Awaitable[Any]], world: World) -> BaseException | None:
    return error_of(lambda: approve(world, world, "t1"))


class Trail:
    """A table with a unique column. Each call takes a while."""

    def __init__(self) -> None:
        self.lines: dict[Any, str] = {}
        self.is_down = False

    async def has(self, key: Any) -> bool:
        await read("the trail")
        return key in self.lines

    async def add(self, key: Any, line: str) -> None:
        """Insert a line; raise `DuplicateError` if the key is there."""
        await write("the trail")
        if self.is_down:
            raise ConnectionError("The database is down.")
        if key in self.lines:
            raise DuplicateError(key)
        self.lines[key] = line


EVENTS: Sequence[Mapping[str, str]] = (
    {"id": "e1", "task": "t1", "action": "return"},
    {"id": "e1", "task": "t1", "action": "return"},
    {"id": "e2", "task": "t1", "action": "approve"},
)
"""The first event is delivered twice, and the second one concerns the same task."""


async def deliver(record: Callable[[Trail, Mapping[str, str]], Awaitable[Any]], _: EventBus) -> None:
    """Deliver an event to two processes at once, then another event of its task, then one while the table is down."""
    trail = Trail()
    workers = [as_in_another_process(record) for _ in range(2)]
    ends = await asyncio.gather(*map(_deliver_to, workers, [trail] * 2, EVENTS[:2]))
    ends.append(await _deliver_to(workers[0], trail, EVENTS[2]))
    raised = next(filter(None, ends), "")
    require(not raised, f"the listener raised {raised}, so the delivery counts as failed")
    lines = sorted(trail.lines.values())
    require(lines == ["approve t1", "return t1"], f"the trail has these lines: {', '.join(lines) or 'none'}")
    trail.is_down = True
    end = await _deliver_to(workers[0], trail, {"id": "e3", "task": "t2", "action": "approve"})
    require(end == "ConnectionError", "the database is down, and the delivery counts as done")


one_line_per_event = in_every_schedule(deliver, "An event that is delivered twice is one line, {}.")


async def _deliver_to(worker: Callable[..., Awaitable[Any]], trail: Trail, event: Mapping[str, str]) -> str:
    try:
        await worker(trail, event)
    except (DuplicateError, ConnectionError) as error:
        return type(error).__name__
    return ""


def missing_lines(missing: Callable[..., Any]) -> str:
    """Compare the approvals that Oracle accepted with a trail in which two lines are missing."""
    accepted = [
        {"task": "t1", "user": 7, "at": 100.0},
        {"task": "t2", "user": 7, "at": 110.0},
        {"task": "t1", "user": 8, "at": 120.0},
        {"task": "t3", "user": 9, "at": 130.0},
        {"task": "t4", "user": 9, "at": 995.0},
    ]
    trail = [{"task": "t1", "user": 7}, {"task": "t3", "user": 9}, {"task": "t9", "user": 9}]
    got = missing([dict(each) for each in accepted], trail, 1000.0)
    if not isinstance(got, list) or not all(each in accepted for each in got):
        reject(f"Return a list of entries of `accepted`, not {got!r}.")
    for number, why in enumerate(WHY_MISSING):
        require((accepted[number] in got) == (number in {1, 2}), why)
    if [each["at"] for each in got] != [110.0, 120.0]:
        reject("Both are there, but not once each in the order in which Oracle accepted them.")
    return "Those two are missing. Only a comparison with something that survived can show that."


WHY_MISSING = (
    "User 7 approved t1, and that line is in the trail, but you return it.",
    "User 7 approved t2. The trail has no line of t2, and you don't return it.",
    "User 8 approved t1, too. The line in the trail is that of user 7, and you don't return user 8's.",
    "User 9 approved t3, and that line is in the trail, but you return it.",
    "t4 was accepted 5 seconds ago. Its line may still be on its way, but you return it.",
)
