"""The parts of one instance, before any listener is subscribed.

The simulator, the explorer and a real process each build a `Stage` in their own way, so a program that takes one runs
under all of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from eventdemo.backend.services import Fcm, OracleFusion, Yardi
from eventdemo.backend.services.http import httpx
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.store import Store
from eventdemo.core.bus import EventBus
from eventdemo.instances.process import Process
from mock_services import Company, MockServices

T = TypeVar("T")


class Share(Protocol):
    """Returns an object for use by several tasks; the explorer's version reports each use of it."""

    def __call__(self, thing: T, name: str, /) -> T: ...


def as_it_is(thing: T, _name: str) -> T:
    return thing


@dataclass(frozen=True, slots=True)
class Stage:
    """The parts of one instance, with no listener subscribed yet."""

    bus: EventBus
    database: Database
    store: Store
    http: httpx.AsyncClient
    """The client that the services' clients use."""
    oracle: OracleFusion
    yardi: Yardi
    fcm: Fcm
    company: Company
    """The people in the store and the services: the truth to compare an outcome with."""
    services: MockServices
    """The fakes, which record what they received."""
    user_ids: Sequence[int]
    """The users who take part: all of them in a simulation, a few in an exploration."""
    compute: Callable[[float], None]
    """Computes for that many seconds and blocks the event loop meanwhile, as a big report does."""
    inbox: EventBus
    """The bus for events of other instances; a listener that keeps a cache has to listen here too."""
    process: Process
    """The process of this instance; a kill stops what runs in it, and nothing else."""
    start: Callable[[str], "Stage"]
    """Starts an instance by its name, a new one or a dead one: it shares the store and the services only."""
    shared: Share = as_it_is
    """Declares an object that one task reads while another one may still write to it."""
