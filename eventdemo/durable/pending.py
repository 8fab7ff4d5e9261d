"""Accepted deliveries whose outcome the observers of a bus still wait for.

If the process that emitted also processes the job, the delivery ends here with its real outcome. Otherwise it ends as
accepted when the bus closes, and the worker's process accounts for the rest.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from eventdemo.core.delivery import Delivery, current_delivery
from eventdemo.core.fates import Fate, LostError


@dataclass(slots=True)
class PendingDelivery:
    """A delivery without an outcome, and the bus that emitted its event."""

    delivery: Delivery
    owner: object
    accepted: bool = False


class PendingDeliveries:
    """Deliveries by the id of their job, while the bus has observers. Each is ended once.

    Buses of one process, or of one simulation, may share an instance. Then a job that one bus emitted and another one
    processed is one delivery.
    """

    def __init__(self) -> None:
        self._deliveries: dict[str, PendingDelivery] = {}

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._deliveries

    def add(self, job_id: str, delivery: Delivery, owner: object) -> None:
        """Add a delivery; end it as a duplicate if its job is pending already."""
        if job_id in self._deliveries:
            delivery.end(LostError(Fate.DUPLICATE))
        else:
            self._deliveries[job_id] = PendingDelivery(delivery, owner)

    def accept(self, job_ids: Iterable[str]) -> None:
        """Mark these jobs as stored: they are processed even if the bus closes."""
        for job_id in job_ids:
            if (pending := self._deliveries.get(job_id)) is not None:
                pending.accepted = True

    @contextmanager
    def attempt(self, job_id: str) -> Iterator[None]:
        """Make a job's delivery the current one inside the block; on the first attempt, report its start."""
        pending = self._deliveries.get(job_id)
        token = current_delivery.set(pending.delivery if pending is not None else None)
        try:
            if pending is not None and pending.delivery.started is None:
                pending.delivery.start(pending.delivery.emission.observers.time())
            yield
        finally:
            current_delivery.reset(token)

    def end(self, job_id: str, error: BaseException | None = None) -> None:
        if (pending := self._deliveries.pop(job_id, None)) is not None:
            pending.delivery.end(error)

    def end_all(self, job_ids: Iterable[str], fate: Fate) -> None:
        """End the deliveries of these jobs with a fate that no listener decided."""
        for job_id in job_ids:
            self.end(job_id, LostError(fate))

    def close(self, owner: object = None) -> None:
        """End the deliveries of a bus, or of all: stored jobs as accepted, the others as withdrawn."""
        self.withdraw(owner)
        self.end_all(self._of(owner, accepted=True), Fate.ACCEPTED)

    def withdraw(self, owner: object = None) -> None:
        """End the deliveries that can no longer be stored because the process of their bus ends."""
        self.end_all(self._of(owner, accepted=False), Fate.WITHDRAWN)

    def _of(self, owner: object, *, accepted: bool) -> list[str]:
        return [
            job_id
            for job_id, pending in self._deliveries.items()
            if pending.accepted is accepted and (owner is None or pending.owner is owner)
        ]
