"""Spans: start, parent and fate; a call belongs to the listener that made it."""

import _thread
import asyncio
import threading

import httpx
import pytest

from eventdemo.backend.events import AuthLogin, AuthLogout
from eventdemo.core.bus import EventBus
from eventdemo.core.delivery import DeliveryMode
from eventdemo.core.fates import Fate
from eventdemo.simulate import run
from eventdemo.simulate.recorder import Recorder
from eventdemo.simulate.transports import RecordedTransport, service_at


def recorded(play, *, keep=100, bus=None):
    """Run `play(bus, http)` and return the spans by name, and the call counter."""
    bus = bus or EventBus()

    async def answer(request):
        await asyncio.sleep(1)
        if request.url.path == "/silent":
            raise httpx.ReadTimeout("no answer", request=request)
        return httpx.Response(429 if request.url.path == "/busy" else 200)

    async def main():
        bus.observe(recorder := Recorder(asyncio.get_running_loop().time, keep))
        transport = RecordedTransport(httpx.MockTransport(answer), recorder)
        async with httpx.AsyncClient(transport=transport) as http:
            await play(bus, http)
            await bus.drain()
        return recorder.frozen(), recorder.calls, len(recorder.kept)

    return run(main())


def the(spans, name):
    (span,) = [span for span in spans if span.name == name]
    return span


def test_a_chain_of_emits_and_a_call_have_their_parents():
    async def play(bus, http):
        async def first(event):
            await asyncio.sleep(1)
            await bus.emit_async("second", event)

        async def second(event):
            await http.get("https://oracle.example/tasks?user=7")

        bus.on("first", first)
        bus.on("second", second)
        await bus.emit_async("first", AuthLogin(user_id=7))

    spans, _, _ = recorded(play)

    names = {span.id: span.name for span in spans}
    assert [(s.kind, s.name, names.get(s.cause), s.scheduled, s.start, s.end, s.subject) for s in spans] == [
        ("emit", "first", None, 0, 0, 2, "user 7"),
        ("listener", "first", "first", 0, 0, 2, "user 7"),
        ("emit", "second", "first", 1, 1, 2, "user 7"),
        ("listener", "second", "second", 1, 1, 2, "user 7"),
        ("call", "GET /tasks", "second", 1, 1, 2, "user 7"),
    ]
    assert [span.id for span in spans] == [1, 2, 3, 4, 5]
    assert spans[0].detail.endswith("play")
    assert the(spans, "GET /tasks").detail == "oracle-fusion 200"


def test_two_listeners_that_call_at_the_same_time_each_have_their_own_call():
    async def play(bus, http):
        for name in ("a", "b"):

            async def calls(event, name=name):
                await asyncio.gather(http.get(f"https://fcm.googleapis.com/{name}"), asyncio.sleep(0))

            calls.__name__ = name
            bus.on("x", calls)
        await bus.emit_async("x", AuthLogin(user_id=7))

    spans, counter, _ = recorded(play)

    for name in ("a", "b"):
        assert the(spans, f"GET /{name}").cause == the(spans, name).id
    assert counter.peak == {"fcm": 2}


def test_a_call_that_no_listener_made_is_counted_but_has_no_span():
    async def play(bus, http):
        await http.get("https://fcm.googleapis.com/x")

    spans, counter, _ = recorded(play)

    assert spans == ()
    assert counter.made == {"fcm": 1}


@pytest.mark.parametrize(
    ("path", "answer", "throttled"), [("busy", "429", 1), ("silent", "ReadTimeout", 0), ("fine", "200", 0)]
)
def test_a_call_records_its_answer_or_its_error(path, answer, throttled):
    async def play(bus, http):
        async def calls(event):
            await http.get(f"https://ann.yardi.example/{path}")

        bus.on("x", calls)
        await asyncio.gather(bus.emit_async("x", 1), return_exceptions=True)

    spans, counter, _ = recorded(play)

    assert the(spans, f"GET /{path}").detail == f"yardi {answer}"
    assert counter.throttled == throttled


def test_a_cancelled_call_is_recorded_as_cancelled_and_not_in_flight():
    async def play(bus, http):
        async def calls(event):
            async with asyncio.timeout(0.25):
                await http.get("https://fcm.googleapis.com/x")

        bus.on("x", calls)
        await asyncio.gather(bus.emit_async("x", 1), return_exceptions=True)

    spans, counter, _ = recorded(play)

    call = the(spans, "GET /x")
    assert (call.detail, call.end) == ("fcm cancelled", 0.25)
    assert counter._under_way.total() == 0


def test_a_failed_delivery_has_its_fate_and_the_error():
    async def play(bus, _):
        async def fails(event):
            await asyncio.sleep(1)
            raise OSError("no disk")

        bus.on("x", fails)
        await asyncio.gather(bus.emit_async("x", 1), return_exceptions=True)

    span = the(recorded(play)[0], "fails")

    assert (span.fate, span.detail, span.end) == (Fate.FAILED_SEEN, "OSError: no disk", 1)


def test_a_delivery_that_never_started_has_no_start():
    async def never(event):
        pass

    async def play(bus, _):
        def fails(event):
            raise OSError("no disk")

        bus.on("x", fails)
        bus.on("x", never)
        with pytest.raises(OSError, match="no disk"):
            bus.emit("x", 1)

    span = the(recorded(play)[0], "never")

    assert (span.fate, span.start) == (Fate.SKIPPED, None)


def test_a_delivery_cancelled_before_its_first_line_has_no_start():
    async def never(event):
        pass

    async def play(bus, _):
        bus.on("x", never)
        bus.emit("x", 1)
        for task in bus._eventdemo_bus.runner.tasks:
            task.cancel()

    span = the(recorded(play)[0], "never")

    assert (span.fate, span.start) == (Fate.CANCELLED_AT_EXIT, None)


def test_a_detached_plain_listener_starts_after_it_was_due():
    async def play(bus, _):
        def later(event):
            pass

        bus.on("x", later, delivery=DeliveryMode.DETACHED)
        bus.emit("x", 1)
        run(asyncio.sleep(3), asyncio.get_running_loop().clock)  # blocks

    span = the(recorded(play)[0], "later")

    assert (span.scheduled, span.start) == (0, 3)


def test_the_subject_of_an_emit_and_its_listeners_is_the_user_at_the_time_of_the_emit():
    async def play(bus, http):
        bus.on("auth.login", lambda payload: payload.update(user_id=0))
        bus.on("auth.login", lambda payload: None)
        bus.emit("auth.login", {"user_id": 7})

    spans, _, _ = recorded(play)

    assert [span.subject for span in spans] == ["user 7"] * 3


def test_an_event_without_listeners_has_that_fate_in_its_own_span():
    async def play(bus, _):
        bus.emit(AuthLogout(user_id=7))

    (span,) = recorded(play)[0]

    assert (span.kind, span.name, span.fate, span.subject) == ("emit", "auth.logout", Fate.NO_LISTENER, "user 7")


def test_only_the_first_emits_have_spans_and_the_recorder_says_how_many():
    async def play(bus, http):
        async def calls(event):
            await http.get("https://fcm.googleapis.com/x")

        bus.on("x", calls)
        for number in range(10):
            await bus.emit_async("x", number)

    spans, counter, kept = recorded(play, keep=3)

    assert kept == 3
    assert [span.kind for span in spans] == ["emit", "listener", "call"] * 3
    assert counter.made == {"fcm": 10}


def test_open_spans_end_at_the_end_of_the_run():
    async def main():
        bus, recorder = EventBus(), Recorder(asyncio.get_running_loop().time, 1)
        bus.observe(recorder)

        async def stays(_):
            await asyncio.Event().wait()

        bus.on("x", stays)
        bus.emit("x", 1)
        await asyncio.sleep(4)
        return recorder.frozen()

    assert [(span.end, span.fate) for span in run(main())] == [(0, None), (4, None)]


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("fcm.googleapis.com", "fcm"),
        ("iid.googleapis.com", "fcm"),
        ("north.yardi.example", "yardi"),
        ("north.fa.oraclecloud.example", "oracle-fusion"),
    ],
)
def test_a_host_belongs_to_one_service(host, service):
    assert service_at(host) == service


def test_the_span_of_an_emit_says_which_function_emitted():
    async def play(bus, _):
        class Controller:
            def logout(self):
                bus.emit("auth.logout")

            async def login(self):
                await bus.emit_async("auth.login")

        Controller().logout()
        await Controller().login()
        await asyncio.ensure_future(bus.emit_async("by itself"))

    spans, _, _ = recorded(play)

    assert [span.detail.rpartition("<locals>.")[2] for span in spans] == [
        "Controller.logout",
        "Controller.login",
        "a task",
    ]


def test_an_emit_that_no_python_function_made_is_no_problem():
    bus, ended, recorder = EventBus(), threading.Event(), Recorder(lambda: 0.0, 1)
    bus.observe(recorder)
    bus.on("x", ended.set)

    _thread.start_new_thread(bus.emit, ("x",))

    assert ended.wait(20)
    assert [span.detail for span in recorder.frozen() if span.kind == "emit"] == ["the interpreter"]
