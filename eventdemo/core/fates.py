"""How a delivery can end: the closed set of fates."""

from enum import StrEnum
from typing import Self


class Fate(StrEnum):
    """How one delivery ended. The value is its name in ledgers; letter, verdict and meaning follow it."""

    letter: str
    verdict: str
    meaning: str

    def __new__(cls, value: str, letter: str, verdict: str, meaning: str) -> Self:
        fate = str.__new__(cls, value)
        fate._value_ = value
        fate.letter, fate.verdict, fate.meaning = letter, verdict, meaning
        return fate

    DONE = "done", "✓", "ok", "the listener finished"
    FAILED_SEEN = "failed-seen", "S", "failed", "it raised, and the code that emitted received the error"
    FAILED_LOGGED = "failed-logged", "L", "failed", "it raised; the error was logged and did not reach the emitter"
    FAILED_UNSEEN = "failed-unseen", "U", "failed", "it raised in a task, and the error was lost"
    SKIPPED = "skipped", "K", "lost", "a listener before it raised out of emit, so it was never called"
    NEVER_AWAITED = "never-awaited", "N", "lost", "its coroutine was created but never awaited, so none of it ran"
    NO_LISTENER = "no-listener", "0", "lost", "the event was emitted and had no listener"
    OTHER_INSTANCE = "other-instance", "I", "lost", "the listener is in another process, which never got the event"
    LOST_IN_CRASH = "lost-in-crash", "C", "lost", "the process died before the listener finished"
    CANCELLED_AT_EXIT = "cancelled-at-exit", "X", "lost", "its loop ended, its caller gave up or its task was collected"
    DUPLICATE = "duplicate", "2", "extra", "the same event was delivered to the same listener again"
    DEAD_LETTERED = "dead-lettered", "D", "failed", "every attempt failed; the job is kept so that you can retry it"
    ACCEPTED = "accepted", "A", "ok", "a durable backend holds it; the worker that processes it records its end"
    WITHDRAWN = "withdrawn", "W", "ok", "the change that it announces was rolled back, so it was never sent"


DONE = Fate.DONE  # a name of its own, because most deliveries end so, and looking up a member takes a while


class LostError(Exception):
    """What observers get as the error of a delivery that ended without its listener raising anything."""

    def __init__(self, fate: Fate) -> None:
        super().__init__(fate.meaning)
        self.fate = fate
