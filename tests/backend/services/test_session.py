import asyncio
from dataclasses import replace

import httpx
import pytest

from eventdemo.backend.demo.seed import integrations
from eventdemo.backend.services import Integration, OracleFusion, Unauthorized
from eventdemo.backend.services.session import Session
from eventdemo.backend.storage.model import ORACLE_FUSION
from mock_services import FaultPlan, Faults
from tests.backend.services.exchange import scripted, token, with_fakes

BANK = Integration("https://bank.example", "teller", "swordfish")
REFUSED = httpx.Response(401, text="expired")


def session(http):
    return Session(http, "The Bank", token_path="/token", scope="all", headers={"X-Version": "4"})


def asking(*answers, times=1):
    async def question(http):
        bank = session(http)
        return [(await bank.call(BANK, "GET", "/balance")).text for _ in range(times)]

    return scripted(question, *answers)


def test_one_token_serves_many_calls():
    texts, seen = asking(token(), *(httpx.Response(200, text=str(n)) for n in range(3)), times=3)

    assert texts == ["0", "1", "2"]
    assert [request.url.path for request in seen] == ["/token", "/balance", "/balance", "/balance"]
    assert {request.headers["Authorization"] for request in seen[1:]} == {"Bearer first"}


def test_a_token_is_requested_with_client_credentials():
    _, [asked, called] = asking(token(), httpx.Response(200))

    assert asked.method == "POST"
    assert asked.headers["Authorization"] == "Basic dGVsbGVyOnN3b3JkZmlzaA=="  # teller:swordfish
    assert asked.content == b"grant_type=client_credentials&scope=all"
    assert called.headers["X-Version"] == "4"


def test_an_expired_token_is_renewed_once():
    texts, seen = asking(token("old"), REFUSED, token("new"), httpx.Response(200, text="12 ducats"))

    assert texts == ["12 ducats"]
    assert [request.url.path for request in seen] == ["/token", "/balance", "/token", "/balance"]
    assert seen[-1].headers["Authorization"] == "Bearer new"


def test_a_second_401_is_final():
    async def question(http):
        with pytest.raises(Unauthorized, match=r"The Bank failed GET /balance: 401 Unauthorized, expired\."):
            await session(http).call(BANK, "GET", "/balance")

    _, seen = scripted(question, token("old"), REFUSED, token("new"), REFUSED)

    assert len(seen) == 4


def test_wrong_credentials_are_not_tried_twice():
    async def question(http):
        with pytest.raises(Unauthorized, match="The Bank failed POST /token"):
            await session(http).call(BANK, "GET", "/balance")

    _, seen = scripted(question, httpx.Response(401))

    assert len(seen) == 1


def test_a_body_is_sent_again_with_the_new_token():
    async def question(http):
        return await session(http).call(BANK, "PUT", "/orders/7", {"gold": 3})

    _, seen = scripted(question, token("old"), REFUSED, token("new"), httpx.Response(200))

    assert [request.content for request in seen if request.method == "PUT"] == [b'{"gold":3}'] * 2


def test_a_token_may_come_from_a_separate_host():
    async def question(http):
        elsewhere = replace(BANK, token_url="https://identity.example/oauth2/v1/token")
        return await session(http).call(elsewhere, "GET", "/balance")

    _, seen = scripted(question, token(), httpx.Response(200))

    assert [str(request.url) for request in seen] == [
        "https://identity.example/oauth2/v1/token",
        "https://bank.example/balance",
    ]


def test_fifty_callers_with_the_same_expired_token_fetch_one_new_token():
    tokens = 0

    async def question(services, http):
        nonlocal tokens
        http.event_hooks = {"request": [count]}
        oracle = OracleFusion(http)
        employee = services.company.person(1)
        integration = integrations(employee.organisation_id)[ORACLE_FUSION]
        await oracle.employee(integration, employee.username)
        tokens = 0
        await asyncio.sleep(60)  # the token lives for ten seconds
        await asyncio.gather(*(oracle.employee(integration, employee.username) for _ in range(50)))
        return tokens

    async def count(request):
        nonlocal tokens
        tokens += request.url.path == "/oauth2/v1/token"

    assert with_fakes(question, FaultPlan(oracle_fusion=Faults(token_lifetime=10))) == 1


def test_organisations_do_not_share_a_token():
    async def question(services, http):
        oracle = OracleFusion(http)
        people = [services.company.person(n) for n in (1, 2, 3)]
        known = [integrations(p.organisation_id)[ORACLE_FUSION] for p in people]
        return [(await oracle.employee(i, p.username)).username for i, p in zip(known, people, strict=True)], [
            p.username for p in people
        ]

    found, expected = with_fakes(question)

    assert found == expected


def test_the_repr_of_an_integration_hides_its_secret():
    assert "swordfish" not in repr(BANK)
