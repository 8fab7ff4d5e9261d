"""What an event is, and the registry of event names.

An event is a fact: a frozen pydantic model with a wire name such as `user.created`. Defining the class registers the
name, and a name is defined once. This file knows neither emitters nor listeners.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eventdemo.core import clock
from eventdemo.core.wording import did_you_mean

REGISTRY: dict[str, type["Event"]] = {}
NAMES: dict[type, str] = {}
"""The wire name of each event class, for `emit`: asking pydantic whether something is an `Event` is slow."""

UNTYPED = frozenset({"error", "new_listener"})
"""Names of pyee's own events. A strict bus accepts them, and every bus calls their listeners in this process."""


class UnknownEventError(LookupError):
    """A strict bus was given a name that no event class has."""


class PayloadError(TypeError):
    """A payload does not fit the event that its name stands for."""


class Event(BaseModel):
    """Something that happened: what, which one, and when.

    `class UserCreated(Event, name="user.created")` registers the class under its wire name. Instances are frozen, so no
    listener can change what the next one reads.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: ClassVar[str] = ""

    id: str = Field(default_factory=clock.new_id)
    time: datetime = Field(default_factory=clock.now)

    def __init_subclass__(cls, *, name: str = "", **kwargs: Any) -> None:
        """Register the class under its wire name; a class without one is a shared base."""
        super().__init_subclass__(**kwargs)
        if name and _place(known := REGISTRY.get(name, cls)) != _place(cls):
            raise ValueError(f"The event name {name!r} belongs to {_place(known)}: give {_place(cls)} another.")
        cls.name = name
        if name:
            REGISTRY[name], NAMES[cls] = cls, name


def _place(cls: type) -> str:
    """Return where a class is defined; the same place again is a notebook cell or a module that ran once more."""
    return f"{cls.__module__}.{cls.__qualname__}"


def name_of(event: "str | type[Event]") -> str:
    """Return the wire name of an event class, or the name itself."""
    if not (isinstance(event, type) and issubclass(event, Event)):
        return event
    if not event.name:
        raise ValueError(f"{event.__qualname__} has no wire name of its own: use one of its subclasses.")
    return event.name


def event_class(name: str) -> type[Event]:
    """Return the class registered under `name`, or say which name was probably meant."""
    if (known := REGISTRY.get(name)) is not None:
        return known
    hint = did_you_mean(name, REGISTRY, "`eventdemo events` lists the known names.")
    raise UnknownEventError(f"There is no event named {name!r}: {hint}")


def parse(name: str, *payloads: object) -> Event:
    """Turn a payload (the event itself, or a mapping of its fields) into the event registered under `name`."""
    cls = event_class(name)
    if len(payloads) != 1:
        raise PayloadError(f"{name!r} on a strict bus carries exactly one payload, not {len(payloads)}.")
    payload = payloads[0]
    if isinstance(payload, cls):
        return payload
    if not isinstance(payload, Mapping):
        raise PayloadError(f"{name!r} carries a {cls.__name__} or a mapping of its fields, not {payload!r}.")
    try:
        return cls.model_validate(dict(payload))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise PayloadError(f"The payload does not fit {name!r} ({cls.__name__}): {faults}.") from error
