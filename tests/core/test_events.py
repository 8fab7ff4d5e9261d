"""Events: frozen facts, each with a name of its own."""

import pytest
from pydantic import BaseModel, ValidationError

from eventdemo.backend.events import ApprovalSubmitted, AuditHrApproval, AuthLogout, UserCreated, UserSyncProfile
from eventdemo.core.events import REGISTRY, Event, PayloadError, UnknownEventError, event_class, name_of, parse

OF_THE_ARTICLE = [
    "auth.login",
    "auth.logout",
    "user.created",
    "user.updated",
    "user.deleted",
    "user.syncProfile",
    "user.sync.task.notifications",
    "audit.procurement.approval",
    "audit.hr.approval",
    "audit.leasing.approval",
]


@pytest.fixture
def registry():
    """Return the registry, which forgets again what a test adds."""
    before = dict(REGISTRY)
    yield REGISTRY
    REGISTRY.clear()
    REGISTRY.update(before)


@pytest.mark.parametrize("name", OF_THE_ARTICLE)
def test_each_event_of_the_article_is_registered_under_its_name(name):
    assert event_class(name).name == name
    assert name_of(event_class(name)) == name


def test_a_class_name_is_a_fact_in_the_words_of_its_wire_name():
    for name, cls in REGISTRY.items():
        words = name.replace(".", "").lower()
        assert cls.__name__.lower() == words, f"{cls.__name__} is registered as {name}"


@pytest.mark.parametrize("change", ["user_id", "id", "time", "something_new"])
def test_no_listener_can_change_what_the_next_one_reads(change):
    event = UserCreated(user_id=1)

    with pytest.raises(ValidationError):
        setattr(event, change, 2)


def test_a_field_that_the_event_does_not_have_is_refused():
    with pytest.raises(ValidationError, match="userId"):
        UserCreated(user_id=1, userId=1)


def test_two_events_of_the_same_content_are_two_facts():
    assert UserCreated(user_id=1) != UserCreated(user_id=1)


def test_defining_a_class_registers_its_name(registry):
    class BadgePrinted(Event, name="badge.printed"):
        pass

    assert registry["badge.printed"] is BadgePrinted
    assert event_class("badge.printed") is BadgePrinted


def test_a_name_is_defined_once(registry):
    with pytest.raises(
        ValueError, match=r"'user\.created' belongs to eventdemo\.backend\.events\.UserCreated: .*Another"
    ):

        class Another(Event, name="user.created"):
            pass

    assert registry["user.created"] is UserCreated


def test_a_class_of_the_same_name_in_another_module_is_another_class(registry):
    with pytest.raises(ValueError, match=r"belongs to eventdemo\.backend\.events\.UserCreated"):
        type(Event)(
            "UserCreated", (Event,), {"__module__": "elsewhere", "__qualname__": "UserCreated"}, name="user.created"
        )

    assert registry["user.created"] is UserCreated


def test_a_notebook_cell_may_define_its_event_again(registry):
    for _ in range(2):

        class Repeated(Event, name="cell.repeated"):
            pass

    assert registry["cell.repeated"] is Repeated


def test_a_class_without_a_name_is_a_base_and_in_no_registry():
    assert ApprovalSubmitted not in REGISTRY.values()
    assert issubclass(AuditHrApproval, ApprovalSubmitted)
    with pytest.raises(ValueError, match="ApprovalSubmitted has no wire name of its own: use one of its subclasses"):
        name_of(ApprovalSubmitted)


def test_a_subclass_does_not_inherit_the_name_of_a_concrete_event():
    class Special(UserCreated):
        pass

    with pytest.raises(ValueError, match="Special has no wire name"):
        name_of(Special)
    assert REGISTRY["user.created"] is UserCreated


@pytest.mark.parametrize("name", ["user.created", "user.*", "", 5, None, str, BaseModel])
def test_the_name_of_what_is_no_event_class_is_itself(name):
    assert name_of(name) is name


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("user.craeted", "user.created"), ("User.Created", "user.created"), ("user.syncprofile", "user.syncProfile")],
)
def test_a_misspelt_name_is_answered_with_the_one_that_was_meant(wrong, meant):
    with pytest.raises(UnknownEventError, match=f"no event named '{wrong}': did you mean '{meant}'"):
        event_class(wrong)


@pytest.mark.parametrize("name", ["xyz", "", 5, None])
def test_a_name_like_no_other_is_answered_with_where_the_names_are(name):
    with pytest.raises(UnknownEventError, match="lists the known names"):
        event_class(name)


def test_parsing_an_event_of_the_right_class_returns_the_very_event():
    event = UserCreated(user_id=1)

    assert parse("user.created", event) is event


def test_parsing_a_mapping_makes_the_event_with_its_defaults():
    event = parse("user.syncProfile", {"user_id": 7})

    assert isinstance(event, UserSyncProfile)
    assert (event.user_id, event.first_time) == (7, False)


@pytest.mark.parametrize("payload", [None, 7, "7", [("user_id", 7)], AuthLogout(user_id=7), UserCreated])
def test_parsing_anything_else_is_refused(payload):
    with pytest.raises(PayloadError, match=r"'user\.created' carries a UserCreated or a mapping of its fields, not"):
        parse("user.created", payload)


def test_the_error_for_a_payload_that_does_not_fit_lists_each_wrong_field():
    with pytest.raises(PayloadError) as caught:
        parse("audit.hr.approval", {"user_id": "x", "action": "maybe", "colour": "red"})

    message = str(caught.value)
    assert message.startswith("The payload does not fit 'audit.hr.approval' (AuditHrApproval): ")
    for field in ("user_id", "action", "task_id", "feature_module", "sub_module", "sub_module_external_id", "colour"):
        assert f"{field}: " in message


def test_an_event_survives_json():
    event = UserSyncProfile(user_id=7, first_time=True)

    assert UserSyncProfile.model_validate_json(event.model_dump_json()) == event
