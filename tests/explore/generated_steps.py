"""What the tasks of generated programs do with each primitive of asyncio."""

import asyncio
from contextlib import suppress

from eventdemo.explore import wait


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


WAITS = [pause, lost_update, with_lock, with_semaphore, with_bounded_semaphore, in_thread, within_timeout]
STEPS = [
    read, write, is_locked, semaphore_locked, set_event, clear_event, wait_for_event, is_set, notify,
    wait_for_condition, meet, put, put_nowait, get, get_nowait, queue_size, resolve, wait_for_future, future_done,
    task_done, cancel, join, callback, waited_for, later, fail, yield_once, notify_all, wait_for_a_value,
    leave_meeting, waiting_at_barrier, push, pop, join_stack, cancel_future, fail_future, future_callback, soon,
    task_result,
]  # fmt: skip
