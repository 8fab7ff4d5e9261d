"""The books of a crash: for everything that was accepted, whether it was done, and how often.

They are read from outside, from the store and from the fakes, after everything has come to rest. No process that was
killed is asked for its opinion.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from eventdemo.backend.services import Domain
from eventdemo.backend.storage.model import Approval, HrApproval, LeasingApproval, ProcurementApproval
from eventdemo.backend.storage.store import Store
from eventdemo.trials.crash_lab.requests import Visit
from mock_services import MockServices

Outcome = Literal["done", "lost", "not accepted"]
TRAILS: dict[Domain, type[Approval]] = {
    "procurement": ProcurementApproval,
    "hr": HrApproval,
    "leasing": LeasingApproval,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one visit."""

    visit: Visit
    outcome: Outcome
    """`not accepted`: the process died before it answered, so nobody was promised anything."""
    begun_again: bool
    """Whether its listener was run a second time."""
    repeated: bool
    """Whether that was felt outside: a topic ended twice, or a line written twice."""


class Witness(Protocol):
    """Who knows what really reached the services."""

    services: MockServices

    @property
    def removals(self) -> Counter[tuple[str, str]]:
        """How often each device was taken out of each topic."""

    @property
    def looks(self) -> Counter[str]:
        """How often somebody asked for a device's topics."""


class Books:
    """Reads the store and the fakes, from outside."""

    def __init__(self, store: Store, fakes: Witness) -> None:
        self._store = store
        self._fakes = fakes

    async def entries(self, visits: Iterable[tuple[Visit, bool]]) -> list[Entry]:
        """Return an entry for each visit; the flag says whether it was accepted."""
        lines = {
            domain: [line.task_id for line in await self._store.approvals(trail)] for domain, trail in TRAILS.items()
        }
        return [self._entry(visit, accepted, lines) for visit, accepted in visits]

    def _entry(self, visit: Visit, accepted: bool, lines: dict[Domain, list[str]]) -> Entry:  # noqa: FBT001
        counts = self._removals(visit) if visit.domain is None else [lines[visit.domain].count(visit.task_id)]
        done: Outcome = "done" if all(counts) else "lost"
        outcome = done if accepted else "not accepted"
        return Entry(visit, outcome, self._begun_again(visit), any(count > 1 for count in counts))

    def _begun_again(self, visit: Visit) -> bool:
        devices = self._fakes.services.company.devices(visit.user_id) if visit.domain is None else ()
        return any(self._fakes.looks[device.token] > 1 for device in devices)

    def _removals(self, visit: Visit) -> Sequence[int]:
        """Return how often each of the user's devices was taken out of each of its topics."""
        devices = self._fakes.services.company.devices(visit.user_id)
        return [self._fakes.removals[device.token, topic] for device in devices for topic in device.topics]
