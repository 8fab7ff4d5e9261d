"""Pattern 2: one change of a user's row gives one event, after the commit, and no hook can take the change back."""

import asyncio

import pytest

from eventdemo.backend.demo.seed import session_token
from eventdemo.backend.events import UserCreated, UserDeleted, UserUpdated
from eventdemo.backend.storage.model import User
from eventdemo.backend.storage.store import Store, TakenError, UnknownUserError
from mock_services import Constant, FaultPlan, Faults
from tests.backend.patterns.office import in_the_office, now, play

FCM_DOWN = FaultPlan(fcm=Faults(down=True))


def newcomer(**more):
    return User(username="mahalia.kingfisher", full_name="Mahalia Kingfisher", organisation_id=2, **more)


@in_the_office()
async def test_saving_a_new_user_is_one_event(office):
    stored = await office.backend.users.save(newcomer())

    assert [(type(event), event.user_id) for event in office.diary.events] == [(UserCreated, stored.id)]
    assert (await office.store.user(stored.id)).username == "mahalia.kingfisher"


@in_the_office()
async def test_saving_a_known_user_is_one_event(office):
    user = await office.store.user(7)
    user.full_name = "Nadia Falk"

    await office.backend.users.save(user)

    assert [(type(event), event.user_id) for event in office.diary.events] == [(UserUpdated, 7)]
    assert (await office.store.user(7)).full_name == "Nadia Falk"


@pytest.mark.parametrize("number", [42, 1, 0, -1, 2**62])
@in_the_office(users=5)
async def test_an_id_of_any_number_means_known(office, number):
    await office.backend.users.save(newcomer(id=number))

    assert [type(event) for event in office.diary.events] == [UserUpdated]


@in_the_office()
async def test_deleting_does_not_announce_an_update(office):
    await office.backend.users.delete(7)
    await office.bus.drain()

    assert [(type(event), event.user_id) for event in office.diary.events] == [(UserDeleted, 7)]


@in_the_office()
async def test_a_deleted_user_s_row_stays(office):
    deleted = await office.backend.users.delete(7)

    assert deleted == await office.store.user(7)
    assert (deleted.is_active, deleted.is_deleted) == (False, True)


@in_the_office()
async def test_an_unknown_user_cannot_be_deleted(office):
    with pytest.raises(UnknownUserError, match=r"^There is no user 999\.$"):
        await office.backend.users.delete(999)

    assert office.diary.events == []


@in_the_office()
async def test_what_could_not_be_stored_is_not_announced(office):
    taken = (await office.store.user(7)).username

    with pytest.raises(TakenError, match="is taken"):
        await office.backend.users.save(User(username=taken, organisation_id=1))

    assert office.diary.events == []


@pytest.mark.parametrize("change", ["save", "delete"])
@in_the_office()
async def test_a_hook_finds_the_change_already_committed(office, change):
    found = []

    async def look(event):
        found.append(await office.store.user(event.user_id))

    office.bus.on("user.*", look)
    if change == "save":
        changed = await office.backend.users.save(newcomer())
    else:
        changed = await office.backend.users.delete(7)
    await office.bus.drain()

    assert found == [changed]


@in_the_office(faults=FaultPlan(fcm=Faults(latency=Constant(3000))))
async def test_saving_does_not_wait_for_the_hooks(office):
    user = await office.store.user(office.with_devices(1))
    user.full_name = "Robin Else"

    await office.backend.users.save(user)

    assert now() == 0
    await office.bus.drain()
    assert now() >= 3


@in_the_office(faults=FCM_DOWN)
async def test_a_failing_hook_never_fails_save(office):
    user = await office.store.user(office.with_devices(1))
    user.full_name = "Robin Else"

    await office.backend.users.save(user)
    await office.bus.drain()

    assert (await office.store.user(user.id)).full_name == "Robin Else"


def test_a_failing_hook_is_logged(caplog):
    async def scene(office):
        await office.backend.users.save(await office.store.user(office.with_devices(1)))

    play(scene, faults=FCM_DOWN)

    (record,) = caplog.records
    assert record.getMessage() == "listener confirm_change of 'user.updated' failed"
    assert "503" in str(record.exc_info[1])


def test_a_failing_hook_does_not_stop_the_others():
    async def scene(office):
        user = await office.store.user(office.with_devices(1))
        user.full_name = "Robin Else"
        await office.backend.users.save(user)
        await office.bus.drain()
        assert office.backend.directory.names[user.id] == "Robin Else"

    play(scene, faults=FCM_DOWN)


@in_the_office()
async def test_the_directory_follows_a_user_from_creation_to_deletion(office):
    names = office.backend.directory.names

    user = await office.backend.users.save(newcomer())
    await office.bus.drain()
    assert names == {user.id: "Mahalia Kingfisher"}

    user.full_name = "Mahalia Moss"
    await office.backend.users.save(user)
    await office.bus.drain()
    assert names == {user.id: "Mahalia Moss"}

    await office.backend.users.delete(user.id)
    assert names == {}


class LateAnswers(Store):
    """A store whose answers travel for a given time: the row is read at once, and arrives later."""

    def __init__(self, database):
        super().__init__(database)
        self.delays = []

    async def user(self, user_id):
        found = await super().user(user_id)
        await asyncio.sleep(self.delays.pop(0) if self.delays else 0)
        return found


@in_the_office(store=LateAnswers)
async def test_an_answer_that_arrives_after_the_deletion_does_not_bring_the_name_back(office):
    user = await office.store.user(7)
    office.store.delays = [5]

    await office.backend.users.save(user)
    await asyncio.sleep(1)
    await office.backend.users.delete(7)
    await office.bus.drain()

    assert office.backend.directory.names == {}


@in_the_office(store=LateAnswers)
async def test_of_two_answers_the_directory_believes_the_one_that_was_asked_for_later(office):
    user = await office.store.user(7)
    office.store.delays = [5, 1]

    user.full_name = "Nadia Once"
    await office.backend.users.save(user)
    await asyncio.sleep(1)
    user.full_name = "Nadia Now"
    await office.backend.users.save(user)
    await office.bus.drain()

    assert office.backend.directory.names == {7: "Nadia Now"}


@in_the_office()
async def test_a_changed_profile_is_confirmed_on_every_device_that_is_logged_in(office):
    user = await office.store.user(office.with_devices(2))

    await office.backend.users.save(user)
    await office.bus.drain()

    assert office.pushes == [(token, "Profile changed") for token in office.tokens(user.id)]


@in_the_office(faults=FaultPlan(fcm=Faults(unregistered_rate=0.5)))
async def test_an_uninstalled_app_does_not_keep_the_confirmation_from_the_other_devices(office):
    def gone(token):
        return office.services.fcm._device(token) is None

    n = office.anyone(lambda n: [gone(token) for token in office.tokens(n)][:2] == [True, False])

    await office.backend.users.save(await office.store.user(n))
    await office.bus.drain()

    assert [token for token, _ in office.pushes] == [token for token in office.tokens(n) if not gone(token)]


@in_the_office()
async def test_a_deleted_user_is_sent_nothing_and_no_longer_logged_in(office):
    user = office.with_devices(2)

    await office.backend.users.delete(user)
    await office.bus.drain()

    assert await office.store.device_tokens(user, logged_in=True) == []
    assert await office.store.session_owner(session_token(user)) is None
