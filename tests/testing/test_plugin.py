"""The pytest plugin: what it explores, what a failure shows, and that it stays out of the way until a test wants it."""

import ast
import re
import tomllib

import pytest

from tests.house.repo import text, tree

pytest_plugins = ["pytester"]
SHOP = """
import asyncio
import pytest

class Shop:
    def __init__(self):
        self.stock, self.sold = 1, []

    async def buy(self, customer):
        await asyncio.sleep(0.1)
        if self.stock:
            await asyncio.sleep(0.1)
            self.stock -= 1
            self.sold.append(customer)

@pytest.fixture
async def shop():
    await asyncio.sleep(0.1)
    yield Shop()
    await asyncio.sleep(0.1)
    print("closed")

@pytest.mark.explore
async def test_the_item_is_sold_once(shop, tmp_path):
    print("the shop opens")
    await asyncio.gather(shop.buy("Ann"), shop.buy("Bo"))
    assert len(shop.sold) == 1
"""
FIXED = SHOP.replace("if self.stock:", "if self.stock:\n            self.stock -= 1").replace(
    "0.1)\n            self.stock -= 1", "0.1)"
)


def test_a_failure_shows_the_smallest_schedule_with_the_line_of_each_await_and_its_own_output(run):
    result = run(SHOP)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E       AssertionError: assert 2 == 1",
            "test_it.py::test_the_item_is_sold_once fails in 4 of 6 schedules.",
            "      4  ✗ raised AssertionError: assert 2 == 1",
            "      2  ✓ it passed",
            "    fails * passes",
            "≠ 3 buy #2 at test_it.py:9 * 3 buy #1 at test_it.py:11",
            "≠ 4 buy #1 at test_it.py:11 * 4 buy #2 at test_it.py:9",
            "Replay it:  pytest test_it.py::test_the_item_is_sold_once --explore-replay *",
        ]
    )
    assert [line for line in result.outlines if line in {"the shop opens", "closed"}] == ["the shop opens", "closed"]


def test_a_failure_without_a_choice_says_so(run):
    result = run("async def test_it(): assert []", "--explore")

    result.stdout.fnmatch_lines(["  (the test made no choice)"])


def test_a_failure_is_tried_first_next_time_and_its_token_replays_it_until_it_is_fixed(run, pytester):
    token = re.search(r"--explore-replay (\S+)", run(SHOP).stdout.str())[1]
    kept = pytester.path / ".eventdemo"

    assert [file.read_text().strip() for file in kept.glob("*.token")] == [token]
    run(SHOP).stdout.fnmatch_lines(["It failed in this schedule last time too, so no other one ran."])
    again = run(SHOP + "\n\nasync def test_other(): ...", "--explore-replay", token)
    again.assert_outcomes(failed=1, deselected=1)
    again.stdout.fnmatch_lines(["This is the schedule of the token."])
    assert again.outlines.count("the shop opens") == 1
    fixed = run(FIXED, "--explore-replay", f"{token}9")
    fixed.assert_outcomes(passed=1)
    fixed.stdout.fnmatch_lines(["*: the test no longer has the schedule of the token, so all ran: it passes in *"])
    run(FIXED).assert_outcomes(passed=1)
    assert [file.name for file in kept.iterdir()] == [".gitignore"]
    run(SHOP, "-p", "no:cacheprovider").assert_outcomes(failed=1)
    assert [file.name for file in kept.iterdir()] == [".gitignore"]


WAKE_UP = """
import asyncio
import pytest

@pytest.mark.explore(OPTIONS)
async def test_the_event_is_set():
    ready = asyncio.Event()

    async def wait():
        await ready.wait()
        assert ready.is_set()

    async def after_a_second(act):
        await asyncio.sleep(1)
        act()

    await asyncio.gather(wait(), after_a_second(ready.set), after_a_second(ready.clear))
"""


def test_a_test_that_passes_runs_again_with_several_waits_on_one_turn_which_its_token_replays(run):
    token = re.search(r"--explore-replay (\S+)", run(WAKE_UP.replace("OPTIONS", "")).stdout.str())[1]

    assert "/awaited/turns/" in token
    run(WAKE_UP.replace("OPTIONS", "")).stdout.fnmatch_lines(["It failed in this schedule last time too, *"])
    run(WAKE_UP.replace("OPTIONS", ""), "--explore-replay", token).assert_outcomes(failed=1)
    run(WAKE_UP.replace("OPTIONS", "ready='fifo'")).assert_outcomes(passed=1)


UNMARKED = """
import asyncio

runs = []

def test_plain(): ...

class TestOrder:
    def setup_method(self):
        self.ended = []

    async def end(self, name):
        await asyncio.sleep(1)
        self.ended.append(name)

    async def test_order(self):
        runs.append(self)
        await asyncio.gather(self.end("a"), self.end("b"))
        assert len(self.ended) == 2

def test_later():
    assert len(set(map(id, runs))) == len(runs) > 1
"""


def test_with_the_option_it_explores_every_async_test_and_makes_the_instance_of_its_class_anew(run):
    result = run(UNMARKED, "--explore")

    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["test_it.py::TestOrder::test_order: passes in all 8 schedules (several waits *"])


def test_without_being_asked_it_explores_nothing_and_prints_nothing(run):
    result = run("import asyncio\nasync def test_async(): ...\ndef test_plain(bus, ledger): bus.emit('x')")

    result.assert_outcomes(passed=1, failed=1)  # pytest can't run the async one by itself
    result.stdout.no_fnmatch_line("*explored*")


ANYIO = """
import anyio
import pytest

pytestmark = pytest.mark.anyio

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.fixture
async def box():
    send, receive = anyio.create_memory_object_stream(1)
    async with send, receive:
        yield send, receive

@pytest.mark.explore
async def test_explored(box):
    await anyio.sleep(3600)
    await box[0].send(1)
    assert await box[1].receive() == 1

async def test_not_explored(box):
    await box[0].send(1)
"""


def test_it_works_beside_the_plugin_of_anyio(run):
    result = run(ANYIO, "-p", "anyio.pytest_plugin")

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["test_it.py::test_explored: passes in the only possible schedule (several waits *"])


ENDS = """
import asyncio
import pytest

pytestmark = pytest.mark.explore

async def late():
    await asyncio.sleep(1)

async def test_lost(bus):
    bus.on("user.created", late)
    bus.emit("user.created")
    await asyncio.sleep(1)

@pytest.mark.explore(ledger=False)
async def test_may_be_lost(bus):
    bus.on("user.created", late)
    bus.emit("user.created")

@pytest.mark.explore(strategy="detached")
async def test_detached(bus, ledger):
    bus.on("user.created", late)
    await bus.emit_async("user.created")
    await bus.drain()
    ledger.assert_delivered("user.created", to="late")

async def test_deadlock():
    await asyncio.Event().wait()

async def test_skipped():
    pytest.skip("not today")

async def test_that_fails_in_words():
    pytest.fail("no")

@pytest.mark.xfail(raises=ValueError, strict=True)
async def test_that_is_known_to_fail():
    raise ValueError("no")

@pytest.fixture
async def broken():
    yield
    raise OSError("the port is taken")

async def test_whose_fixture_fails(broken): ...
"""


def test_a_lost_delivery_a_deadlock_and_a_failing_fixture_are_failures(run):
    result = run(ENDS)

    result.assert_outcomes(passed=2, failed=4, skipped=1, xfailed=1)
    result.stdout.fnmatch_lines_random(
        [
            "FAILED test_it.py::test_lost - Failed: it passed, but left without an end: late",
            "deadlock: test_deadlock waits at test_it.py:* for Event.wait",
            "E       Failed: no",
            "E       OSError: the port is taken",
        ]
    )


@pytest.mark.parametrize(
    ("source", "arguments", "message"),
    [
        ("@mark(bounds=3)\nasync def test_it(): ...", (), "explore(bounds=3) is wrong. It takes bound: int, *"),
        ("@mark('x')\nasync def test_it(): ...", (), "explore takes keywords, such as explore(bound=1000)."),
        (
            "@mark(strategy='x')\nasync def test_it(): ...",
            (),
            "explore(strategy='x') is not one of sync, sequential, *",
        ),
        ("async def test_it(): ...", ("--explore-replay", "x/awaited/fifo/0"), "has the schedule 'x/awaited/fifo/0'."),
        ("async def test_it(): ...", ("--explore-replay", "test_it.py::test_it/awaited/x"), "is not a schedule"),
        (
            "@pytest.fixture(scope='module')\nasync def db(): ...\n@mark\nasync def test_it(db): ...",
            (),
            "db has the scope 'module': give it the scope 'function'.",
        ),
        (
            "import asyncio\n@mark\nasync def test_it(): await asyncio.open_connection('x', 80)",
            (),
            "test_it.py:*can't run in virtual time.",
        ),
        (
            "import asyncio\nruns = []\n@mark\nasync def test_it():\n runs.append(1)\n assert len(runs) == 1",
            (),
            "The program is not deterministic: two runs of one schedule*",
        ),
    ],
)
def test_a_mistake_is_one_sentence(run, source, arguments, message):
    result = run(f"import pytest\nmark = pytest.mark.explore\n{source}", *arguments)

    assert result.ret != 0
    lines = "\n".join([*result.outlines, *result.errlines])
    assert re.search(re.escape(message).replace(r"\*", ".*"), lines)
    assert "explored_test.py" not in lines


def test_it_is_an_entry_point_that_imports_nothing_of_eventdemo_before_a_test_needs_it():
    entry_points = tomllib.loads(text("pyproject.toml"))["project"]["entry-points"]

    imported = [node.module for node in tree("pytest_eventdemo/__init__.py").body if isinstance(node, ast.ImportFrom)]
    assert entry_points == {"pytest11": {"pytest_eventdemo": "pytest_eventdemo"}}  # one name, so -p may load it too
    assert sorted(imported) == ["__future__", "inspect", "typing"]
