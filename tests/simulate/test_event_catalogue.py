"""The generated catalogue: every event with its payload, its emitters and its listeners."""

from typing import Literal

import pytest

from eventdemo.backend.events import UserSyncProfile
from eventdemo.core.events import REGISTRY, Event
from eventdemo.simulate.event_catalogue import catalogue, payload_of
from tests.backend.test_wiring import IN_ORDER, OURS


@pytest.fixture(scope="module")
def entries():
    return {entry.name: entry for entry in catalogue() if entry.name in OURS}


def test_every_registered_event_is_listed_in_the_order_of_definition():
    assert [entry.name for entry in catalogue()] == list(REGISTRY)


@pytest.mark.parametrize("name", OURS)
def test_every_event_of_the_backend_has_an_emitter(entries, name):
    assert entries[name].emitters


@pytest.mark.parametrize("name", OURS)
def test_the_listeners_are_those_that_are_wired_in_the_order_of_delivery(entries, name):
    assert list(entries[name].listeners) == IN_ORDER[name]


def test_five_callers_emit_the_profile_sync(entries):
    assert len(entries["user.syncProfile"].emitters) == 5


def test_emitters_are_named_by_class_and_method(entries):
    assert entries["auth.logout"].emitters == ("AuthController.log_out_mobile",)
    assert entries["user.sync.task.notifications"].emitters == ("CheckNotifications.poll", "ProfileSync.sync_profile")


def test_the_payload_is_what_an_event_adds_to_its_id_and_time(entries):
    assert payload_of(UserSyncProfile) == ("user_id: integer", "first_time: boolean")
    assert "action: approve | reject" in entries["audit.hr.approval"].payload


def test_an_event_of_your_own_is_listed_without_emitters_or_listeners():
    try:

        class LiftStopped(Event, name="lift.stopped"):
            floor: int | None
            mood: Literal["bored", "scared"] | None
            people: list[str]
            at: dict[str, int]
            note: object = None

        (entry,) = (entry for entry in catalogue() if entry.name == "lift.stopped")
    finally:
        REGISTRY.pop("lift.stopped", None)

    assert entry.event == "LiftStopped"
    assert entry.payload == (
        "floor: integer | null",
        "mood: bored | scared | null",
        "people: array",
        "at: object",
        "note: any",
    )
    assert (entry.emitters, entry.listeners) == ((), ())
