"""The engine under test, with its server running."""

import pytest

from tests.durable.harness import HARNESSES
from tests.needs import without_rabbitmq


@pytest.fixture(scope="module", params=HARNESSES)
def harness(request):
    if request.param == "rabbitmq" and (reason := without_rabbitmq()):
        pytest.skip(reason)
    with HARNESSES[request.param].running_server() as running:
        yield running
