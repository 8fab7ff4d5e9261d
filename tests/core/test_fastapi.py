"""The bus in a FastAPI app: a `def` endpoint and a `def` background task run in a worker thread, which has no loop."""

import asyncio
import gc

import httpx
import pytest

from eventdemo.core.bus import EventBus
from eventdemo.core.runner import NoRunningLoopError
from tests.core.calls import Calls, run
from tests.needs import needs, without_extra

pytestmark = needs(without_extra("web", "fastapi"))


class App:
    """An app with one endpoint, and a bus whose listeners note whether a loop runs in their thread."""

    def __init__(self):
        from fastapi import FastAPI

        self.bus, self.heard, self.web = EventBus(), [], FastAPI()
        self.bus.on("plain", lambda: self.heard.append(f"plain {where()}"))
        self.bus.on("mail", self.send_mail)

    async def send_mail(self):
        self.heard.append(f"coroutine {where()}")
        await asyncio.sleep(0)
        return "sent"

    def call(self, endpoint):
        """Return what the endpoint answers; raise what it raises."""
        self.web.get("/")(endpoint)

        async def main():
            transport = httpx.ASGITransport(self.web)
            async with httpx.AsyncClient(transport=transport, base_url="http://backend.example") as client:
                return (await client.get("/")).json()

        return asyncio.run(main())


def where():
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return "in a worker thread"
    return "in the loop"


def test_a_plain_listener_runs_in_the_thread_that_emits():
    app = App()

    def endpoint():
        return app.bus.emit("plain")

    assert app.call(endpoint) is True
    assert app.heard == ["plain in a worker thread"]


def test_an_async_endpoint_may_emit_to_every_listener():
    app = App()

    async def endpoint():
        app.bus.emit("plain")
        return await app.bus.emit_async("mail")

    assert app.call(endpoint) == ["sent"]
    assert app.heard == ["plain in the loop", "coroutine in the loop"]


def test_the_error_names_what_a_def_endpoint_calls_instead_to_emit_to_a_coroutine_listener():
    app = App()

    def endpoint():
        return app.bus.emit("mail")

    with pytest.raises(NoRunningLoopError) as caught:
        app.call(endpoint)

    assert "`anyio.from_thread.run(bus.emit_async, event)`" in str(caught.value)
    assert "`loop.call_soon_threadsafe(bus.emit, event)`" in str(caught.value)
    assert "asyncio.run(" not in str(caught.value)


def test_a_def_endpoint_hands_the_event_to_the_loop_and_gets_the_results():
    app = App()

    def endpoint():
        from anyio import from_thread

        return from_thread.run(app.bus.emit_async, "mail")

    assert app.call(endpoint) == ["sent"]
    assert app.heard == ["coroutine in the loop"]


def test_a_def_endpoint_need_not_wait_for_the_listeners():
    app, answered = App(), asyncio.Event()

    async def slow():
        await answered.wait()
        app.heard.append("slow ended")

    app.bus.on("slow", slow)

    def endpoint():
        from anyio import from_thread

        heard = from_thread.run_sync(app.bus.emit, "slow")
        app.heard.append("answered")
        from_thread.run_sync(answered.set)
        from_thread.run(app.bus.drain)
        return heard

    assert app.call(endpoint) is True
    assert app.heard == ["answered", "slow ended"]


def test_an_endpoint_that_waits_for_an_event_wakes_up_when_a_def_endpoint_emits_it():
    app = App()

    async def endpoint():
        future = app.bus.wait_for("x", timeout=10)
        await asyncio.to_thread(app.bus.emit, "x", 7)
        return await future

    assert app.call(endpoint) == 7


def test_a_background_task_runs_after_the_answer_where_an_endpoint_of_its_kind_would():
    from fastapi import BackgroundTasks

    app = App()

    async def endpoint(tasks: BackgroundTasks):
        tasks.add_task(app.bus.emit, "plain")  # a `def`
        tasks.add_task(app.bus.emit_async, "mail")
        app.heard.append("answer")

    app.call(endpoint)

    assert app.heard == ["answer", "plain in a worker thread", "coroutine in the loop"]


def test_a_background_task_that_fails_stops_those_after_it_but_a_listener_stops_no_other():
    from fastapi import BackgroundTasks

    app = App()

    async def fail():
        raise OSError("mail server away")

    app.bus.on("error", lambda error: app.heard.append(str(error)))
    app.bus.prepend_listener("mail", fail)

    async def endpoint(tasks: BackgroundTasks):
        app.bus.emit("mail")
        tasks.add_task(fail)
        tasks.add_task(app.heard.append, "never")

    with pytest.raises(OSError, match="mail server away"):
        app.call(endpoint)

    assert app.heard == ["coroutine in the loop", "mail server away"]


def test_the_bus_holds_its_listeners_strongly():
    bus, heard = EventBus(), []

    class Cache:
        def refresh(self):
            heard.append("refreshed")

    bus.on("x", Cache().refresh)
    gc.collect()
    bus.emit("x")

    assert heard == ["refreshed"]


def test_wait_for_in_a_loop_loses_what_comes_in_one_burst_and_a_queue_as_listener_does_not():
    bus, waited, queue = EventBus(), Calls(), asyncio.Queue()
    bus.on("x", queue.put_nowait)

    async def wait():
        while True:
            waited.append(await bus.wait_for("x"))

    async def main():
        waiting = asyncio.ensure_future(wait())
        await asyncio.sleep(1)
        for number in range(3):
            bus.emit("x", number)
        await asyncio.sleep(1)
        waiting.cancel()
        return [queue.get_nowait() for _ in range(queue.qsize())]

    assert run(main()) == [0, 1, 2]
    assert waited == [0]
