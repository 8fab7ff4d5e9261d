"""The store's queries, in memory, in a file and on servers."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta, timezone

import pytest

from eventdemo.backend.demo.seed import fill, session_token
from eventdemo.backend.services import PendingTask
from eventdemo.backend.services.oracle_fusion import Employee
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import HrApproval, LeasingApproval, ProcurementApproval, User
from eventdemo.backend.storage.store import MAX_ID, Store, TakenError, UnknownUserError
from mock_services import Company

COMPANY = Company(30, vendor_share=0.2)
NOON = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
BOILER = PendingTask(id="200048", title="Approve a replacement boiler", domain="procurement", created=NOON)
NADIA = Employee(username="nadia", full_name="Nadia Moss", job_title="Concierge")


@pytest.fixture(scope="module")
def filled_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("store") / "filled.db"
    database = Database(f"sqlite:///{path}")
    fill(database, COMPANY)
    database.close()
    return path


@pytest.fixture(params=["memory", "file", "postgresql", "mariadb"])
def store(request, database_on, tmp_path):
    if request.param not in {"memory", "file"}:
        database = database_on(request.param)
        fill(database, COMPANY)
        yield Store(database)
        return
    if request.param == "memory":
        database = Database()
        fill(database, COMPANY)
    else:
        copy = shutil.copy(request.getfixturevalue("filled_file"), tmp_path)
        database = Database(f"sqlite:///{copy}")
    yield Store(database)
    database.close()


def asking(question):
    """Turn `async def question(store)` into a test."""

    def test(store):
        asyncio.run(question(store))

    test.__name__ = question.__name__
    return test


@asking
async def test_a_user_is_found_by_id_and_by_name(store):
    user = await store.user(7)

    assert user.username == COMPANY.person(7).username
    assert await store.user_named(user.username) == user


@pytest.mark.parametrize("user_id", [0, -1, 31, MAX_ID, MAX_ID + 1, -(10**30)])
def test_an_unknown_id_raises_unknown_user_error_however_large_it_is(store, user_id):
    with pytest.raises(UnknownUserError, match=rf"^There is no user {user_id}\.$"):
        asyncio.run(store.user(user_id))


@asking
async def test_an_unknown_username_raises_unknown_user_error(store):
    with pytest.raises(UnknownUserError, match="There is no user named"):
        await store.user_named("o'brien")


@asking
async def test_a_new_user_gets_an_unused_id(store):
    stored = await store.save_user(User(username="new.hire", organisation_id=1))

    assert stored.id > 30
    assert await store.user(stored.id) == stored


@asking
async def test_usernames_are_unique_in_the_store(store):
    with pytest.raises(TakenError, match="is taken"):
        await store.save_user(User(username=COMPANY.person(7).username, organisation_id=1))

    user = await store.user(8)
    user.username = COMPANY.person(7).username
    with pytest.raises(TakenError, match="is taken"):
        await store.save_user(user)


@asking
async def test_a_new_user_object_with_a_known_id_replaces_the_row(store):
    await store.save_user(User(id=7, username="other.user", organisation_id=2))

    assert (await store.user(7)).username == "other.user"


@asking
async def test_saving_a_change_does_not_undo_concurrent_changes(store):
    user = await store.user(7)
    await store.save_profile(7, NADIA)
    await store.mark_synced(7, NOON)

    user.line_manager = "the.boss"
    await store.save_user(user)

    now = await store.user(7)
    assert (now.line_manager, now.full_name, now.last_synced) == ("the.boss", "Nadia Moss", NOON)


@asking
async def test_a_user_can_be_changed_and_saved_again_and_again(store):
    user = await store.save_user(User(username="new.hire", organisation_id=1))
    for name in ("One", "Two", "Three"):
        user.full_name = name
        user = await store.save_user(user)
        assert (await store.user(user.id)).full_name == name


@pytest.mark.parametrize("system", ["oracle-fusion", "yardi"])
def test_an_account_has_the_username_and_the_organisation_s_integration(store, system):
    username, integration = asyncio.run(store.account(7, system))

    assert username == COMPANY.person(7).username
    assert integration.base_url.startswith(f"https://{COMPANY.organisation(7).slug}.")
    assert integration.client_secret == COMPANY.organisation(7).client_secret


@pytest.mark.parametrize(("user_id", "system"), [(31, "yardi"), (7, "sap")])
def test_a_missing_account_raises_unknown_user_error(store, user_id, system):
    with pytest.raises(UnknownUserError, match=f"no {system} integration"):
        asyncio.run(store.account(user_id, system))


@asking
async def test_saving_a_profile_changes_name_and_title_of_one_user(store):
    before = await store.user(8)

    await store.save_profile(7, NADIA)

    user = await store.user(7)
    assert (user.full_name, user.job_title) == ("Nadia Moss", "Concierge")
    assert await store.user(8) == before


@asking
async def test_a_line_manager_can_be_set_and_removed(store):
    for manager in ("the.boss", None):
        await store.save_line_manager(7, manager)
        assert (await store.user(7)).line_manager == manager


@asking
async def test_pages_of_employees_follow_one_another_without_gap_or_overlap(store):
    pages, last = [], 0
    while page := await store.employees_after(last, 4):
        pages.append(list(page))
        last = page[-1]

    assert [n for page in pages for n in page] == [n for n in range(1, 31) if COMPANY.is_employee(n)]
    assert {len(page) for page in pages[:-1]} == {4}


@asking
async def test_a_page_omits_inactive_users(store):
    user = await store.user(2)
    user.is_active = False
    await store.save_user(user)

    assert await store.employees_after(0, 3) == [n for n in range(1, 31) if COMPANY.is_employee(n) and n != 2][:3]


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=4)), timezone(timedelta(hours=-5))], ids=str)
def test_a_date_is_read_back_as_the_same_time_with_a_zone(store, zone):
    async def question():
        await store.mark_synced(7, NOON.astimezone(zone))
        await store.mark_checked(7, NOON.astimezone(zone))
        user = await store.user(7)
        return user.last_synced, user.last_checked

    assert asyncio.run(question()) == (NOON, NOON)


@asking
async def test_the_two_dates_are_independent(store):
    await store.mark_synced(7, NOON)

    user = await store.user(7)
    assert (user.last_synced, user.last_checked) == (NOON, None)


@asking
async def test_a_session_has_its_owner_until_it_ends(store):
    await store.open_session("another", 7)
    assert await store.session_owner("another") == 7
    assert await store.session_owner(session_token(7)) == 7

    await store.end_session("another")

    assert await store.session_owner("another") is None
    assert await store.session_owner(session_token(7)) == 7


@asking
async def test_ending_a_session_twice_has_no_effect(store):
    await store.end_session("another")
    await store.end_session("another")


@asking
async def test_session_tokens_are_unique(store):
    with pytest.raises(TakenError, match="session token is taken"):
        await store.open_session(session_token(8), 7)

    assert await store.session_owner(session_token(8)) == 8


@asking
async def test_the_session_of_a_deleted_user_has_no_owner(store):
    user = await store.user(7)
    user.is_active = False
    await store.save_user(user)

    assert await store.session_owner(session_token(7)) is None


@asking
async def test_logging_out_keeps_the_tokens_and_changes_no_other_user(store):
    owner, other = [n for n in range(1, 31) if len(COMPANY.devices(n)) > 1][:2]

    await store.log_out_devices(owner)

    assert await store.device_tokens(owner) == tokens(owner)
    assert await store.device_tokens(owner, logged_in=True) == []
    assert await store.device_tokens(other, logged_in=True) == tokens(other)


def tokens(n):
    return [device.token for device in COMPANY.devices(n)]


@asking
async def test_a_notification_is_stored_once_per_user(store):
    assert await store.add_notification(7, BOILER) is True
    assert await store.add_notification(7, BOILER) is False
    assert await store.add_notification(8, BOILER) is True

    (note,) = await store.notifications(7)
    assert (note.domain, note.task_id, note.title) == ("procurement", "200048", "Approve a replacement boiler")


@asking
async def test_the_same_number_in_another_domain_is_another_task(store):
    assert await store.add_notification(7, BOILER)
    assert await store.add_notification(7, BOILER.model_copy(update={"domain": "hr"}))

    assert [note.domain for note in await store.notifications(7)] == ["procurement", "hr"]


@asking
async def test_a_removed_notification_can_be_added_again(store):
    await store.add_notification(7, BOILER)
    await store.add_notification(8, BOILER)

    await store.remove_notification(7, BOILER)

    assert [len(await store.notifications(n)) for n in (7, 8)] == [0, 1]
    assert await store.add_notification(7, BOILER) is True


@pytest.mark.parametrize("trail", [ProcurementApproval, HrApproval, LeasingApproval])
def test_an_audit_trail_has_one_line_per_event_oldest_first(store, trail):
    def line(event_id):
        return trail(
            event_id=event_id,
            user_id=7,
            task_id="t",
            action="approve",
            feature_module="f",
            sub_module="s",
            sub_module_external_id="x",
        )

    async def question():
        written = [await store.add_approval(line(event_id)) for event_id in ("b", "a", "b")]
        return written, [entry.event_id for entry in await store.approvals(trail)]

    assert asyncio.run(question()) == ([True, True, False], ["b", "a"])
