"""What `explore` tries by default: waits that end one by one, and if a program passes, several on one turn."""

import asyncio

from eventdemo.explore import explore


def test_a_program_that_passes_runs_again_with_several_waits_on_one_turn():
    """An event that is cleared on the turn in which it was set wakes a waiter, which finds it cleared."""

    async def program():
        ready = asyncio.Event()

        async def wait():
            await ready.wait()
            assert ready.is_set()

        async def after_a_second(act):
            await asyncio.sleep(1)
            act()

        await asyncio.gather(wait(), after_a_second(ready.set), after_a_second(ready.clear))

    assert not explore(program, ready="fifo").refuted
    found = explore(program)
    assert (found.refuted, found.ready) == (True, "turns")
