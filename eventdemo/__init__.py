"""Event-driven architecture inside one process: what really happens between `emit` and the last listener.

Read `core/` first: events, the bus, and how each delivery ends. Then `backend/patterns/` and `backend/wiring.py`, where
the parts of a whole backend meet. `durable/` puts the same listeners behind a queue, `instances/` runs several
processes, `simulate/` runs the backend in virtual time and returns a `Trace`, which `trace/` draws.
"""

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode, Observer
from eventdemo.core.events import Event
from eventdemo.core.fates import Fate
from eventdemo.core.ledger import Ledger
from eventdemo.core.on_event import on_event
from eventdemo.trace.claim import claim, invariant
from eventdemo.trace.record import Trace

__all__ = ["DeliveryMode", "Event", "EventBus", "Fate", "Ledger", "Observer", "Trace", "claim", "invariant", "on_event"]
