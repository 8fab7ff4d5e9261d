"""A fake of a service of one's own: routes, answers, latency and faults."""

import asyncio

import httpx
import pytest

from mock_services import Constant, FakeService, Faults, LogNormal, service_conditions
from tests.mock_services.virtual_loop import run


def make_bank(*options):
    bank = FakeService("bank", *options)

    @bank.route("POST", "/charges/{order}")
    def charge(request, order):
        return {"charged": order}

    @bank.route("get", "/v1.0/{kind}/{number}")
    def look(request, kind, number):
        return httpx.Response(202, text=f"{kind} {number}")

    return bank


async def ask(bank, method, path, **options):
    async with httpx.AsyncClient(transport=bank.transport(), base_url="https://bank.example") as client:
        return await client.request(method, path, **options)


def status(bank, method="POST", path="/charges/7", **options):
    return run(ask(bank, method, path, **options)).status_code


def seconds(bank):
    async def main():
        await ask(bank, "POST", "/charges/7")
        return asyncio.get_running_loop().time()

    return round(run(main()), 6)


def test_a_route_gets_the_parameters_of_its_path_and_returns_json_or_a_response():
    bank = make_bank()

    assert run(ask(bank, "POST", "/charges/7")).json() == {"charged": "7"}
    assert run(ask(bank, "GET", "/v1.0/account/a%20b?full=1")).text == "account a b"
    assert bank.calls == ["POST /charges/7", "GET /v1.0/account/a b"]


@pytest.mark.parametrize(("method", "path"), [("GET", "/charges/7"), ("POST", "/charges/7/8"), ("GET", "/v1x0/a/b")])
def test_what_no_route_answers_is_a_404_that_names_the_request(method, path):
    answer = run(ask(make_bank(), method, path))

    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == f"the fake bank has no route {method} {path}"


def test_an_answer_takes_a_millisecond_unless_it_is_given_a_latency():
    assert seconds(make_bank()) == 0.001
    assert seconds(make_bank(Faults(latency=Constant(250)))) == 0.25


def test_faults_can_be_added_during_a_run():
    bank = make_bank()
    bank.fail("slow")
    assert seconds(bank) == 0.01

    bank.fail("down")
    assert status(bank) == 503
    bank.use(Faults(timeout_rate=1.0))
    with pytest.raises(httpx.ReadTimeout):
        status(bank)
    assert bank.calls == ["POST /charges/7"]


def test_conditions_change_the_fakes_that_are_made_inside_the_block_by_name():
    with service_conditions(
        fail={"bank": ["down"]}, latency={"bank": Constant(300), "post": LogNormal(10, 20)}
    ) as changed:
        bank, shop = make_bank(), FakeService("shop")

    assert changed.made == {"bank", "shop"}
    assert status(bank) == 503
    bank.use(Faults())
    assert status(bank) == 200
    with service_conditions(latency={"bank": Constant(300)}):
        assert seconds(make_bank()) == 0.3
    assert status(shop) == 404
