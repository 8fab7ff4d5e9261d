"""Spans know the lines at which they emitted and waited, in the code that a reader studies."""

import asyncio
import inspect
from functools import partial
from linecache import getline

import pytest

from eventdemo.core import bus as core
from eventdemo.explore.replay import parse, replay_traced
from eventdemo.learn import fate_example
from eventdemo.pitfalls import logout_race
from eventdemo.simulate import simulate
from eventdemo.simulate.recorder import FOLLOWED
from eventdemo.simulate.studied_lines import first_line, is_studied
from eventdemo.trace.record import Trace


async def wait_twice(event):
    await asyncio.sleep(1)
    await look_up()


async def look_up():
    await asyncio.sleep(1)


async def emit_once(bus):
    bus.on("said", wait_twice)
    await bus.emit_async("said", 7)


def lines_of(trace, name):
    """Return the texts of a span's lines, with their times."""
    span = next(span for span in trace.spans if span.name == name)
    return [(text_at(line.file, line.number), line.time) for line in span.lines]


def text_at(file, number):
    return getline(file, number).strip()


def test_an_emit_has_the_line_of_its_call_and_a_delivery_those_at_which_it_waited():
    trace = simulate(emit_once)

    assert lines_of(trace, "said") == [('await bus.emit_async("said", 7)', 0.0)]
    assert lines_of(trace, "wait_twice") == [
        ("async def wait_twice(event):", 0.0),
        ("await asyncio.sleep(1)", 0.0),
        ("await asyncio.sleep(1)", 1.0),  # the one of `look_up`
    ]
    numbers = [line.number for line in trace.spans[1].lines]
    assert numbers[2] == inspect.getsourcelines(look_up)[1] + 1


def test_a_call_of_a_service_is_at_the_line_of_the_pattern_not_of_the_client():
    found = [text for text, _ in lines_of(simulate("logout-race", users=2), "unsubscribe_from_topics")]

    assert "for token in await self._store.device_tokens(event.user_id):" in found


@pytest.mark.parametrize("strategy", ["sync", "sequential", "awaited", "bounded:2", "detached"])
def test_each_listener_has_lines_under_every_strategy(strategy):
    trace = simulate("fan-out", strategy=strategy, users=2)

    for span in trace.spans:
        assert bool(span.lines.reached) == (span.kind != "call")


async def emit_often(bus):
    bus.on("said", wait_twice)
    for number in range(FOLLOWED + 1):
        await bus.emit_async("said", number)


def test_a_delivery_of_a_later_emit_has_its_first_line_only():
    trace = simulate(emit_often)
    numbers = [len(span.lines.reached) for span in trace.spans if span.name == "wait_twice"]

    assert numbers == [3] * FOLLOWED + [1]


def test_the_code_around_a_run_is_no_part_of_it():
    trace = simulate("fan-out", users=3, instances=2, crashes="A@0.4", repairs="leader-lock,broadcast")

    assert {line.file for span in trace.spans for line in span.lines if line.file == __file__} == set()


def test_a_listener_that_another_instance_missed_has_its_first_line():
    trace = simulate("lifecycle", users=2, instances=2)
    missed = next(span for span in trace.spans if span.start is None)

    assert [text_at(line.file, line.number) for line in missed.lines] == ["@on_event(UserCreated)"]
    assert missed.name == "refresh_name"


def test_replays_and_the_small_programs_of_the_notebooks_have_lines_too():
    _, spans, *_ = replay_traced(parse("logout-race/awaited/fifo/01"))

    assert all(span.lines.reached for span in spans if span.kind != "call")
    assert all(span.lines.reached for span in fate_example("skipped").spans)


def test_lines_are_no_part_of_the_record():
    trace = simulate(emit_once)
    stored = Trace.model_validate_json(trace.model_dump_json())

    assert "lines" not in trace.spans[0].model_dump()
    assert stored == trace
    assert not any(span.lines.reached for span in stored.spans)


def test_the_package_is_machinery_but_for_what_readers_study():
    assert is_studied(logout_race.__file__)
    assert is_studied(__file__)
    assert not is_studied(core.__file__)
    assert not is_studied(asyncio.__file__)


def test_a_listener_may_be_wrapped_or_be_no_function():
    assert first_line(partial(wait_twice, 7)) == first_line(wait_twice)
    assert first_line([].append) is None
