"""A broadcast: an event reaches the caches of the other instances a little later, and no other listener there."""

import asyncio

from eventdemo.backend.events import UserCreated, UserDeleted
from eventdemo.core.bus import EventBus
from eventdemo.core.on_event import on_event
from eventdemo.instances.broadcast import Broadcast
from eventdemo.instances.process import Process
from eventdemo.simulate.killable_loop import KillableLoop
from eventdemo.simulate.virtual_time import VirtualClock, run_in


class Cache:
    """Records the created users and when it heard of them."""

    def __init__(self):
        self.users = []

    @on_event(UserCreated)
    async def record(self, event):
        self.users.append((event.user_id, asyncio.get_running_loop().time()))


class Instance:
    """A process with a bus, a cache, and a listener that sends pushes."""

    def __init__(self, name, channel):
        self.process, self.bus, self.cache, self.pushed = Process(name), EventBus(), Cache(), []
        inbox = EventBus()
        for bus in (self.bus, inbox):
            bus.subscribe(self.cache)
        self.bus.on(UserCreated, lambda event: self.pushed.append(event.user_id))
        channel.join(self.process, self.bus, inbox)


def run_scenario(scenario):
    async def main():
        channel = Broadcast(lambda: 0.25)
        instances = [Instance(name, channel) for name in "ABC"]
        await scenario(*instances)
        await channel.drain()
        await asyncio.sleep(1)
        return instances

    return run_in(KillableLoop(VirtualClock()), main())


def test_every_cache_gets_the_event_and_one_instance_sends_the_push():
    async def scenario(a, b, c):
        a.bus.emit(UserCreated(user_id=7))

    instances = run_scenario(scenario)

    assert [each.cache.users for each in instances] == [[(7, 0.0)], [(7, 0.25)], [(7, 0.25)]]
    assert [each.pushed for each in instances] == [[7], [], []]


def test_an_event_without_a_cache_listener_is_not_sent():
    async def scenario(a, b, c):
        assert a.bus.emit(UserDeleted(user_id=7)) is False

    assert [each.cache.users for each in run_scenario(scenario)] == [[], [], []]


def test_a_message_in_flight_survives_the_sender_s_death():
    async def scenario(a, b, c):
        async def emit():
            a.bus.emit(UserCreated(user_id=7))

        await a.process.run(emit)
        a.process.kill()

    assert [each.cache.users for each in run_scenario(scenario)] == [[(7, 0.0)], [(7, 0.25)], [(7, 0.25)]]


def test_a_dead_instance_receives_nothing():
    async def scenario(a, b, c):
        a.bus.emit(UserCreated(user_id=7))
        b.process.kill()

    assert [each.cache.users for each in run_scenario(scenario)] == [[(7, 0.0)], [], [(7, 0.25)]]
