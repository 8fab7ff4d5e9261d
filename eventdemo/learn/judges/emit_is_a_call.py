"""The judges of the exercises of `emit_is_a_call`. The listeners are plain functions, so there is only one schedule."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.learn.fate_examples import play
from eventdemo.learn.judging import reject, require

Listener = Callable[..., Any]
FIRST_IN_FIRST_OUT = ["welcome begins", "welcome ends", "audit written", "mail counted", "push sent", "push counted"]


def first_in_first_out(make_emit: Callable[[EventBus], Callable[..., Any]]) -> str:
    """Emit inside of listeners, then after one that failed."""
    lines, after, raised = list[str](), list[int](), list[bool]()

    async def hire(bus: EventBus) -> None:
        emit = make_emit(bus)
        subscribe(bus, emit, lines.append)
        emit("user.created", 7)
        bus.on("user.deleted", fail)
        try:
            emit("user.deleted", 7)
        except LookupError:
            raised.append(True)
        bus.on("user.updated", after.append)
        with suppress(LookupError):
            emit("user.updated", 8)

    play(hire)
    if lines != FIRST_IN_FIRST_OUT:
        reject(f"{difference(FIRST_IN_FIRST_OUT, lines)} What happened: {' → '.join(lines)}.")
    require(raised, "A listener of user.deleted raises, but the caller of emit gets no error.")
    require(after == [8], f"After an error, user.updated is delivered {len(after)} times instead of once.")
    return "Events are delivered one after the other, and an error doesn't stop the next emit."


def subscribe(bus: EventBus, emit: Callable[..., Any], write: Callable[[str], None]) -> None:
    def welcome(user_id: int) -> None:
        write("welcome begins")
        emit("mail.sent", user_id)
        emit("push.sent", user_id)
        write("welcome ends")

    def count_mail(_: int) -> None:
        write("mail counted")

    def send_push(user_id: int) -> None:
        write("push sent")
        emit("push.counted", user_id)

    bus.on("user.created", welcome)
    bus.on("user.created", lambda _: write("audit written"))
    bus.on("mail.sent", count_mail)
    bus.on("push.sent", send_push)
    bus.on("push.counted", lambda _: write("push counted"))


def fail(user_id: int) -> None:
    raise LookupError(f"user {user_id} is unknown")


def difference(expected: Sequence[str], lines: Sequence[str]) -> str:
    """Describe the first difference between what should have happened and what did."""
    if missing := [line for line in expected if line not in lines]:
        return f"“{missing[0]}” never happens."
    if twice := [line for line in lines if lines.count(line) > 1]:
        return f"“{twice[0]}” happens {lines.count(twice[0])} times."
    at = next(n for n, (want, got) in enumerate(zip(expected, lines, strict=True)) if want != got)
    return f"“{lines[at]}” happens before “{expected[at]}”."


def isolated(isolate: Callable[[Listener, list[Exception]], Listener]) -> str:
    """Register listeners that return, that fail and that are interrupted."""
    errors, ran, results, stopped = list[Exception](), list[object](), list[object](), list[bool]()

    async def delete(bus: EventBus) -> None:
        bus.on("user.deleted", isolate(lambda user_id: ran.append(("before", user_id)), errors))
        bus.on("user.deleted", isolate(fail, errors))
        bus.on("user.deleted", isolate(lambda user_id: ran.append(("after", user_id)), errors))
        bus.emit("user.deleted", 7)
        bus.on("user.freed", isolate(lambda _: "freed", errors))
        results.extend(await bus.emit_async("user.freed", 7))
        bus.on("interrupted", isolate(interrupt, errors))
        try:
            bus.emit("interrupted", 7, "by hand")
        except KeyboardInterrupt:
            stopped.append(True)

    try:
        play(delete)
    except LookupError:
        words = "The error of the second listener still comes out of emit, so the third one isn't called."
        reject(words)
    if ran != [("before", 7), ("after", 7)]:
        reject(f"The listeners that don't fail should run once each with user 7. What ran: {ran}.")
    require(stopped, "Ctrl-C raises KeyboardInterrupt in a listener, and your wrapper swallows it.")
    if len(errors) != 1 or not isinstance(errors[0], LookupError):
        reject(f"`errors` should contain one LookupError, but it is {errors!r}.")
    if results != ["freed"]:
        reject("The listener of user.freed returns 'freed', and your wrapper drops the result.")
    return "Each listener runs, the error is kept, and Ctrl-C still works."


def interrupt(_: int, __: str) -> None:
    raise KeyboardInterrupt


HIRED = date(2026, 1, 5)


def own_copy(register: Callable[[EventBus, str, Listener], Any]) -> str:
    """Register two listeners that write into the payload, and emit it twice."""
    read: list[Any] = []
    payload = {"user": {"id": 7, "hired": HIRED}, "tasks": ["sign"]}

    def write(event: dict[str, Any]) -> None:
        read.append((event["user"]["id"], [*event["tasks"]], event["user"]["hired"]))
        event["user"]["id"] = 0
        event["tasks"].append("hidden")

    async def approve(bus: EventBus) -> None:
        register(bus, "hr.approved", write)
        register(bus, "hr.approved", lambda event: write(event))  # noqa: PLW0108 - another function
        bus.emit("hr.approved", payload)
        payload["tasks"] = ["countersign"]
        bus.emit("hr.approved", payload)

    play(approve)
    require(len(read) == 4, f"Two listeners and two emits are four calls, but there were {len(read)}.")  # noqa: PLR2004
    hired = read[0][2]
    require(isinstance(hired, date), f"The date of the payload has become {hired!r}.")
    (user, tasks, _), again = read[1], read[2]
    if read[1] != (7, ["sign"], HIRED):
        reject(f"The second listener reads what the first one wrote: user {user}, {tasks}.")
    if again != (7, ["countersign"], HIRED):
        reject(f"The second emit should deliver ['countersign'] for user 7: it has {again[:2]}.")
    if payload["user"] != {"id": 7, "hired": HIRED} or payload["tasks"] != ["countersign"]:
        reject(f"The emitter's own payload was changed: {payload}.")
    return "Each listener reads what was emitted, and writes to its own copy."
