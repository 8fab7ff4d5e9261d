"""How a delivery can end: the closed set of fates.

One event handed to one listener on one instance ends in exactly one of these. Nothing is ever "probably fine".
"""

from enum import StrEnum
from typing import Self


class Fate(StrEnum):
    """How one delivery ended. The value is its name in ledgers; letter, verdict and meaning follow it."""

    letter: str
    verdict: str
    meaning: str

    def __new__(cls, value: str, letter: str, verdict: str, meaning: str) -> Self:
        """Attach what a picture and a sentence need to the name."""
        fate = str.__new__(cls, value)
        fate._value_ = value
        fate.letter, fate.verdict, fate.meaning = letter, verdict, meaning
        return fate

    DONE = "done", "✓", "ok", "the listener finished"
    FAILED_SEEN = "failed-seen", "S", "failed", "it raised, and the code that emitted received the error"
    FAILED_LOGGED = "failed-logged", "L", "failed", "it raised; the error was logged and the emitter knows nothing"
    FAILED_UNSEEN = "failed-unseen", "U", "failed", "it raised in a task that nobody waits for"
    SKIPPED = "skipped", "K", "lost", "a listener before it raised out of emit, so it was never called"
    NEVER_AWAITED = "never-awaited", "N", "lost", "its coroutine was made and dropped: not a line of it ran"
    NO_LISTENER = "no-listener", "0", "lost", "the event was emitted and nobody listened"
    OTHER_INSTANCE = "other-instance", "I", "lost", "the listener lives in another process, which never heard"
    LOST_IN_CRASH = "lost-in-crash", "C", "lost", "the process died before the listener finished"
    CANCELLED_AT_EXIT = "cancelled-at-exit", "X", "lost", "its loop closed, its caller gave up, or nobody kept its task"
    DUPLICATE = "duplicate", "2", "extra", "the same event came to the same listener once more"
    DEAD_LETTERED = "dead-lettered", "D", "failed", "every attempt failed; it is kept where a person can retry it"
    ACCEPTED = "accepted", "A", "ok", "an engine holds it durably; whoever works on it accounts for its end"
    WITHDRAWN = "withdrawn", "W", "ok", "the change that it told of was rolled back, so there was nothing to tell"


class LostError(Exception):
    """A delivery that ended without the listener having a say in it: what an observer is told as its end."""

    def __init__(self, fate: Fate, reason: str = "") -> None:
        super().__init__(reason or fate.meaning)
        self.fate = fate
