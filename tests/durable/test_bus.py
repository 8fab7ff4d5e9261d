"""A durable bus seen by an emitter: an event is accepted with its change or not at all, and no listener is called."""

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from eventdemo.backend.events import AuthLogin, AuthLogout, UserCreated
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import User
from eventdemo.backend.storage.store import Store
from eventdemo.core.bus import EventBus
from eventdemo.core.events import PayloadError, UnknownEventError
from eventdemo.core.fates import Fate
from eventdemo.core.on_event import on_event
from eventdemo.durable.bus import DurableBus, NotDurableError
from eventdemo.durable.outbox import Outbox
from tests.durable.virtual import Process, now, play


@pytest.fixture
def process():
    process = Process()
    yield process
    process.database.close()


def never(event):
    raise AssertionError("a listener was called")


def ignore(event): ...


def test_emit_async_returns_when_every_delivery_is_a_job_and_no_listener_has_run(process):
    process.bus.on(AuthLogin, never)
    process.bus.on("auth.*", ignore)

    async def main():
        results = await process.bus.emit_async(AuthLogin(user_id=7))
        return results, await process.outbox.waiting()

    assert play(main) == ([], 2)


def test_in_a_unit_of_work_an_event_is_accepted_with_the_change(process):
    process.bus.on(UserCreated, never)
    store = Store(process.database)

    async def main():
        async with process.database.unit():
            user = await store.save_user(User(username="nadia", organisation_id=1))
            assert process.bus.emit(UserCreated(user_id=user.id)) is True
        return (await store.user(user.id)).username, await process.outbox.waiting()

    assert play(main) == ("nadia", 1)


def test_if_the_change_fails_after_the_emit_no_event_is_stored(process):
    process.bus.on(UserCreated, never)
    store = Store(process.database)

    async def sign_up():
        async with process.database.unit():
            user = await store.save_user(User(username="nadia", organisation_id=1))
            process.bus.emit(UserCreated(user_id=user.id))
            await process.bus.emit_async(AuthLogin(user_id=user.id))
            raise ConnectionError

    async def main():
        with pytest.raises(ConnectionError):
            await sign_up()
        return await process.outbox.waiting()

    assert play(main) == 0
    assert process.ledger.counts() == {Fate.WITHDRAWN: 1, Fate.NO_LISTENER: 1}


def test_if_the_event_cannot_be_stored_the_change_is_rolled_back(process):
    process.bus.on(UserCreated, never)
    store = Store(process.database)

    async def sign_up():
        async with process.database.unit():
            process.bus.emit(UserCreated(user_id=(await store.save_user(User(username="n", organisation_id=1))).id))

    async def main():
        process.database.transact(lambda c: c.exec_driver_sql("DROP TABLE outbox"))
        with pytest.raises(OperationalError):
            await sign_up()
        return process.database.has_rows(User)

    assert play(main) is False
    assert process.ledger.counts() == {Fate.WITHDRAWN: 1}


def test_emit_outside_of_a_unit_of_work_names_the_alternatives(process):
    process.bus.on(AuthLogin, never)

    async def main():
        with pytest.raises(RuntimeError, match=r"emit\('auth.login'\) outside of a unit of work .*emit_async"):
            process.bus.emit(AuthLogin(user_id=7))
        return await process.outbox.waiting()

    assert play(main) == 0
    assert process.ledger.balanced


def test_emit_without_an_event_loop_waits_for_the_commit(process):
    process.bus.on(AuthLogin, never)

    assert process.bus.emit(AuthLogin(user_id=7)) is True

    assert play(process.outbox.waiting) == 1


def test_an_event_without_a_listener_is_not_stored(process):
    async def main():
        await process.bus.emit_async(AuthLogin(user_id=7))
        return process.bus.emit(AuthLogin(user_id=7)), await process.outbox.waiting()

    assert play(main) == (False, 0)
    assert process.ledger.counts() == {Fate.NO_LISTENER: 2}


def test_the_same_event_emitted_twice_is_one_job_for_each_listener(process):
    process.bus.on(AuthLogin, never)
    process.bus.on("auth.*", never)
    event = AuthLogin(user_id=7)

    async def main():
        await process.bus.emit_async(event)
        await process.bus.emit_async(event)
        return await process.outbox.waiting()

    assert play(main) == 1
    assert process.ledger.deliveries == 4
    assert process.ledger.counts() == {Fate.DUPLICATE: 3}


def test_events_can_be_emitted_by_name_and_are_validated(process):
    process.bus.on("auth.login", never)

    async def main():
        await process.bus.emit_async("auth.login", {"user_id": 7})
        with pytest.raises(UnknownEventError):
            await process.bus.emit_async("auth.logn", {"user_id": 7})
        with pytest.raises(PayloadError):
            await process.bus.emit_async("auth.login", {"user": 7})
        return await process.outbox.waiting()

    assert play(main) == 1


def test_an_error_of_a_listener_never_reaches_the_emitter(process):
    @process.bus.on(AuthLogin)
    async def fail(event):
        raise ZeroDivisionError

    async def main():
        process.work()
        await process.bus.emit_async(AuthLogin(user_id=7))
        await process.until_idle()

    play(main)


def test_a_listener_gets_an_equal_copy(process):
    received = []
    process.bus.on(AuthLogin, received.append)
    event = AuthLogin(user_id=7)

    async def main():
        await process.bus.emit_async(event)
        await process.all_done()

    play(main)
    assert received == [event]
    assert received[0] is not event


def test_a_listener_of_any_event_gets_its_name_too(process):
    received = []
    process.bus.on_any(lambda name, event: received.append((name, event.user_id)))

    async def main():
        await process.bus.emit_async(AuthLogin(user_id=7))
        await process.all_done()

    play(main)
    assert received == [("auth.login", 7)]


@pytest.mark.parametrize(
    "register",
    [
        lambda bus: bus.once(AuthLogin, never),
        lambda bus: bus.many(AuthLogin, 2, never),
    ],
)
def test_listeners_with_a_limited_number_of_calls_are_refused(process, register):
    with pytest.raises(NotDurableError, match="no once, many or wait_for"):
        register(process.bus)

    assert process.bus.listener_names == []


def test_wait_for_is_refused(process):
    async def main():
        with pytest.raises(NotDurableError, match="no once, many or wait_for"):
            process.bus.wait_for(AuthLogin)

    play(main)


class Door:
    @on_event(AuthLogin)
    def open(self, event): ...


def test_two_listeners_with_one_name_are_refused(process):
    process.bus.subscribe(Door())

    with pytest.raises(NotDurableError, match=r"Two listeners are called Door\.open"):
        process.bus.subscribe(Door())


def test_one_listener_can_be_registered_for_several_events(process):
    process.bus.on(AuthLogin, never)
    process.bus.on(AuthLogout, never)

    assert process.bus.listener_names == ["never"]


def test_a_removed_listener_is_unknown(process):
    door = Door()
    process.bus.subscribe(door)
    assert process.bus.listener("Door.open") is not None

    process.bus.unsubscribe(door)

    assert process.bus.listener("Door.open") is None


def test_error_events_stay_in_the_process(process):
    received = []
    process.bus.on("error", received.append)

    async def main():
        process.bus.emit("error", ZeroDivisionError())
        await process.bus.emit_async("error", ValueError())
        return await process.outbox.waiting()

    assert play(main) == 0
    assert [type(error) for error in received] == [ZeroDivisionError, ValueError]


def test_accepting_an_event_takes_one_commit_however_slow_its_listeners_are():
    async def pause():
        await asyncio.sleep(0.002)

    async def main():
        process = Process(Database(pause=pause))

        @process.bus.on(AuthLogin)
        async def dawdle(event):
            await asyncio.sleep(60)

        process.work()
        await process.bus.emit_async(AuthLogin(user_id=7))
        process.database.close()
        return now()

    assert play(main) == 0.002


def test_a_unit_of_work_on_another_database_does_not_store_the_event(process):
    process.bus.on(AuthLogin, never)

    async def main():
        other = Database()
        async with other.unit():
            await process.bus.emit_async(AuthLogin(user_id=7))
            waiting = await process.outbox.waiting()
        other.close()
        return waiting

    assert play(main) == 1


def test_on_an_in_process_bus_an_entry_point_is_the_controller_itself():
    controller, database = object(), Database()

    assert EventBus().entry_point(controller) is controller
    assert DurableBus(Outbox(database)).entry_point(controller) is not controller
    database.close()
