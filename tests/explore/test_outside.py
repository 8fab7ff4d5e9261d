"""Real clocks and random numbers: no schedule decides them, so a result names the lines that read them."""

import asyncio
import gc
import logging
import random
import secrets
import socket
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import create_engine, text

from eventdemo.explore import explore
from eventdemo.explore.outside import OutsideReads
from eventdemo.explore.steps import NotDeterministicError


async def expires():
    began = datetime.now(UTC)
    await asyncio.sleep(3600)
    if (datetime.now(UTC) - began).total_seconds() < 1:
        raise TimeoutError("the hour took no time")


async def blocks():
    time.sleep(0)  # noqa: ASYNC251 - that is the mistake


async def names_things():
    await asyncio.sleep(1)
    return f"{uuid.uuid4()}{random.choice('ab')}{secrets.token_hex()}" > ""


async def logs_and_is_seeded():
    logging.getLogger(__name__).debug("a line has a time of its own")
    logging.getLogger(__name__).warning("so has this one")
    random.seed(3)
    await asyncio.sleep(random.random() + random.Random(4).random())


async def sleeps_by_chance():
    if random.random() < 0.5:
        await asyncio.sleep(1)
    await asyncio.sleep(1)


def line_of(function, ahead):
    return f"{__name__.rpartition('.')[2]}.py:{function.__code__.co_firstlineno + ahead}"


def test_a_result_names_the_lines_that_read_a_real_clock():
    found = explore(expires)

    read = f"datetime.now at {line_of(expires, 1)}, datetime.now at {line_of(expires, 3)}"
    assert found.refuted
    assert f"the outcome doesn't depend on the real clock ({read})" in found.assumed
    assert f"Assumed: the outcome doesn't depend on the real clock ({read});" in found.report()
    assert explore(blocks).assumed == {
        f"the outcome doesn't depend on the real clock (time.sleep at {line_of(blocks, 1)})"
    }


def test_a_result_names_the_lines_that_draw_random_numbers_by_the_function_that_the_program_called():
    line = line_of(names_things, 2)

    drawn = ", ".join(f"{function} at {line}" for function in ("uuid.uuid4", "random.choice", "secrets.token_hex"))
    assert explore(names_things).assumed == {f"the outcome doesn't depend on random numbers ({drawn})"}


def test_numbers_that_the_program_seeds_and_times_of_log_lines_are_not_named():
    assert explore(logs_and_is_seeded).assumed == set()


def test_clocks_that_httpx_and_sqlalchemy_read_are_not_named():
    async def asks_and_stores():
        transport = httpx.MockTransport(lambda _: httpx.Response(200))
        async with httpx.AsyncClient(transport=transport) as client:
            await client.get("http://shop.test")
        engine = create_engine("sqlite://")
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        engine.dispose()

    assert explore(asks_and_stores).assumed == set()


def test_a_clock_that_is_read_when_the_garbage_collector_runs_is_not_named():
    def measure(phase, _info):
        moments.append((phase, time.perf_counter()))

    async def collects():
        gc.collect()

    moments = []
    gc.callbacks.append(measure)  # as Hypothesis does, wherever its plugin of pytest is installed
    try:
        found = explore(collects)
    finally:
        gc.callbacks.remove(measure)

    assert found.assumed == set()
    assert [phase for phase, _ in moments][:2] == ["start", "stop"]


LIBRARY = """
import asyncio, time
def now(): return time.monotonic()
async def background(): now()
"""


def test_a_clock_that_another_library_reads_is_named_with_the_line_that_called_the_library(tmp_path, monkeypatch):
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages/ttl_cache.py").write_text(LIBRARY, "utf-8")
    monkeypatch.syspath_prepend(tmp_path / "site-packages")
    import ttl_cache

    async def caches():
        ttl_cache.now()
        await asyncio.create_task(ttl_cache.background())

    read = f"time.monotonic in ttl_cache at {line_of(caches, 1)}, time.monotonic at ttl_cache.py:3"
    assert explore(caches).assumed == {f"the outcome doesn't depend on the real clock ({read})"}


def test_a_program_in_a_folder_with_the_name_of_such_a_library_is_no_such_library(tmp_path, monkeypatch):
    (tmp_path / "httpx").mkdir()
    (tmp_path / "httpx/shop_on_httpx.py").write_text("import time\nasync def main(): time.monotonic()", "utf-8")
    monkeypatch.syspath_prepend(tmp_path / "httpx")
    import shop_on_httpx

    assert "time.monotonic at shop_on_httpx.py:2" in str(explore(shop_on_httpx.main).assumed)


async def uses_the_system():
    subprocess.run([sys.executable, "-c", ""], check=False)  # noqa: ASYNC221 - that is the mistake
    with suppress(OSError), socket.create_connection(("localhost", 1)):
        pass
    with suppress(OSError), socket.socket() as raw:
        raw.connect(("localhost", 1))


def test_a_result_names_the_lines_that_start_a_process_or_use_the_network():
    used = [
        f"subprocess.run at {line_of(uses_the_system, 1)}",
        f"socket.create_connection at {line_of(uses_the_system, 2)}",
        f"socket.connect at {line_of(uses_the_system, 5)}",
    ]
    assert explore(uses_the_system).assumed == {
        f"the outcome doesn't depend on the network or another process ({', '.join(used)})"
    }


def test_a_result_names_the_error_of_a_task_that_asyncio_would_only_log():
    async def fails():
        await asyncio.sleep(1)
        raise OSError

    async def forgets():
        asyncio.create_task(fails())  # noqa: RUF006 - that is the mistake
        await asyncio.sleep(2)

    async def retrieves():
        await asyncio.gather(fails(), return_exceptions=True)

    ignored = f"an error that no code gets from its task may be ignored (OSError at {line_of(fails, 2)})"
    assert [explore(program).assumed for program in (forgets, retrieves)] == [{ignored}, set()]


def test_the_error_of_a_program_whose_runs_differ_names_what_it_reads():
    with pytest.raises(NotDeterministicError, match=rf"random\.random at {line_of(sleeps_by_chance, 1)}"):
        explore(sleeps_by_chance)


def test_a_profiler_at_work_goes_on():
    seen = []

    def profiler(_frame, event, _function):
        seen.append(event)

    sys.setprofile(profiler)
    try:
        with OutsideReads() as reads:
            time.monotonic()
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(None)
    assert "c_call" in seen
    assert reads.assumptions() == set()
