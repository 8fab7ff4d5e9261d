"""The engine under test, with its server running."""

import gc

import pytest

from eventdemo.backend.storage.database import Database
from tests.durable.harness import HARNESSES
from tests.durable.virtual import Process
from tests.needs import without_rabbitmq


@pytest.fixture(scope="module", params=HARNESSES)
def harness(request):
    if request.param == "rabbitmq" and (reason := without_rabbitmq()):
        pytest.skip(reason)
    with HARNESSES[request.param].running_server() as running:
        yield running


@pytest.fixture(autouse=True)
def _garbage_is_collected(request):
    """Collect what a test with a server leaves behind, so that an open connection fails this test, not a later one."""
    yield
    if "harness" in request.fixturenames:
        gc.collect()


@pytest.fixture(params=["memory", "postgresql", "mariadb"])
def process(request, url_on):
    """Return a process of a durable backend in virtual time, on each kind of database."""
    process = Process(None if request.param == "memory" else Database(url_on(request.param)))
    yield process
    process.database.close()
