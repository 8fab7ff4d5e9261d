import asyncio
import gc
import tracemalloc
from dataclasses import replace

import httpx
import pytest

from eventdemo.backend.demo.seed import integrations
from eventdemo.backend.services import Fcm, OracleFusion, Unauthorized, Yardi
from eventdemo.backend.storage.model import ORACLE_FUSION, YARDI
from mock_services import ORGANISATIONS, Company, FaultPlan, Faults, MockServices, credentials_of
from mock_services.fake import PATHS_KEPT
from tests.mock_services.virtual_loop import run

COMPANY = Company(300)
USER = COMPANY.person(next(n for n in range(1, 301) if COMPANY.pending_tasks(n, "hr")))


def client(services):
    return httpx.AsyncClient(transport=services.transport(), trust_env=False)


def poll_all(order, seed=0):
    """Return how long each user's poll of HR tasks took, all started together in this order."""

    async def timed(oracle, services, n):
        started = asyncio.get_running_loop().time()
        user = COMPANY.person(n)
        await oracle.pending_tasks(integrations(user.organisation_id)[ORACLE_FUSION], user.username, "hr")
        return asyncio.get_running_loop().time() - started

    async def ask():
        calm = Faults(latency=FaultPlan.realistic().oracle_fusion.latency)
        services = MockServices(COMPANY, FaultPlan(oracle_fusion=calm), seed)
        async with client(services) as http:
            oracle = OracleFusion(http)
            for organisation in ORGANISATIONS:  # so that no poll waits for the token
                head = COMPANY.person(organisation.id)
                await oracle.employee(integrations(organisation.id)[ORACLE_FUSION], head.username)
            return await asyncio.gather(*(timed(oracle, services, n) for n in order))

    return {n: round(taken, 6) for n, taken in zip(order, run(ask()), strict=True)}


def test_the_duration_of_a_user_s_call_does_not_depend_on_other_users_calls_or_on_their_order():
    users = list(range(1, 101))

    forwards = poll_all(users)

    assert poll_all(users[::-1]) == forwards
    assert poll_all([7, 3]) == {7: forwards[7], 3: forwards[3]}
    assert poll_all(users, seed=1) != forwards


def test_a_host_without_a_fake_fails_to_connect_and_never_reaches_the_network():
    async def ask():
        async with client(MockServices(COMPANY)) as http:
            await http.get("https://www.oracle.com/")

    with pytest.raises(httpx.ConnectError, match=r"no fake answers at 'www\.oracle\.com'"):
        run(ask())


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "https://marigold.fa.oraclecloud.example/hcmRestApi/resources/latest/absences"),
        ("DELETE", "https://marigold.fa.oraclecloud.example/bpm/api/4.0/tasks"),
        ("GET", "https://marigold.yardi.example/"),
        ("GET", "https://fcm.googleapis.com/"),
    ],
)
def test_a_path_that_is_not_faked_is_not_found(method, url):
    async def ask():
        async with client(MockServices(COMPANY)) as http:
            return await http.request(method, url)

    assert run(ask()).status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "https://marigold.fa.oraclecloud.example/bpm/api/4.0/tasks?applicationContext=hcm&userId=x",
        "https://marigold.yardi.example/api/workflow/v1/approvals?assignee=x",
    ],
)
@pytest.mark.parametrize("header", [None, "Bearer", "Bearer marigold", "Bearer marigold.0", "Bearer a.b", "Basic eDp5"])
def test_a_request_without_a_valid_token_gets_a_401(url, header):
    async def ask():
        async with client(MockServices(COMPANY)) as http:
            return await http.get(url, headers={"Authorization": header} if header else {})

    assert run(ask()).status_code == 401


def test_wrong_credentials_get_no_token():
    wrong = replace(integrations(1)[YARDI], client_secret="guess")

    async def ask():
        async with client(MockServices(COMPANY)) as http:
            await Yardi(http).pending_tasks(wrong, USER.username)

    with pytest.raises(Unauthorized, match="unknown client id or wrong secret"):
        run(ask())


def test_a_token_expires_after_the_lifetime_in_the_faults():
    requests = []

    async def ask():
        services = MockServices(COMPANY, FaultPlan(yardi=Faults(token_lifetime=30)))
        integration = integrations(USER.organisation_id)[YARDI]
        async with client(services) as http:
            http.event_hooks = {"request": [note]}
            yardi = Yardi(http)
            for _ in range(7):  # at 0, 10, 20, ... 60 s
                await yardi.pending_tasks(integration, USER.username)
                await asyncio.sleep(10)

    async def note(request):
        requests.append(request.url.path)

    run(ask())

    assert requests.count("/connect/token") == 3  # at 0, at 30 and at 60 s


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("POST", "https://fcm.googleapis.com/v1/projects/p/messages:send", "{}"),
        ("POST", "https://fcm.googleapis.com/v1/projects/p/messages:send", "not json"),
        ("POST", "https://iid.googleapis.com/iid/v1:batchRemove", '{"to": "/topics/x", "registration_tokens": []}'),
    ],
)
def test_an_invalid_body_is_a_bad_request(method, url, body):
    async def ask():
        async with client(MockServices(COMPANY)) as http:
            return await http.request(method, url, content=body)

    assert run(ask()).status_code == 400


def test_the_error_for_an_unknown_organisation_lists_the_known_ones():
    with pytest.raises(ValueError, match="There is no organisation 4: choose from 1, 2, 3"):
        credentials_of(4)


def test_faults_can_be_replaced_during_a_run():
    async def ask():
        services = MockServices(COMPANY)
        services.use(FaultPlan().with_faults("down"))
        async with client(services) as http:
            down = (await http.get("https://fcm.googleapis.com/iid/info/x")).status_code
            services.use(FaultPlan())
            assert services.faults == FaultPlan()
            return down, (await http.get("https://fcm.googleapis.com/iid/info/x")).status_code

    assert run(ask()) == (503, 404)


def in_use():
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_calls_leave_no_history():
    """respx records every call by default; a million calls must fit in memory, so ours must not."""

    async def ask():
        services = MockServices(COMPANY)
        integration = integrations(USER.organisation_id)[ORACLE_FUSION]
        phone = next(d for n in range(1, 301) for d in COMPANY.devices(n))
        async with client(services) as http:
            oracle, fcm = OracleFusion(http), Fcm(http, "eventdemo")

            async def calls(times):
                for _ in range(times):
                    await oracle.pending_tasks(integration, USER.username, "hr")
                    await fcm.send(phone.token, "Hello", "again")

            tracemalloc.start()
            await calls(1000)  # fills the caches and the list of the latest pushes
            before = in_use()
            await calls(500)
            after = in_use()
            tracemalloc.stop()
        for fake in (services.oracle_fusion, services.yardi, services.fcm):
            assert len(fake.router.calls) == 0
            assert all(len(route.calls) == 0 for route in fake.router.routes)
        return (after - before) / 1000, services.fcm.sent, len(services.fcm.latest)

    bytes_per_call, sent, remembered = run(ask())

    assert bytes_per_call < 150  # a call that respx records takes about 10,000
    assert (sent, remembered) == (1500, 1000)


def test_a_fake_forgets_the_paths_that_it_has_matched():
    async def ask_for_many_devices():
        services = MockServices(COMPANY)
        async with client(services) as http:
            for n in range(PATHS_KEPT + 10):
                await http.get(f"https://iid.googleapis.com/iid/info/device{n}")
        return len(services.fcm.router._matched)

    assert run(ask_for_many_devices()) == 10
