"""What the tasks of generated programs do with the bus."""

from eventdemo.core.delivery import Observer
from eventdemo.explore import wait
from tests.explore.generated_steps import write


async def emit(world, number):
    world.note(number, world.bus.emit("event", number))


async def emit_and_wait(world, number):
    world.note(number, await world.bus.emit_async("event", number))


async def listen(world, number):
    async def listener(emitter):
        await wait()
        await write(world, number)

    world.bus.on("event", listener)


async def listen_once(world, number):
    world.bus.once("event", world.memory.write)


async def listen_and_fail(world, number):
    async def broken(emitter):
        raise OSError(emitter)

    world.bus.on("event", broken)


async def listen_to_errors(world, number):
    world.bus.on("error", lambda error: world.memory.write(9))


async def count_listeners(world, number):
    world.note(number, (len(world.bus.listeners("event")), sorted(world.bus.event_names())))


async def remove_listeners(world, number):
    world.bus.remove_all_listeners("event")


class Watcher(Observer):
    def __init__(self, world):
        self.world = world

    def emitted(self, emission):
        self.world.memory.write(1)


async def observe(world, number):
    world.bus.observe(Watcher(world))


async def drain(world, number):
    await world.bus.drain()


BUS_STEPS = [
    emit, emit, emit_and_wait, listen, listen, listen_once, listen_and_fail, listen_to_errors, count_listeners,
    remove_listeners, observe, drain,
]  # fmt: skip
