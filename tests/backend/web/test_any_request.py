"""Requests that schemathesis makes of the app's own description, valid and invalid, from callers of every kind.

`EVENTDEMO_EXAMPLES=300 make test ARGS=tests/backend/web/test_any_request.py` tries more of them.
"""

import os

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from eventdemo.backend.web.app import create_app
from tests.backend.patterns.office import play
from tests.backend.web.client import ADMINS, KEY, app_of, bearer

EXAMPLES = int(os.environ.get("EVENTDEMO_EXAMPLES", "2"))
CALLERS = ({}, bearer(7), ADMINS | KEY)
"""The headers of a stranger, of a user, and of an admin who also knows the key of the other system."""
API = schemathesis.openapi.from_dict(create_app(external_key="").openapi())
OPERATIONS = {operation.ok().label: operation.ok() for operation in API.get_all_operations()}
HOLD = [
    checks.status_code_conformance,  # of 500 too, which no entry point describes
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.positive_data_acceptance,  # by employees: a vendor who asks for a sync gets a 400, as in the article
]


def answers(case):
    """Send a request from each caller to an app of its own, and return the answers."""

    async def scene(office):
        transport = httpx.ASGITransport(app_of(office))
        async with httpx.AsyncClient(transport=transport) as web:
            return [await web.send(sent(case, headers)) for headers in CALLERS]

    return play(scene, users=10)


def sent(case, headers):
    made = requests.Request(**case.as_transport_kwargs("http://localhost", headers)).prepare()
    return httpx.Request(made.method, made.url, headers=made.headers, content=made.body)


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", OPERATIONS)
def test_the_description_names_every_answer(label, mode):
    operation = OPERATIONS[label]

    @settings(max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(mode), own=st.booleans())
    def hold(case, own):
        if own and mode is GenerationMode.POSITIVE and "user_id" in case.path_parameters:
            case.path_parameters["user_id"] = 7
        for response in answers(case):
            case.validate_response(response, checks=HOLD)

    hold()
