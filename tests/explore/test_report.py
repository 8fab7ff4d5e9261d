"""The report of an exploration: outcomes, the smallest failing schedule, and how to replay it."""

import asyncio
import re

import pytest

from eventdemo.explore import experiment as experiments
from eventdemo.explore import explore, wait
from eventdemo.explore.catalogue import experiment
from eventdemo.explore.report import report, reversed_pair, why
from eventdemo.explore.steps import ANYTHING, Step
from tests.explore import programs

RACE = report(explore(experiment("logout-race")))


def report_on(name, strategy="awaited", **options):
    return report(explore(experiment(name), strategy=strategy, **options))


def test_it_counts_the_outcomes():
    assert "      1  ✗ 3 topics stay subscribed\n      1  ✓ no topic stays subscribed\n" in RACE


def test_it_explains_the_failure_in_domain_terms():
    assert "log_out_device writes user 4's devices before unsubscribe_from_topics reads them." in RACE
    assert "In the nearest passing schedule, they have the opposite order." in RACE


def test_it_marks_where_the_failing_and_the_passing_schedule_differ():
    marked = [line for line in RACE.splitlines() if line.startswith("≠")]
    same = [line for line in RACE.splitlines() if re.match(r"  1 the emitter", line)]

    assert marked[0].split() == [
        "≠", "2", "log_out_device", "writes", "user", "4's", "devices",
        "2", "unsubscribe_from_topics", "reads", "user", "4's", "devices",
    ]  # fmt: skip
    assert len(same) == 1


def test_it_draws_both():
    assert "fails, 3 topics stay subscribed" in RACE
    assert "passes, no topic stays subscribed" in RACE


def test_no_line_of_the_comparison_is_wider_than_100_columns():
    assert max(len(line) for line in RACE.splitlines() if "assert" not in line) <= 100


def test_the_test_to_paste_fails_as_long_as_the_race_exists():
    names = pasted(RACE)

    with pytest.raises(AssertionError):
        names["test_logout_race"]()


def test_the_test_to_paste_passes_once_the_race_is_fixed():
    names = pasted(RACE.replace("logout-race/", "logout-race:repaired/"))

    names["test_logout_race"]()


def pasted(text):
    names = {}
    exec(text[text.index("from eventdemo.explore import assert_holds") :], names)
    return names


@pytest.mark.parametrize("name", ["delete-printed", "audit-row", "starts-after-emit"])
def test_every_token_that_is_printed_replays_the_failure(name):
    strategy = {"audit-row": "detached", "starts-after-emit": "sync"}.get(name, "awaited")
    names = pasted(report_on(name, strategy))

    with pytest.raises(AssertionError):
        names["test_" + name.replace("-", "_")]()


def test_a_failure_in_every_schedule_is_reported_as_no_race():
    note = "It fails even in FIFO order, so this is not a race."

    assert note in report_on("delete-printed")
    assert note not in RACE
    assert note not in report_on("starts-coroutines", ready="any")


def test_a_failure_in_fifo_order_that_other_orders_avoid_is_not_called_no_race():
    async def program():
        order = []

        async def note(what):
            await wait()
            order.append(what)

        await asyncio.gather(note("first"), note("second"))
        assert order == ["second", "first"]

    text = str(explore(program))

    assert "If each wait takes its nominal time: ✗ raised AssertionError" in text
    assert "not a race" not in text


def test_a_claim_that_holds_everywhere_is_not_refuted():
    text = report_on("logout")

    assert "\nNo schedule refutes the claim: no topic stays subscribed.\n" in text
    assert "not a proof" not in text


def test_a_sample_is_reported_as_incomplete():
    text = report(explore(programs.listeners_of_steps(3, 3, shared=True), bound=200))

    assert re.match(
        r"a program passes in all 400 runs: 200 depth-first, 200 random \(seed 7\)\. "
        r"There are at least [\d,]{3,5} schedules\.\n",
        text,
    )
    assert "\nThis is not a proof, because not every schedule ran.\nTo run more of them, raise --bound; " in text


def test_a_single_schedule_is_reported_as_the_only_one():
    assert report_on("starts-plain").startswith("starts-plain passes in the only possible schedule")


def step(name, *accesses):
    return Step(name, frozenset(accesses))


def test_the_reversed_pair_consists_of_dependent_steps():
    a, b, c = step("a", ("x", True)), step("b", ("y", True)), step("c", ("x", False))

    def run(*steps):
        return experiments.Run((), (), steps, "", holds=True)

    assert reversed_pair(run(b, a, c), run(c, b, a)) == (a, c)
    assert reversed_pair(run(a, b), run(b, a)) is None
    assert reversed_pair(run(a, c, a), run(a, a, c)) == (c, a)


def test_a_pair_that_shares_no_named_resource_is_described_without_one():
    description = why(step("a", (ANYTHING, True)), step("b", (ANYTHING, True)))

    assert description.startswith("a goes on before b.\n")
