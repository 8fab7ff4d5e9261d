"""A run inside a running loop replaces and restores it; inside another virtual run it blocks every task."""

import asyncio

import pytest

from eventdemo.simulate import NothingCanHappenError, VirtualClock, VirtualLoop, run
from eventdemo.simulate.virtual_time import run_in
from tests.needs import needs, without_extra


async def passes(seconds, result=None):
    await asyncio.sleep(seconds)
    return result


def real(main):
    """Run in one of asyncio's own loops, in real time: nothing in here takes any."""
    return asyncio.run(main)


def outside():
    return asyncio.get_running_loop(), asyncio.current_task()


def test_a_run_works_inside_a_loop_that_is_running():
    async def main():
        before = outside()
        result = run(passes(1000, "done"))
        await asyncio.sleep(0)
        return result, outside() == before

    assert real(main()) == ("done", True)


def test_a_run_works_inside_a_run_inside_a_run():
    async def inner():
        return [asyncio.get_running_loop(), run(passes(3, "inmost"))]

    async def main():
        before = outside()
        loop, result = run(inner())
        return result, loop is not before[0], outside() == before

    assert real(main()) == ("inmost", True, True)


def test_the_outer_loop_and_task_are_restored_even_after_an_exception():
    async def fails():
        await asyncio.sleep(1)
        raise OSError

    async def main():
        before = outside()
        for broken, error in ((fails(), OSError), (asyncio.Event().wait(), NothingCanHappenError)):
            with pytest.raises(error):
                run(broken)
            assert outside() == before
        async with asyncio.timeout(60):  # needs a current task
            await asyncio.sleep(0)

    real(main())


def test_a_run_works_from_a_callback_where_there_is_no_current_task():
    async def main():
        result = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(lambda: result.set_result((run(passes(9, 9)), asyncio.current_task())))
        return await result

    assert real(main()) == (9, None)


def test_without_any_loop_a_run_leaves_none_behind():
    run(passes(1))

    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()


def test_time_in_a_blocking_run_passes_for_every_task():
    async def others(seen):
        await asyncio.sleep(1)
        seen.append(asyncio.get_running_loop().time())

    async def main():
        seen, loop = [], asyncio.get_running_loop()
        other = asyncio.ensure_future(others(seen))
        await asyncio.sleep(0.5)
        run(passes(10), loop.clock)
        seen.append(loop.time())
        await other
        return seen

    assert run(main()) == [10.5, 10.5]  # the other one was due at 1, and could not run


def test_a_blocking_run_blocks_the_loop_around_it():
    async def main():
        loop = asyncio.get_running_loop()
        await asyncio.sleep(1)
        run(passes(2), loop.clock)
        await asyncio.sleep(1)
        run(passes(0.5), loop.clock)

    loop = VirtualLoop(VirtualClock())
    run_in(loop, main())

    assert loop.stalls == [(1, 3), (4, 4.5)]
    assert loop.longest_stall == 2


def test_waiting_does_not_block_the_loop():
    async def main():
        await asyncio.gather(passes(1), passes(2))

    loop = VirtualLoop(VirtualClock())
    run_in(loop, main())

    assert loop.stalls == []


def test_only_the_first_thousand_blocks_are_kept_and_the_longest():
    async def main():
        for number in range(1100):
            run(passes(number / 1000), asyncio.get_running_loop().clock)
            await asyncio.sleep(1)

    loop = VirtualLoop(VirtualClock())
    run_in(loop, main())

    assert len(loop.stalls) == 1000
    assert loop.longest_stall == pytest.approx(1.099)


CELLS = (
    """\
import asyncio
from eventdemo.simulate import run, simulate

async def week():
    await asyncio.sleep(7 * 24 * 3600)
    return run(asyncio.sleep(1, "a week"))

outer = asyncio.get_running_loop()
print(run(week()), simulate("logout", users=2).balanced, asyncio.get_running_loop() is outer)""",
    "await asyncio.sleep(0); print('still here')",
)


@needs(without_extra("notebooks", "nbclient", "nbformat"))
def test_a_run_works_in_a_cell_of_a_notebook():
    import nbclient
    import nbformat

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])

    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()

    assert [cell.outputs[0].text for cell in notebook.cells] == ["a week True True\n", "still here\n"]
