"""The tables of bus-or-queue.md and stop-in-time.md: each row names tests, and Starlette does what they say."""

import asyncio
import re

import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTasks
from starlette.responses import Response
from starlette.routing import Route

from tests.docs.cells import table_of
from tests.house.repo import assert_none, tree


def names_in(file):
    return {getattr(node, "name", "") for node in tree(file).body}


@pytest.mark.parametrize("page", ["bus-or-queue", "stop-in-time"])
def test_every_row_names_tests_that_exist(page):
    rows = table_of(page).splitlines()[2:]
    named = {row: re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)", row.split("|")[-2]) for row in rows}

    assert len(rows) >= 4
    assert_none(row for row in rows if not named[row])
    assert_none(f"{file}::{test}" for tests in named.values() for file, test in tests if test not in names_in(file))


def answer_with(*tasks):
    """Answer a request with background tasks, as a server does; return what happened, and what the app raised."""
    happened, background = [], BackgroundTasks()
    for task in tasks:
        background.add_task(task, happened)

    async def endpoint(_):
        return Response("thanks", background=background)

    async def send(message):
        if message["type"] == "http.response.body":
            happened.append("answered")

    async def receive():
        return {"type": "http.request"}

    async def main():
        app = Starlette(routes=[Route("/", endpoint)])
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
        try:
            async with asyncio.timeout(5) as limit:
                happened.append(limit)
                await app(scope, receive, send)
        except (OSError, TimeoutError) as error:
            return error
        happened.append("the connection is free")
        return None

    error = asyncio.run(main())
    return happened[1:], error


async def work(happened):
    happened.append("began")
    await asyncio.sleep(0)
    happened.append("done")


def test_a_background_task_runs_after_the_answer_and_keeps_the_task_of_the_connection():
    assert answer_with(work) == (["answered", "began", "done", "the connection is free"], None)


def test_background_tasks_run_one_after_another_each_as_you_added_it():
    happened, _ = answer_with(work, work)

    assert happened[1:5] == ["began", "done"] * 2


def test_an_error_of_a_background_task_leaves_the_app_when_the_client_has_its_answer():
    async def fail(_):
        raise OSError("mail server away")

    happened, error = answer_with(fail)

    assert happened == ["answered"]
    assert str(error) == "mail server away"  # the server logs it


def test_background_tasks_that_have_not_run_are_stored_nowhere():
    async def stop(happened):
        happened[0].reschedule(0)  # what a dying process does to the task of the connection
        await asyncio.sleep(1)

    happened, error = answer_with(stop, work)

    assert happened == ["answered"]
    assert isinstance(error, TimeoutError)
