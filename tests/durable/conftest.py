"""The engine that a test of the contract is about, with its server running."""

import pytest

from tests.durable.rigs import RIGS, absence


@pytest.fixture(scope="module", params=RIGS)
def rig(request):
    if reason := absence(request.param):
        pytest.skip(reason)
    with RIGS[request.param].up() as up:
        yield up
