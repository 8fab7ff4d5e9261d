"""The clock: one place from which events take their time and their identity."""

import asyncio
from datetime import UTC, datetime, timedelta

from eventdemo.backend.events import UserCreated
from eventdemo.core import clock


class Frozen:
    """Always the same moment; ids count up."""

    def __init__(self, year):
        self.moment = datetime(year, 1, 1, tzinfo=UTC)
        self.ids = 0

    def now(self):
        return self.moment

    def new_id(self):
        self.ids += 1
        return f"id {self.ids}"


def test_outside_of_a_simulation_it_is_the_wall_clock_in_utc():
    before = datetime.now(UTC)
    event = UserCreated(user_id=1)

    assert before <= event.time <= datetime.now(UTC)
    assert event.time.utcoffset() == timedelta(0)


def test_no_two_events_have_the_same_id():
    ids = {UserCreated(user_id=1).id for _ in range(1000)}

    assert len(ids) == 1000
    assert all(len(each) == 32 and int(each, 16) >= 0 for each in ids)


def test_inside_the_block_it_is_the_other_clock_and_after_it_the_one_before():
    outer, inner = Frozen(2001), Frozen(2002)

    with clock.use(outer):
        with clock.use(inner):
            assert UserCreated(user_id=1).time.year == 2002
        assert UserCreated(user_id=1).time.year == 2001

    assert clock.now().year > 2002


def test_the_clock_before_comes_back_even_after_an_exception():
    try:
        with clock.use(Frozen(2001)):
            raise OSError  # noqa: TRY301
    except OSError:
        pass

    assert clock.now().year > 2002


def test_a_task_keeps_the_clock_of_the_context_that_started_it():
    async def year():
        await asyncio.sleep(0)
        return UserCreated(user_id=1).time.year

    async def main():
        with clock.use(Frozen(2001)):
            task = asyncio.ensure_future(year())
        return await task, clock.now()

    in_task, outside = asyncio.run(main())
    assert in_task == 2001
    assert outside.year > 2002


def test_an_event_takes_its_id_and_time_from_the_clock_once_when_it_is_made():
    with clock.use(Frozen(2001)):
        event = UserCreated(user_id=1)

    assert (event.id, event.time.year) == ("id 1", 2001)
    assert (event.id, event.time.year) == ("id 1", 2001)
