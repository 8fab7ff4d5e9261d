"""Two servers for a client under test: the fakes, and a list of canned answers."""

from dataclasses import asdict

import httpx

from eventdemo.backend.services import PendingTask
from mock_services import Company, MockServices
from tests.mock_services.virtual_loop import run

USERS = 300


def with_fakes(question, faults=None, company=None, timeout=5.0):
    """Return what `question(services, http)` returns, in virtual time."""

    async def ask():
        services = MockServices(company or Company(USERS), faults)
        async with httpx.AsyncClient(transport=services.transport(), trust_env=False, timeout=timeout) as http:
            return await question(services, http)

    return run(ask())


def scripted(question, *answers):
    """Return what `question(http)` returns, and its requests, which get the canned `answers` in order."""
    seen, remaining = [], list(answers)

    def handler(request):
        seen.append(request)
        answer = remaining.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def ask():
        async with httpx.AsyncClient(transport=httpx.MockTransport(handler), trust_env=False, timeout=5.0) as http:
            return await question(http)

    return run(ask()), seen


def token(text="first"):
    return httpx.Response(200, json={"access_token": text, "token_type": "Bearer", "expires_in": 3600})


def as_pending(tasks):
    """Return tasks of the fakes as a client reads them."""
    return [PendingTask(**asdict(task)) for task in tasks]


def anyone(company, wanted):
    """Return the first person for whom `wanted(n)` is true."""
    return company.person(next(n for n in range(1, company.users + 1) if wanted(n)))
