"""Event-driven architecture inside one process: what really happens between `emit` and the last listener.

Read `events.py`, then `bus.py`, then the five files of `patterns/`, and `wiring.py`, where they meet. That is a whole
backend. `sim/` runs it in virtual time under several strategies and gives a `Trace`, which `views/` draw.
"""

from eventdemo.bus import EventBus
from eventdemo.dispatch.delivery import Delivery, Observer
from eventdemo.dispatch.listening import on_event
from eventdemo.events import Event
from eventdemo.fates import Fate
from eventdemo.ledger import Ledger
from eventdemo.trace import Trace

__all__ = ["Delivery", "Event", "EventBus", "Fate", "Ledger", "Observer", "Trace", "on_event"]
