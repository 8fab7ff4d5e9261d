"""A judge says how many schedules it ran, and whether there are more."""

import asyncio
from functools import partial

import pytest

from eventdemo.explore import explore
from eventdemo.learn import judging
from eventdemo.learn.judging import WrongAnswerError, require


def sleepers(number):
    async def program(answer, _bus):
        await asyncio.gather(*(asyncio.sleep(0.1) for _ in range(number)))
        require(not answer, answer)

    return program


@pytest.fixture(autouse=True)
def _few_schedules(monkeypatch):
    monkeypatch.setattr(judging, "explore", partial(explore, bound=20))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "Right, in every order."),
        (3, "Right, in each of 6 schedules."),
        (4, "Right, in each of the 40 schedules that ran (there are more)."),
    ],
)
def test_praise_says_how_many_schedules_ran_and_whether_there_are_more(number, said):
    judge = judging.in_every_schedule(sleepers(number), "Right, {}.")

    assert judge("") == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "In every order, it's wrong."),
        (3, "It fails in all 6 schedules. In the shortest, it's wrong."),
        (4, "It fails in all 40 schedules that ran. In the shortest known, it's wrong."),
    ],
)
def test_criticism_does_so_too(number, said):
    with pytest.raises(WrongAnswerError) as rejected:
        judging.in_every_schedule(sleepers(number), "")("it's wrong")

    assert rejected.value.words == said
