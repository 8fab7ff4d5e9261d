"""A job is a delivery as data: an equal copy of the event, and a key that every engine accepts."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from eventdemo.backend.events import UserCreated, UserSyncProfile
from eventdemo.core import clock
from eventdemo.core.events import PayloadError, UnknownEventError
from eventdemo.durable.jobs import Job, RetryPolicy, job_id
from eventdemo.simulate import VirtualClock

LISTENER = "TaskNotifications.notify_hr_tasks"
some_pairs = st.tuples(st.text(min_size=1), st.text(min_size=1))


def test_a_job_returns_an_equal_copy_of_the_event():
    event = UserSyncProfile(user_id=7, first_time=True)

    copy = Job.model_validate_json(Job.of(event, LISTENER).model_dump_json()).fact()

    assert copy == event
    assert copy is not event


def test_the_same_event_for_the_same_listener_is_the_same_job_in_every_process():
    event = UserCreated(id="e1", user_id=7)

    ids = {Job.of(copy, LISTENER).id for copy in (event, UserCreated.model_validate_json(event.model_dump_json()))}

    assert ids == {"TaskNotifications.notify_hr_tasks-e1"}


@given(some_pairs, some_pairs)
def test_different_events_or_listeners_are_different_jobs(one, other):
    assert (job_id(*one) == job_id(*other)) is (one == other)


@given(some_pairs)
def test_every_engine_accepts_the_id(pair):
    made = job_id(*pair)

    assert ":" not in made
    assert not made.isdigit()
    assert made.isascii()
    assert made.isprintable()
    assert " " not in made


def test_the_time_of_acceptance_comes_from_the_current_clock():
    with clock.use(VirtualClock()):
        job = Job.of(UserCreated(user_id=7), LISTENER)

    assert job.accepted == datetime(2026, 1, 2, 6, tzinfo=UTC)


def test_an_unknown_event_or_payload_is_refused():
    job = Job.of(UserCreated(user_id=7), LISTENER)

    with pytest.raises(UnknownEventError):
        job.model_copy(update={"event": "user.renamed"}).fact()
    with pytest.raises(PayloadError):
        job.model_copy(update={"payload": {"user_id": "seven"}}).fact()


def test_a_job_is_immutable():
    with pytest.raises(ValidationError):
        Job.of(UserCreated(user_id=7), LISTENER).listener = "another"


def test_the_default_policy_is_that_of_the_article():
    policy = RetryPolicy()

    assert (policy.attempts, [policy.delay(attempt) for attempt in (1, 2, 3)]) == (3, [2.0, 4.0, 8.0])


@pytest.mark.parametrize(
    "wrong", [{"attempts": 0}, {"concurrency": 0}, {"first_delay": -1.0}, {"rate": (0, 1.0)}, {"rate": (5, 0.0)}]
)
def test_a_policy_that_would_never_run_a_job_is_refused(wrong):
    with pytest.raises(ValueError, match=r"at least 1|not be negative"):
        RetryPolicy(**wrong)
