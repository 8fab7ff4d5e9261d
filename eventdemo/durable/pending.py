"""The emitter's side of the books: deliveries that are accepted, and whose end the observers of a bus are still owed.

A job that is done in the process that emitted it ends its delivery here. What others do is in their books; here it ends
as accepted when these are closed.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from eventdemo.core.delivery import Delivery, current_delivery
from eventdemo.core.fates import Fate, LostError


@dataclass(slots=True)
class PendingDelivery:
    """A delivery that has not ended."""

    delivery: Delivery
    owner: object
    """The bus that emitted."""
    accepted: bool = False
    started: bool = False


class PendingDeliveries:
    """Deliveries by the id of their job, if somebody observes the bus. Each is ended once.

    Buses of one process, or of one simulation, may share their books: then a delivery that one of them emitted and
    another one did is one line.
    """

    def __init__(self) -> None:
        self._entries: dict[str, PendingDelivery] = {}

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._entries

    def enter(self, job_id: str, delivery: Delivery, owner: object) -> None:
        """Owe a delivery its end; the second delivery of the same job ends at once, for it is no job of its own."""
        if job_id in self._entries:
            delivery.end(LostError(Fate.DUPLICATE))
        else:
            self._entries[job_id] = PendingDelivery(delivery, owner)

    def accept(self, job_ids: Iterable[str]) -> None:
        """Note that these jobs are stored: they go on, whatever becomes of the bus."""
        for job_id in job_ids:
            if (entry := self._entries.get(job_id)) is not None:
                entry.accepted = True

    @contextmanager
    def attempt(self, job_id: str) -> Iterator[None]:
        """Let a job's delivery be the cause of what happens inside the block; tell of its start, the first time."""
        entry = self._entries.get(job_id)
        token = current_delivery.set(entry.delivery if entry is not None else None)
        try:
            if entry is not None and not entry.started:
                entry.started = True
                for observer in entry.delivery.emission.observers:
                    observer.started(entry.delivery)
            yield
        finally:
            current_delivery.reset(token)

    def end(self, job_id: str, error: BaseException | None = None) -> None:
        """Tell the end of a job's delivery."""
        if (entry := self._entries.pop(job_id, None)) is not None:
            entry.delivery.end(error)

    def end_all(self, job_ids: Iterable[str], fate: Fate) -> None:
        """Let the deliveries of these jobs end in a fate that no listener had a say in."""
        for job_id in job_ids:
            self.end(job_id, LostError(fate))

    def close(self, owner: object = None) -> None:
        """End what a bus emitted, or any bus: it is accepted, and whoever does it accounts for the rest."""
        self.withdraw(owner)
        self.end_all(self._of(owner, accepted=True), Fate.ACCEPTED)

    def withdraw(self, owner: object = None) -> None:
        """End what a bus emitted and cannot store any more, because its process ends."""
        self.end_all(self._of(owner, accepted=False), Fate.WITHDRAWN)

    def _of(self, owner: object, *, accepted: bool) -> list[str]:
        return [
            job_id
            for job_id, entry in self._entries.items()
            if entry.accepted is accepted and (owner is None or entry.owner is owner)
        ]
