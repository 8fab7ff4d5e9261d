"""Small programs from a seed: two to four tasks that share memory and use what asyncio offers to observe each other."""

import asyncio
from contextlib import suppress
from random import Random

from eventdemo.core.bus import EventBus
from eventdemo.explore import access
from tests.explore.generated_bus_steps import BUS_STEPS
from tests.explore.generated_steps import STEPS, WAITS

GLOBAL = {}


class Attribute:
    value = 0


class Memory:
    """A number, kept in one of four places that tasks may share."""

    def __init__(self, place):
        self.place = place
        box = {"value": 0} if place == "dictionary" else Attribute()
        local = 0
        GLOBAL["value"] = 0

        def read():
            return local

        def write(value):
            nonlocal local
            local = value

        kinds = {
            "dictionary": (lambda: box["value"], lambda value: box.__setitem__("value", value)),
            "attribute": (lambda: box.value, lambda value: setattr(box, "value", value)),
            "closure": (read, write),
            "global": (lambda: GLOBAL["value"], lambda value: GLOBAL.__setitem__("value", value)),
        }
        self._read, self._write = kinds[place]

    def read(self):
        access("the memory", write=False)
        return self._read()

    def write(self, value):
        access("the memory")
        self._write(value)


class World:
    """What the tasks of one run share, and what each of them saw."""

    def __init__(self, place, bus):
        self.memory, self.bus = Memory(place), bus
        self.lock, self.event, self.semaphore = asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(1)
        self.condition, self.queue, self.barrier = asyncio.Condition(), asyncio.Queue(2), asyncio.Barrier(2)
        self.stack, self.bounded = asyncio.LifoQueue(2), asyncio.BoundedSemaphore(1)
        self.future = asyncio.get_running_loop().create_future()
        self.tasks, self.seen = [], {}

    def note(self, number, what):
        access(f"what {number} saw")
        self.seen.setdefault(number, []).append(str(what))

    def all_seen(self):
        for number in range(len(self.tasks)):
            access(f"what {number} saw", write=False)
        return sorted(self.seen.items(), key=str)

    def other(self, number):
        return self.tasks[(number + 1) % len(self.tasks)]


PLACES = ["dictionary", "attribute", "closure", "global"]


async def all_of(world):
    return await asyncio.gather(*world.tasks, return_exceptions=True)


async def first_error(world):
    return await asyncio.gather(*world.tasks)


async def first_completed(world):
    done, _ = await asyncio.wait(world.tasks, return_when=asyncio.FIRST_COMPLETED)
    return [world.tasks.index(task) for task in sorted(done, key=world.tasks.index)]


async def first_exception(world):
    done, _ = await asyncio.wait(world.tasks, return_when=asyncio.FIRST_EXCEPTION)
    return [world.tasks.index(task) for task in sorted(done, key=world.tasks.index)]


async def as_completed(world):
    for number, first in enumerate(asyncio.as_completed(world.tasks)):
        with suppress(OSError, asyncio.CancelledError):
            await first
        world.note("main", (number, world.memory.read()))


ENDS = [all_of, all_of, first_error, first_completed, first_exception, as_completed, None]


def generated(seed, waits=4):
    """Return a program: an async function of the bus that returns all that its tasks saw."""
    random = Random(seed)
    place, end = random.choice(PLACES), random.choice(ENDS)
    kinds = random.choice([STEPS, STEPS, BUS_STEPS, STEPS + BUS_STEPS])
    tasks = [[] for _ in range(random.choice([2, 2, 2, 3, 3, 4]))]
    for steps in tasks:
        for _ in range(random.randint(1, max(1, waits // len(tasks)))):
            steps += [random.choice(WAITS), *random.choices(kinds, k=random.randint(0, 2))]
        if random.random() < 0.3:
            steps.insert(0, random.choice(kinds))

    async def task(world, number, steps):
        for step in steps:
            await step(world, number)
        return number

    async def program(bus=None):
        world = World(place, bus or EventBus())
        result = None
        try:
            if end is None:
                async with asyncio.TaskGroup() as group:
                    world.tasks += [group.create_task(task(world, n, steps)) for n, steps in enumerate(tasks)]
            else:
                world.tasks += [asyncio.create_task(task(world, n, steps)) for n, steps in enumerate(tasks)]
                result = await end(world)
        except (OSError, ExceptionGroup, asyncio.CancelledError) as error:
            result = type(error).__name__
        return f"{result!r} {world.memory.read()} {world.all_seen()}"

    program.text = f"{place} {end and end.__name__} {[[step.__name__ for step in steps] for steps in tasks]}"
    return program
