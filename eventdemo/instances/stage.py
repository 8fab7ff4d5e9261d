"""The parts of one instance, before any listener is subscribed.

The simulator, the explorer and a real process each make a `Stage` in their own way; a program that is given one runs
under all of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eventdemo.backend.services import Fcm, OracleFusion, Yardi
from eventdemo.backend.services.http import httpx
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.store import Store
from eventdemo.core.bus import EventBus
from eventdemo.instances.process import Process
from mock_services import Company, MockServices


@dataclass(frozen=True, slots=True)
class Stage:
    """The parts of one instance, with no listener subscribed yet."""

    bus: EventBus
    database: Database
    store: Store
    http: httpx.AsyncClient
    """What the services' clients send with."""
    oracle: OracleFusion
    yardi: Yardi
    fcm: Fcm
    company: Company
    """Whom the store and the services know: the truth to hold an outcome against."""
    services: MockServices
    """What the services have seen."""
    user_ids: Sequence[int]
    """The ids of those who take part: all users in a simulation, a few where every order is tried."""
    compute: Callable[[float], None]
    """Uses the processor for so many seconds, as a big report does: whoever shares it waits."""
    inbox: EventBus
    """For what other instances emit: whoever keeps it in memory has to listen here too."""
    process: Process
    """What is to die with this instance has to run in it."""
    start: Callable[[str], "Stage"]
    """Starts another instance, or one that died, by its name: the same store and services, all else of its own."""
