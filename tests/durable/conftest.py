"""The engine that a test of the contract is about, with its server running."""

import pytest

from tests.durable.rigs import RIGS
from tests.needs import without_rabbitmq


@pytest.fixture(scope="module", params=RIGS)
def rig(request):
    if request.param == "rabbitmq" and (reason := without_rabbitmq()):
        pytest.skip(reason)
    with RIGS[request.param].up() as up:
        yield up
