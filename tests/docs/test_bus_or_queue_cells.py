"""Each cell of bus-or-queue.md about what runs in this process is what happens here; no connection is opened for it.

The column of the queues is in tests/durable/test_queue_cells.py, which has their servers.
"""

import asyncio
import socket
from contextlib import closing, suppress
from inspect import isawaitable

import pytest
from sqlalchemy.event import listen

from eventdemo import Fate
from eventdemo.backend.events import AuthLogin
from eventdemo.backend.storage.database import Database
from eventdemo.core.bus import EventBus
from eventdemo.durable.jobs import RetryPolicy
from eventdemo.simulate import simulate
from tests.docs.cells import columns_of
from tests.docs.test_bus_or_queue import answer_with, work
from tests.durable.virtual import Process, play

COLUMNS = columns_of("bus-or-queue")


@pytest.fixture(autouse=True)
def _without_a_server(monkeypatch):
    def refuse(*_):
        raise AssertionError("this needs a server")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def yes_or_no(holds):
    return "yes" if holds else "no"


def run_with(method, *listeners, error_listener=None):
    """Emit once; return what is done when the emitter goes on, its error, what is done in the end, and the log."""
    bus, done, logged = EventBus(), [], []
    for listener in listeners:
        bus.on("saved", listener)
    if error_listener:
        bus.on("error", error_listener)

    async def main():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: logged.append(context["message"]))
        error = None
        try:
            answer = getattr(bus, method)("saved", done)
            if isawaitable(answer):
                await answer
        except ExceptionGroup as raised:
            error = raised
        at_once = list(done)
        await bus.drain()
        await asyncio.sleep(0)
        return at_once, error

    return *asyncio.run(main()), done, logged


def plain(done):
    done.append("plain")


async def slow(done):
    await asyncio.sleep(0)
    done.append("slow")


async def fail(done):
    raise OSError("no answer")


def who_waits(method):
    at_once, *_ = run_with(method, plain, slow)
    return {("plain",): "for plain listeners", ("plain", "slow"): "for all"}[tuple(at_once)]


def who_sees_an_error(method):
    caught = []
    _, error, _, logged = run_with(method, fail)
    if error is not None:
        return "the emitter"
    run_with(method, fail, error_listener=caught.append)
    return "log, or listeners of `error`" if logged and caught else "nothing"


def is_heard_after_a_kill(method):
    async def program(stage):
        stage.bus.on("saved", lambda: asyncio.sleep(0.2))
        answer = getattr(stage.bus, method)("saved")
        if isawaitable(answer):
            await answer

    fates = simulate(program, users=1, crashes="A@0.1").ledger
    assert set(fates) <= {Fate.DONE, Fate.LOST_IN_CRASH}
    return Fate.DONE in fates


def is_heard_after_a_rollback(method):
    bus, heard = EventBus(), []
    bus.on("saved", slow)

    async def main(database):
        with suppress(KeyError):
            async with database.unit():
                answer = getattr(bus, method)("saved", heard)
                if isawaitable(answer):
                    await answer
                raise KeyError
        await bus.drain()

    with closing(Database()) as database:
        asyncio.run(main(database))
    return bool(heard)


@pytest.mark.parametrize("method", ["emit", "emit_async"])
def test_an_emitter(method):
    survives = is_heard_after_a_kill(method)
    assert COLUMNS[f"emitter, `{method}`"] == {
        "the caller waits": who_waits(method),
        "who sees an error": who_sees_an_error(method),
        "several listeners of one event": yes_or_no(len(run_with(method, plain, slow)[2]) == 2),
        "survives a crash": yes_or_no(survives),
        "needs a server": "no",
        "in one transaction with the change": yes_or_no(survives and not is_heard_after_a_rollback(method)),
    }


def test_background_tasks_of_fastapi():
    async def stop(happened):
        happened[0].reschedule(0)  # what a dying process does to the task of the connection
        await asyncio.sleep(1)

    (happened, _), (_, error), (several, _) = answer_with(work), answer_with(fail), answer_with(work, work)
    survives = "done" in answer_with(stop, work)[0]
    assert COLUMNS["FastAPI `BackgroundTasks`"] == {
        "the caller waits": {
            ("answered", "began", "done", "the connection is free"): "no, but the connection's task does"
        }[tuple(happened)],
        "who sees an error": "the server's log" if isinstance(error, OSError) else "nothing",
        "several listeners of one event": {2: "no, you add each"}[several.count("done")],
        "survives a crash": yes_or_no(survives),
        "needs a server": "no",
        "in one transaction with the change": yes_or_no(survives),  # it is lost although the change is stored
    }


async def outbox_column(process):
    statements, heard = [], []
    listen(process.database.engine, "before_cursor_execute", lambda *given: statements.append(given[2].split()[0]))

    def hear(event):
        heard.append(event.user_id)

    async def hear_too(event):
        heard.append(event.user_id)

    def fail(event):
        raise OSError("no answer")

    for listener in (hear, hear_too, fail):
        process.bus.on(AuthLogin, listener)
    answer = await process.bus.emit_async(AuthLogin(user_id=7))
    waited = (statements, answer, heard) == (["INSERT"], [], [])
    with suppress(KeyError):
        async with process.database.unit():
            process.bus.emit(AuthLogin(user_id=8))
            raise KeyError
    after_a_crash = Process(process.database, policy=RetryPolicy(attempts=1))
    for listener in (hear, hear_too, fail):
        after_a_crash.bus.on(AuthLogin, listener)
    await after_a_crash.all_done()
    letters = await after_a_crash.engine.dead_letters()
    return {
        "the caller waits": "for one `INSERT`" if waited else f"for {statements}",
        "who sees an error": "a dead letter" if len(letters) == 1 else "nothing",
        "several listeners of one event": yes_or_no(heard.count(7) == 2),
        "survives a crash": yes_or_no(7 in heard),
        "needs a server": yes_or_no(after_a_crash.engine.capabilities.server),
        "in one transaction with the change": yes_or_no(7 in heard and 8 not in heard),
    }


def test_the_outbox():
    process = Process()
    with closing(process.database):
        assert COLUMNS["outbox with a worker"] == play(outbox_column, process)
