"""Broadcast: an event that one instance emits reaches the in-memory caches of the other instances a little later.

It arrives at an inbox and not at the bus, so that not every instance sends the push, and no event is forwarded twice. A
dead instance receives nothing, and when it restarts its caches are empty anyway.
"""

import asyncio
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from eventdemo.core.bus import EventBus
from eventdemo.core.events import Event
from eventdemo.instances.process import DiedError, Process, detached_context


class BroadcastInbox(EventBus):
    """A bus for the events of other instances, which reports the first listener of each name."""

    first_of_its_name: Callable[[Any], None] | None = None

    def _add_event_handler(self, event: Any, k: Any, v: Any) -> None:
        is_first = not self.listeners(event)
        super()._add_event_handler(event, k, v)
        if is_first and self.first_of_its_name is not None:
            self.first_of_its_name(event)


class Broadcast:
    """The channel between instances. `latency` returns how many seconds the next message takes."""

    def __init__(self, latency: Callable[[], float]) -> None:
        self._latency = latency
        self._members: list[BroadcastMember] = []
        self._in_flight: set[asyncio.Task[None]] = set()

    def join(self, process: Process, bus: EventBus, inbox: EventBus, *, echoes: bool = False) -> None:
        """Connect an instance: it sends what is emitted on `bus`, and receives on `inbox` what the others send.

        It sends the events that have listeners on `inbox`; only a `BroadcastInbox` may get them later. With `echoes`
        it also receives what it sends: a worker behind an outbox may be sending an event that another instance emitted.
        """
        member = BroadcastMember(self, process, inbox, echoes)

        def forward(name: Any) -> None:
            bus.on(name, member.forward_to_other_instances)

        for name in sorted(inbox.event_names()):
            forward(name)
        if isinstance(inbox, BroadcastInbox):
            inbox.first_of_its_name = forward
        self._members.append(member)

    def send(self, event: Event, source: "BroadcastMember") -> None:
        """Send an event to all other instances. Messages in flight survive the sender's death."""
        self._members = [member for member in self._members if member.process.alive]
        for member in self._members:
            if member is not source or source.echoes:
                channel = detached_context()  # for the callback too: the sender may be dead by then
                task = asyncio.get_running_loop().create_task(self._carry(event, member), context=channel)
                self._in_flight.add(task)
                task.add_done_callback(self._in_flight.discard, context=channel)

    async def _carry(self, event: Event, member: "BroadcastMember") -> None:
        await asyncio.sleep(self._latency())
        with suppress(DiedError):
            await member.process.run(lambda: member.receive_from_another_instance(event))

    async def drain(self) -> None:
        while self._in_flight:
            await asyncio.wait(self._in_flight)


def is_broadcast(bus: EventBus, name: Hashable) -> bool:
    owners = (getattr(listener, "__self__", None) for listener in bus.listeners(name))
    return any(isinstance(owner, BroadcastMember) for owner in owners)


@dataclass(eq=False)
class BroadcastMember:
    channel: Broadcast
    process: Process
    inbox: EventBus
    echoes: bool

    def forward_to_other_instances(self, event: Event) -> None:
        self.channel.send(event, self)

    async def receive_from_another_instance(self, event: Event) -> None:
        self.inbox.emit(event)
