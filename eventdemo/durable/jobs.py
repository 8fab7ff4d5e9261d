"""What a durable engine holds: a job is one event for one listener, as data.

Records only. A job is what is left of a delivery once it may have to outlive the process that emitted: names instead of
functions, a copy instead of the event itself, and a key by which a repetition is recognised.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from eventdemo.core import clock
from eventdemo.core.events import Event, name_of, parse


class Job(BaseModel):
    """One event for one listener.

    Invariant: the same event for the same listener has the same `id`, in whatever process it was made. That is the
    idempotency key. It holds no colon and is never digits alone, because some engines refuse such ids.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    event: str
    """The event's wire name."""
    payload: dict[str, Any]
    """The event's fields as JSON, its id and time among them."""
    listener: str
    """The listener's qualified name: `TaskNotifications.notify_hr_tasks`. Renaming it orphans the jobs that wait."""
    accepted: datetime

    @classmethod
    def of(cls, event: Event, listener: str) -> Self:
        """Return the job of an event for a listener, accepted now."""
        return cls(
            id=job_id(event.id, listener),
            event=name_of(type(event)),
            payload=event.model_dump(mode="json"),
            listener=listener,
            accepted=clock.current().now(),
        )

    def fact(self) -> Event:
        """Return the event again: an equal copy of the one that was emitted."""
        return parse(self.event, self.payload)


def job_id(event_id: str, listener: str) -> str:
    """Return the idempotency key of an event for a listener; two pairs never share one."""
    return f"{quote(listener, safe='').replace('-', '%2D')}-{quote(event_id, safe='')}"


class DeadLetter(BaseModel):
    """A job that was given up. It waits for a person, who may look at it and have it tried again."""

    model_config = ConfigDict(frozen=True)

    job: Job
    attempts: int
    reason: str
    """What the last attempt raised."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How the jobs of one listener are tried. The defaults are the article's: three attempts, exponential from 2 s."""

    attempts: int = 3
    first_delay: float = 2.0
    """Seconds after the first failed attempt; each further delay is twice the one before."""
    concurrency: int = 1
    """How many jobs of this listener one worker does at a time."""
    rate: tuple[int, float] | None = None
    """At most so many jobs in so many seconds, over all workers, where the engine can."""

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.concurrency < 1:
            raise ValueError(f"A job needs at least 1 attempt and 1 place, not {self.attempts} and {self.concurrency}.")
        if self.first_delay < 0:
            raise ValueError(f"The first delay is a number of seconds from 0 on, not {self.first_delay:g}.")
        if self.rate is not None and (self.rate[0] < 1 or self.rate[1] <= 0):
            raise ValueError(f"A rate of {self.rate[0]} jobs in {self.rate[1]:g} s would let none through.")

    def delay(self, attempt: int) -> float:
        """Return how long to wait, in seconds, after attempt number `attempt` failed; the first is 1."""
        return float(self.first_delay * 2 ** (attempt - 1))
