"""Small programs from a seed: two to four tasks that share memory and use what asyncio offers to observe each other."""

import asyncio
from contextlib import suppress
from random import Random

from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import Observer
from eventdemo.explore import access, wait

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


async def pause(world, number):
    await wait()


async def read(world, number):
    world.note(number, world.memory.read())


async def write(world, number):
    world.memory.write(10 * world.memory.read() + number + 1)


async def lost_update(world, number):
    seen = world.memory.read()
    await wait()
    world.memory.write(seen + 1)


async def with_lock(world, number):
    async with world.lock:
        await lost_update(world, number)


async def is_locked(world, number):
    world.note(number, world.lock.locked())


async def with_semaphore(world, number):
    async with world.semaphore:
        await lost_update(world, number)


async def semaphore_locked(world, number):
    world.note(number, world.semaphore.locked())


async def set_event(world, number):
    world.event.set()


async def clear_event(world, number):
    world.event.clear()


async def wait_for_event(world, number):
    await world.event.wait()


async def is_set(world, number):
    world.note(number, world.event.is_set())


async def notify(world, number):
    async with world.condition:
        world.condition.notify()


async def wait_for_condition(world, number):
    async with world.condition:
        await world.condition.wait()
        await write(world, number)


async def meet(world, number):
    await world.barrier.wait()


async def put(world, number):
    await world.queue.put(number)


async def put_nowait(world, number):
    try:
        world.queue.put_nowait(number)
    except asyncio.QueueFull:
        world.note(number, "full")


async def get(world, number):
    world.note(number, await world.queue.get())


async def get_nowait(world, number):
    try:
        world.note(number, world.queue.get_nowait())
    except asyncio.QueueEmpty:
        world.note(number, "empty")


async def queue_size(world, number):
    world.note(number, (world.queue.qsize(), world.queue.empty(), world.queue.full()))


async def resolve(world, number):
    if not world.future.done():
        world.future.set_result(number)


async def wait_for_future(world, number):
    world.note(number, await asyncio.shield(world.future))


async def future_done(world, number):
    world.note(number, world.future.done())


async def task_done(world, number):
    world.note(number, world.other(number).done())


async def cancel(world, number):
    world.other(number).cancel()


async def join(world, number):
    if number:
        await asyncio.wait([world.tasks[number - 1]])


async def callback(world, number):
    world.other(number).add_done_callback(lambda _: world.memory.write(7))


async def within_timeout(world, number):
    try:
        async with asyncio.timeout(1):
            await lost_update(world, number)
    except TimeoutError:
        world.note(number, "timed out")


async def waited_for(world, number):
    with suppress(TimeoutError):
        await asyncio.wait_for(world.event.wait(), 1)
    await read(world, number)


async def later(world, number):
    asyncio.get_running_loop().call_later(1, world.memory.write, 5)


async def in_thread(world, number):
    def work():
        world.memory.write(world.memory.read() + 3)

    await asyncio.to_thread(work)


async def fail(world, number):
    raise OSError(number)


async def yield_once(world, number):
    await asyncio.sleep(0)


async def notify_all(world, number):
    async with world.condition:
        world.condition.notify_all()


async def wait_for_a_value(world, number):
    async with world.condition:
        await world.condition.wait_for(world.memory.read)


async def with_bounded_semaphore(world, number):
    async with world.bounded:
        await lost_update(world, number)


async def leave_meeting(world, number):
    await world.barrier.abort()


async def waiting_at_barrier(world, number):
    world.note(number, (world.barrier.n_waiting, world.barrier.broken))


async def push(world, number):
    with suppress(asyncio.QueueFull):
        world.stack.put_nowait(number)


async def pop(world, number):
    world.note(number, await world.stack.get())
    world.stack.task_done()


async def join_stack(world, number):
    await world.stack.join()


async def cancel_future(world, number):
    world.future.cancel()


async def fail_future(world, number):
    if not world.future.done():
        world.future.set_exception(OSError("failed"))


async def future_callback(world, number):
    world.future.add_done_callback(lambda _: world.memory.write(8))


async def soon(world, number):
    asyncio.get_running_loop().call_soon(world.memory.write, 6)


async def task_result(world, number):
    with suppress(asyncio.InvalidStateError):
        world.note(number, (world.other(number).cancelled(), world.other(number).exception()))


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


WAITS = [pause, lost_update, with_lock, with_semaphore, with_bounded_semaphore, in_thread, within_timeout]
STEPS = [
    read, write, is_locked, semaphore_locked, set_event, clear_event, wait_for_event, is_set, notify,
    wait_for_condition, meet, put, put_nowait, get, get_nowait, queue_size, resolve, wait_for_future, future_done,
    task_done, cancel, join, callback, waited_for, later, fail, yield_once, notify_all, wait_for_a_value,
    leave_meeting, waiting_at_barrier, push, pop, join_stack, cancel_future, fail_future, future_callback, soon,
    task_result,
]  # fmt: skip
BUS_STEPS = [
    emit, emit, emit_and_wait, listen, listen, listen_once, listen_and_fail, listen_to_errors, count_listeners,
    remove_listeners, observe, drain,
]  # fmt: skip
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
