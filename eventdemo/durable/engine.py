"""What every durable engine does, whichever server it stands on: it holds jobs, and has them done at least once.

The protocol, its errors and the promises that one can choose by. `registry.py` makes an engine from its name.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from eventdemo.durable.jobs import DeadLetter, Job

Handle = Callable[[Job], Awaitable[None]]
"""Does one job. Returning acknowledges it; raising asks for another attempt; being cancelled gives it back."""


class EngineUnavailableError(Exception):
    """The server of an engine is absent, or did not answer in time; the message is one sentence for a person."""


class UnprocessableJobError(Exception):
    """No attempt at this job can succeed, because nobody here knows its event or its listener.

    An engine whose `handle` raises this makes the job a dead letter at once, however many attempts are left.
    """


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine promises beyond "at least once", which all of them do. Each word here is tested on the engine."""

    server: str
    """What has to run, and be looked after; empty if nothing has to."""
    deduplicates: bool
    """A job that is published again, under an id that is still there, is not done again."""
    delays_retries: bool
    """A failed job is tried again after `RetryPolicy.delay`, and not at once."""
    limits_rate: bool
    """`RetryPolicy.rate` holds over all workers."""
    broadcasts: bool
    """It is a `Broadcaster` too."""
    keeps_order: bool
    """The jobs of one listener begin in the order in which they were published, as long as none fails."""


class Engine(Protocol):
    """Holds jobs durably and has them done, each at least once, by whichever worker is free.

    It is made with a `RetryPolicy` for every listener, by name: those are all the listeners it can have jobs for. It
    may be opened in several processes at a time. Every method raises `EngineUnavailableError` instead of hanging.
    """

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities]

    async def open(self) -> None:
        """Connect, and set up what has to be there; start the embedded server if it is that."""

    async def publish(self, jobs: Sequence[Job]) -> None:
        """Return as soon as the engine holds these jobs durably. If it raises, any of them may be held already."""

    async def work(self, handle: Handle) -> None:
        """Do jobs by way of `handle` until this is cancelled; jobs under way are then finished or given back.

        A server that goes away in the meantime is waited for.
        """

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """Return the jobs that were given up."""

    async def retry(self, ids: Iterable[str]) -> int:
        """Let dead letters be tried again, with all their attempts; return how many there were."""

    async def close(self) -> None:
        """Let go of the server; an embedded one ends. Nothing happens if `open` did not succeed."""


class Broadcaster(Protocol):
    """An engine that can also tell every instance that is alive, for listeners that keep something in memory.

    Nothing is kept for an instance that is away: when it starts, it has to read the truth from the store anyway.
    """

    async def broadcast(self, jobs: Sequence[Job]) -> None:
        """Hand each of these jobs to every instance that is in `hear`."""

    async def subscribe(self, handle: Handle) -> None:
        """Do what is announced, in this instance, until this is cancelled; what fails is not tried again."""
