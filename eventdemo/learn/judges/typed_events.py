"""The judges of the exercises of `typed_events`. They emit plain events, so nothing waits."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.learn.judging import WrongAnswerError, reject, require

EVENTS = ("auth.logout", "auth.login", "user.created", "user.sync.task", "audit.hr.approval", "hr.approved")
UNHEARD = ["auth.login", "user.sync.task", "hr.approved"]


def unheard(find: Callable[[EventBus, Sequence[str]], Any]) -> str:
    """Ask for the events without a listener on a bus with exact names, patterns and a listener that is gone."""
    bus, called = EventBus(), list[object]()
    for pattern in ("auth.logout", "user.*", "audit.**", "hr.approved"):
        bus.on(pattern, called.append)
    bus.remove_listener("hr.approved", called.append)
    got = find(bus, EVENTS)
    if called:
        reject(f"Your check called a listener with {called[0]!r}. A check must not emit.")
    require(isinstance(got, list), f"Return a list of names, not {got!r}.")
    for name in EVENTS:
        state = "no listener, and you don't return it" if name in UNHEARD else "a listener, but you return it"
        if (name in got) != (name in UNHEARD):
            reject(f"{name} has {state}. The patterns are auth.logout, user.* and audit.**.")
    require(got == UNHEARD, f"Return each once, in order: {got}.")
    return "Those three have no listener."


SHAPES: Mapping[str, Mapping[str, type]] = {
    "auth.logout": {"user_id": int},
    "hr.approved": {"user_id": int, "task": str},
}
GOOD = ("auth.logout", {"user_id": 7})
BAD: Mapping[str, tuple[str, dict[str, Any], type[Exception]]] = {
    "the name is misspelt": ("auth.logut", {"user_id": 7}, LookupError),
    "a key is misspelt": ("auth.logout", {"userId": 7}, TypeError),
    "a key is missing": ("hr.approved", {"user_id": 7}, TypeError),
    "there is a key too many": ("auth.logout", {"user_id": 7, "task": "t1"}, TypeError),
    "a value has the wrong type": ("hr.approved", {"user_id": 7, "task": 1}, TypeError),
}


def checked(make_emit: Callable[[EventBus, Mapping[str, Mapping[str, type]]], Callable[..., Any]]) -> str:
    """Emit an event that fits, five that don't, and one that has no listener."""
    bus, heard = EventBus(), list[tuple[str, object]]()
    bus.on("auth.logout", lambda payload: heard.append(("auth.logout", payload)))
    bus.on("auth.logut", lambda payload: heard.append(("auth.logut", payload)))
    emit = make_emit(bus, SHAPES)
    emit(GOOD[0], dict(GOOD[1]))
    if heard != [GOOD]:
        reject(f"After emit{GOOD}, the listener should have got the payload once. It got {heard}.")
    for what, (name, payload, kind) in BAD.items():
        try:
            emit(name, dict(payload))
        except (LookupError, TypeError) as error:
            if not isinstance(error, kind):
                got = type(error).__name__
                reject(f"emit{(name, payload)}: {what}, which is a {kind.__name__}, not a {got}.")
        else:
            reject(f"emit{(name, payload)} is accepted, although {what}.")
    try:
        emit("hr.approved", {"user_id": 7, "task": "t1"})
    except RuntimeError:
        return "It accepts what fits, and rejects the five mistakes and the event that no code listens to."
    raise WrongAnswerError("hr.approved fits, but no code listens to it. That should raise a RuntimeError.")


USER_NAMES = ("user.created", "user.deleted", "user.sync.task.notifications")
NAMES = (*USER_NAMES, "auth.login", "audit.hr.approval", "audit.ready")
WANTED: Mapping[str, set[str]] = {
    "everything": {*NAMES},
    "changes of users": {"user.created", "user.deleted"},
    "all of user": {*USER_NAMES},
    "approvals": {"audit.hr.approval"},
    "logins": {"auth.login"},
}


def which_pattern(patterns: Mapping[str, Any]) -> str:
    """Register each pattern and emit all names."""
    require(set(patterns) == set(WANTED), f"Give a pattern for each of {', '.join(WANTED)}.")
    for what, wanted in WANTED.items():
        pattern = patterns[what]
        if not isinstance(pattern, str) or not pattern:
            reject(f"“{what}”: a pattern is a text such as 'auth.*', not {pattern!r}.")
        got = {name for name in NAMES if _matches(pattern, name)}
        if missing := sorted(wanted - got):
            reject(f"“{what}”: {pattern!r} doesn't match {missing[0]}.")
        if extra := sorted(got - wanted):
            reject(f"“{what}”: {pattern!r} also matches {extra[0]}.")
    return "All five match what they should, and nothing else."


def _matches(pattern: str, name: str) -> bool:
    bus = EventBus()
    bus.on(pattern, lambda: None)
    return bus.emit(name)
