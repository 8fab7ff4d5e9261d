"""A broadcast: the others hear a little later what one instance emits, in their memories and nowhere else."""

import asyncio

from eventdemo.core.bus import EventBus
from eventdemo.core.events import UserCreated, UserDeleted
from eventdemo.core.on_event import on_event
from eventdemo.instances.broadcast import Broadcast
from eventdemo.instances.process import Process
from eventdemo.simulate.killable_loop import KillableLoop
from eventdemo.simulate.virtual_time import VirtualClock, run_in


class Memory:
    """Remembers who was created."""

    def __init__(self):
        self.users = []

    @on_event(UserCreated)
    async def remember(self, event):
        self.users.append((event.user_id, asyncio.get_running_loop().time()))


class Instance:
    """A process with a bus, a memory, and a listener that pushes."""

    def __init__(self, name, channel):
        self.process, self.bus, self.memory, self.pushed = Process(name), EventBus(), Memory(), []
        inbox = EventBus()
        for bus in (self.bus, inbox):
            bus.subscribe(self.memory)
        self.bus.on(UserCreated, lambda event: self.pushed.append(event.user_id))
        channel.join(self.process, self.bus, inbox)


def played(play):
    async def main():
        channel = Broadcast(lambda: 0.25)
        instances = [Instance(name, channel) for name in "ABC"]
        await play(*instances)
        await channel.delivered()
        await asyncio.sleep(1)
        return instances

    return run_in(KillableLoop(VirtualClock()), main())


def test_every_memory_hears_it_the_others_a_little_later_and_only_one_pushes():
    async def play(a, b, c):
        a.bus.emit(UserCreated(user_id=7))

    instances = played(play)

    assert [each.memory.users for each in instances] == [[(7, 0.0)], [(7, 0.25)], [(7, 0.25)]]
    assert [each.pushed for each in instances] == [[7], [], []]


def test_only_what_a_memory_listens_to_is_sent():
    async def play(a, b, c):
        assert a.bus.emit(UserDeleted(user_id=7)) is False

    assert [each.memory.users for each in played(play)] == [[], [], []]


def test_a_message_that_was_sent_arrives_although_the_sender_dies():
    async def play(a, b, c):
        async def emits():
            a.bus.emit(UserCreated(user_id=7))

        await a.process.run(emits)
        a.process.kill()

    assert [each.memory.users for each in played(play)] == [[(7, 0.0)], [(7, 0.25)], [(7, 0.25)]]


def test_who_is_dead_when_it_arrives_hears_nothing():
    async def play(a, b, c):
        a.bus.emit(UserCreated(user_id=7))
        b.process.kill()

    assert [each.memory.users for each in played(play)] == [[(7, 0.0)], [], [(7, 0.25)]]
