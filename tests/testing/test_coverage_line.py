"""After the tests, a line says of each explored one in which schedules it ran, and on which condition it passes."""

pytest_plugins = ["pytester"]


def test_a_test_that_was_not_run_in_every_schedule_says_how_to_run_more(run):
    mark = "import asyncio, pytest\n@pytest.mark.explore(bound=1)\n"
    result = run(f"{mark}async def test_it(): await asyncio.gather(asyncio.sleep(1), asyncio.sleep(1))")

    result.stdout.fnmatch_lines(["*: passes in all 2 runs: *. To run more of them, raise explore(bound=...)"])


def test_a_test_whose_code_runs_in_threads_passes_on_a_condition(run):
    result = run("import asyncio\nasync def test_it(): await asyncio.to_thread(len, [])", "--explore")

    result.stdout.fnmatch_lines(["*: passes in the only possible schedule if nothing interrupts its threads (*"])
