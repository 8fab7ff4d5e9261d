"""Small experiments whose schedules can be counted by hand."""

import asyncio
from itertools import permutations

from eventdemo.explore import EventLog, Experiment, access, wait


def experiment(play, holds=lambda outcome: True, name="a program", claim="it holds", *, declared=True):
    return Experiment(name, claim, play, holds, declared=declared)


def listeners_of_steps(listeners, steps, *, shared):
    """Return an experiment whose listeners wait and write, to a shared resource or each to its own."""

    def listener(number):
        async def work():
            for _ in range(steps):
                await wait()
                access("shared" if shared else f"of {number}")

        return work

    async def play(bus):
        for number in range(listeners):
            bus.on("user.created", listener(number))
        await bus.emit_async("user.created")
        return "done"

    return experiment(play)


def lost_update(listeners=2):
    """Return the lost update: each listener reads a counter, waits, and writes the next number."""

    async def play(bus):
        counter = [0]

        async def count_user():
            access("the counter", write=False)
            seen = counter[0]
            await wait()
            access("the counter")
            counter[0] = seen + 1

        async def count_later():
            await wait()
            await count_user()

        for _ in range(listeners):
            bus.on("user.created", count_later)
        await bus.emit_async("user.created")
        return f"{counter[0]} counted"

    return experiment(play, f"{listeners} counted".__eq__, "lost-update", "every user is counted")


def racing(*names, holds=lambda outcome: True):
    """Return an experiment whose outcome is the order in which listeners ended."""

    async def play(bus):
        log = EventLog()

        def listener(name):
            async def work():
                await wait()
                log.note(name)

            work.__name__ = name
            return work

        for name in names:
            bus.on("user.created", listener(name))
        await bus.emit_async("user.created")
        return log.read()

    return experiment(play, holds, "racing", "they end in the right order")


def with_accesses(program):
    """Return an experiment from a list of steps for each task; a step is a list of (resource, write) after a wait.

    A read records the value, and a write derives a new one from it, so the outcome distinguishes every two orders that
    any program could distinguish.
    """

    async def play(bus):
        memory, values_seen = {}, {}

        async def task(number, steps):
            for accesses in steps:
                await wait()
                for resource, write in accesses:
                    access(resource, write=write)
                    seen = memory.get(resource, "")
                    values_seen.setdefault(number, []).append(f"{resource}={seen}")
                    if write:
                        memory[resource] = f"{seen}{number}"

        await asyncio.gather(*(task(number, steps) for number, steps in enumerate(program)))
        return repr((sorted(memory.items()), sorted(values_seen.items())))

    return experiment(play)


class InterferingTasks:
    """Tasks whose steps access resources, cancel another task, or join an earlier one."""

    def __init__(self, program):
        self.memory, self.values_seen = {}, []
        self.tasks = [asyncio.ensure_future(self.run(number, steps)) for number, steps in enumerate(program)]

    async def run(self, number, steps):
        try:
            for kind, what in steps:
                await wait()
                await self.step(number, kind, what)
        except asyncio.CancelledError:
            self.read_and_write(number, [("x", True)])
            raise

    async def step(self, number, kind, what):
        if kind == "access":
            self.read_and_write(number, what)
        elif kind == "cancel" and what != number:
            for task in self.tasks[what : what + 1]:
                task.cancel()
        elif kind == "join" and what < number:
            await asyncio.wait([self.tasks[what]])

    def read_and_write(self, number, accesses):
        for resource, write in accesses:
            access(resource, write=write)
            seen = self.memory.get(resource, "")
            self.values_seen.append(f"{number}: {resource}={seen}")
            self.memory[resource] = f"{seen}{number}" if write else seen


def interfering(program):
    """Return an experiment whose tasks cancel and join each other."""

    async def play(bus):
        tasks = InterferingTasks(program)
        await asyncio.wait(tasks.tasks)
        return repr((sorted(tasks.memory.items()), sorted(tasks.values_seen)))

    return experiment(play)


def classes(program):
    """Count by brute force the orders of a program's steps, and their equivalence classes under independence."""
    steps = [(number, index) for number, task in enumerate(program) for index in range(len(task))]
    orders = {order for order in permutations(steps) if all(ahead(order, n, i) for n, i in steps if i)}
    normal_forms = {normal(order, program) for order in orders}
    return len(orders), len(normal_forms)


def ahead(order, number, index):
    return order.index((number, index - 1)) < order.index((number, index))


def normal(order, program):
    """Return the order of each pair of dependent steps, which is the same in all of an equivalence class."""
    return frozenset(
        (a, b)
        for place, a in enumerate(order)
        for b in order[place + 1 :]
        if a[0] != b[0] and clash(program[a[0]][a[1]], program[b[0]][b[1]])
    )


def clash(one, other):
    return any(r == s and (w or v) for r, w in one for s, v in other)
