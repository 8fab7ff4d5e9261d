"""A job is one delivery as data: one event for one listener, in a form that outlives the process that emitted.

Records only. A job has names instead of functions, a copy instead of the event itself, and a key by which a redelivery
is recognised.
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

    Invariant: the same event for the same listener has the same `id` in every process. That is the idempotency key. It
    contains no colon and never consists of digits only, because some engines refuse such ids.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    event: str
    """The event's wire name."""
    payload: dict[str, Any]
    """The event's fields as JSON, including its id and time."""
    listener: str
    """The listener's qualified name: `TaskNotifications.notify_hr_tasks`. Renaming it orphans waiting jobs."""
    accepted: datetime

    @classmethod
    def of(cls, event: Event, listener: str) -> Self:
        return cls(
            id=job_id(event.id, listener),
            event=name_of(type(event)),
            payload=event.model_dump(mode="json"),
            listener=listener,
            accepted=clock.now(),
        )

    def fact(self) -> Event:
        return parse(self.event, self.payload)

    def __str__(self) -> str:
        """Name the job in a log: its listener, its event and its id."""
        return f"{self.listener} for {self.event} (job {self.id})"


def job_id(event_id: str, listener: str) -> str:
    """Return the idempotency key of an event for a listener; two different pairs never share one."""
    return f"{quote(listener, safe='').replace('-', '%2D')}-{quote(event_id, safe='')}"


class DeadLetter(BaseModel):
    """A job that is not retried any more. An operator can inspect it and retry it."""

    model_config = ConfigDict(frozen=True)

    job: Job
    attempts: int
    reason: str
    """The error of the last attempt."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How the jobs of one listener are retried. The article's defaults: 3 attempts, exponential backoff from 2 s."""

    attempts: int = 3
    first_delay: float = 2.0
    """Seconds after the first failed attempt; each further delay is twice as long."""
    concurrency: int = 1
    """How many jobs of this listener one worker processes at a time."""
    rate: tuple[int, float] | None = None
    """A global rate limit, jobs per seconds, for engines that support one."""

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.concurrency < 1:
            raise ValueError(
                f"attempts and concurrency must be at least 1, not {self.attempts} and {self.concurrency}."
            )
        if self.first_delay < 0:
            raise ValueError(f"first_delay must not be negative, but is {self.first_delay:g} s.")
        if self.rate is not None and (self.rate[0] < 1 or self.rate[1] <= 0):
            raise ValueError(
                f"rate must allow at least 1 job in a positive time, not {self.rate[0]} in {self.rate[1]:g} s."
            )

    def delay(self, attempt: int) -> float:
        """Return the delay in seconds after attempt number `attempt`, counted from 1, has failed."""
        return float(self.first_delay * 2 ** (attempt - 1))
