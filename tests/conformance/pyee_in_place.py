"""A pytest plugin that puts `EventBus` in the place of `pyee.EventEmitter`, for a run of pyee's own tests."""

import pyee
import pyee.base

from eventdemo.core.bus import EventBus

pyee.EventEmitter = pyee.base.EventEmitter = EventBus  # type: ignore[misc]
