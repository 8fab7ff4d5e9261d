"""The emitter's side of the books: deliveries that are accepted, and whose end the observers of a bus are still owed.

A job that is done in the process that emitted it ends its delivery here. What others do is in their books; here it ends
as accepted when these are closed.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from eventdemo.dispatch.attendance import cause
from eventdemo.dispatch.delivery import Handover
from eventdemo.fates import Fate, LostError


@dataclass(slots=True)
class Entry:
    """A delivery that has not ended."""

    handover: Handover
    started: bool = False


class Books:
    """Deliveries by the id of their job, if somebody observes the bus. Each is ended once."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._entries

    def enter(self, job_id: str, handover: Handover) -> None:
        """Owe a delivery its end; the second delivery of the same job ends at once, for it is no job of its own."""
        if job_id in self._entries:
            _tell(handover, LostError(Fate.DUPLICATE))
        else:
            self._entries[job_id] = Entry(handover)

    @contextmanager
    def attempt(self, job_id: str) -> Iterator[None]:
        """Let a job's delivery be the cause of what happens inside the block; tell of its start, the first time."""
        entry = self._entries.get(job_id)
        token = cause.set(entry.handover if entry is not None else None)
        try:
            if entry is not None and not entry.started:
                entry.started = True
                for observer in entry.handover.emission.observers:
                    observer.started(entry.handover)
            yield
        finally:
            cause.reset(token)

    def end(self, job_id: str, error: BaseException | None = None) -> None:
        """Tell the end of a job's delivery."""
        if (entry := self._entries.pop(job_id, None)) is not None:
            _tell(entry.handover, error)

    def end_all(self, job_ids: Iterable[str], fate: Fate) -> None:
        """Let the deliveries of these jobs end in a fate that no listener had a say in."""
        for job_id in job_ids:
            self.end(job_id, LostError(fate))

    def close(self) -> None:
        """End what is accepted and not done here: who does it accounts for the rest."""
        self.end_all(list(self._entries), Fate.ACCEPTED)


def _tell(handover: Handover, error: BaseException | None) -> None:
    handover.ended = True
    for observer in handover.emission.observers:
        observer.ended(handover, error)
