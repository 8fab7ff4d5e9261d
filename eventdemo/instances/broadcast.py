"""Broadcast: what one instance emits, the others hear a little later, with those listeners that keep it in memory.

What comes in goes to an inbox and not to the bus, so no push is sent by every instance, and nothing is passed on again.
An instance that is dead hears nothing; when it starts its memory is empty anyway.
"""

import asyncio
from collections.abc import Callable, Hashable
from contextlib import suppress

from eventdemo.core.bus import EventBus
from eventdemo.core.events import Event
from eventdemo.instances.process import DiedError, Process, detached_context


class Broadcast:
    """The channel between instances. `latency` says how long the next message takes, in seconds."""

    def __init__(self, latency: Callable[[], float]) -> None:
        self._latency = latency
        self._members: list[BroadcastMember] = []
        self._under_way: set[asyncio.Task[None]] = set()

    def join(self, process: Process, bus: EventBus, inbox: EventBus, *, echoes: bool = False) -> None:
        """Let an instance tell the others what is emitted on `bus`, and hear on `inbox` what they tell.

        Who listens there says which events that is about: subscribe them first. With `echoes` it also hears what it
        tells itself: behind an outbox it may be telling what another one emitted.
        """
        member = BroadcastMember(self, process, inbox, echoes=echoes)
        for name in sorted(inbox.event_names()):
            bus.on(name, member.forward_to_other_instances)
        self._members.append(member)

    def send(self, event: Event, source: "BroadcastMember") -> None:
        """Send an event on its way to everybody else; the messages arrive also if the sender dies meanwhile."""
        self._members = [member for member in self._members if member.process.alive]
        for member in self._members:
            if member is not source or source.echoes:
                channel = detached_context()  # for the callback too: the sender may be dead by then
                task = asyncio.get_running_loop().create_task(self._carry(event, member), context=channel)
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard, context=channel)

    async def _carry(self, event: Event, member: "BroadcastMember") -> None:
        await asyncio.sleep(self._latency())
        with suppress(DiedError):
            await member.process.run(lambda: member.receive_from_another_instance(event))

    async def delivered(self) -> None:
        """Wait until no message is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)


def is_broadcast(bus: EventBus, name: Hashable) -> bool:
    """Tell whether the others hear of an event that is emitted on `bus`."""
    owners = (getattr(listener, "__self__", None) for listener in bus.listeners(name))
    return any(isinstance(owner, BroadcastMember) for owner in owners)


class BroadcastMember:
    """One instance's end of the channel."""

    def __init__(self, channel: Broadcast, process: Process, inbox: EventBus, *, echoes: bool) -> None:
        self.process = process
        self.echoes = echoes
        self._channel = channel
        self._inbox = inbox

    def forward_to_other_instances(self, event: Event) -> None:
        """Send an event to all of them."""
        self._channel.send(event, self)

    async def receive_from_another_instance(self, event: Event) -> None:
        """Pass an event on to those who keep it in memory."""
        self._inbox.emit(event)
