import asyncio
import random

import httpx
import pytest

from mock_services import Constant, FaultPlan, Faults, LogNormal, RateLimit
from mock_services.fault_injection import FaultInjector
from mock_services.responses import answer
from tests.mock_services.virtual_loop import run

WORK = {"items": [1, 2, 3]}
SLOW = Faults(latency=LogNormal(220, 700))
NO_TIMEOUT = {"read": None}


class Service:
    """A service with faults, which counts how often its work is done."""

    def __init__(self, faults, seed=0):
        self.fault_injector = FaultInjector("oracle_fusion", faults, seed)
        self.done = 0

    def work(self, request):
        self.done += 1
        return answer(request, WORK)

    async def ask(self, subject="/x", read_timeout=None):
        extensions = {"timeout": {"read": read_timeout}}
        request = httpx.Request("GET", "https://oracle.example/x", extensions=extensions)
        return await self.fault_injector.apply(request, subject, self.work)


async def seconds(waiting):
    started = asyncio.get_running_loop().time()
    await waiting
    return asyncio.get_running_loop().time() - started


def times_of(subjects, seed=0, *, at_once=False):
    """Return how long each subject's call took, called one after the other or all at once."""

    async def ask():
        service = Service(SLOW, seed)
        calls = [seconds(service.ask(subject)) for subject in subjects]
        return await asyncio.gather(*calls) if at_once else [await call for call in calls]

    return [round(taken, 6) for taken in run(ask())]


def test_a_perfect_service_answers_at_once():
    service = Service(Faults())

    assert run(seconds(service.ask())) == 0
    assert service.done == 1


@pytest.mark.parametrize("faults", [Faults(), Faults(down=True), Faults(rate_limit=RateLimit(1, 1))])
def test_other_tasks_run_before_an_answer_comes(faults):
    order, service = [], Service(faults)

    async def caller():
        order.append("request")
        await service.ask()
        order.append("answer")

    async def bystander():
        order.append("other task")

    async def both():
        await service.ask()  # uses up the rate limit, if there is one
        await asyncio.gather(caller(), bystander())

    run(both())

    assert order == ["request", "other task", "answer"]


def test_latency_is_spent_as_virtual_time():
    assert run(seconds(Service(Faults(latency=Constant(1234))).ask())) == 1.234


def test_the_duration_of_a_call_does_not_depend_on_the_order_of_calls():
    users = [f"/tasks?userId={n}" for n in range(60)]
    shuffled = random.Random(1).sample(users, k=len(users))
    forwards = dict(zip(users, times_of(users), strict=True))

    assert dict(zip(shuffled, times_of(shuffled), strict=True)) == forwards
    assert dict(zip(shuffled, times_of(shuffled, at_once=True), strict=True)) == forwards
    assert len(set(forwards.values())) > 40


def test_another_seed_gives_other_durations():
    assert times_of(["/x"] * 5, seed=1) != times_of(["/x"] * 5, seed=2)


def test_a_repeated_request_draws_again():
    again = times_of(["/x"] * 20)

    assert len(set(again)) > 10
    assert again == times_of(["/x"] * 20)


def test_two_services_draw_different_numbers():
    async def ask(name):
        fault_injector = FaultInjector(name, SLOW, 0)
        request = httpx.Request("GET", "https://x.example/x", extensions={"timeout": NO_TIMEOUT})
        return await seconds(fault_injector.apply(request, "/x", lambda r: answer(r, WORK)))

    assert run(ask("yardi")) != run(ask("fcm"))


def test_calls_without_random_faults_are_not_remembered():
    service = Service(Faults(latency=Constant(10), rate_limit=RateLimit(1000, 1)))

    async def many():
        for n in range(200):
            await service.ask(f"/{n}")

    run(many())

    assert not service.fault_injector._asked


def test_a_repeated_request_takes_no_more_memory_than_one():
    service = Service(SLOW)

    async def many():
        for n in range(300):
            await service.ask(f"/{n % 3}")

    run(many())

    assert len(service.fault_injector._asked) == 3


def test_an_answer_later_than_the_client_s_timeout_raises_after_exactly_that_timeout():
    service = Service(Faults(latency=Constant(8000)))

    async def ask():
        started = asyncio.get_running_loop().time()
        with pytest.raises(httpx.ReadTimeout):
            await service.ask(read_timeout=5.0)
        return asyncio.get_running_loop().time() - started

    assert run(ask()) == 5.0


def test_a_service_that_is_too_slow_has_still_done_the_work():
    service = Service(Faults(latency=Constant(8000)))

    with pytest.raises(httpx.ReadTimeout):
        run(service.ask(read_timeout=5.0))

    assert service.done == 1


def test_a_swallowed_request_is_not_processed():
    service = Service(Faults(timeout_rate=1))

    with pytest.raises(httpx.ReadTimeout):
        run(service.ask(read_timeout=5.0))

    assert service.done == 0


def test_a_client_without_a_timeout_waits_forever_for_a_swallowed_request():
    with pytest.raises(AssertionError, match="deadlock"):
        run(Service(Faults(timeout_rate=1)).ask(read_timeout=None))


def test_an_answer_that_comes_in_time_is_not_a_timeout():
    assert run(Service(Faults(latency=Constant(5000))).ask(read_timeout=5.0)).status_code == 200


def test_a_service_that_is_down_does_nothing_and_answers_503_at_once():
    service = Service(Faults(down=True, latency=Constant(1000)))

    assert run(service.ask()).status_code == 503
    assert service.done == 0


def test_an_internal_error_leaves_the_work_undone():
    service = Service(Faults(error_rate=1))

    assert run(service.ask()).status_code == 500
    assert service.done == 0


def test_a_malformed_answer_is_half_of_the_right_one_and_the_work_is_done():
    service = Service(Faults(malformed_rate=1))

    response = run(service.ask())

    assert response.status_code == 200
    assert answer(response.request, WORK).text.startswith(response.text)
    assert len(response.text) < len(answer(response.request, WORK).text)
    assert service.done == 1


@pytest.mark.parametrize("rate", ["error_rate", "malformed_rate"])
def test_a_rate_is_the_share_of_affected_calls(rate):
    service = Service(Faults(**{rate: 0.1}))
    expected = answer(httpx.Request("GET", "https://x.example"), WORK).text

    async def many():
        return sum([(await service.ask(f"/{n}")).text != expected for n in range(3000)])

    assert 240 < run(many()) < 360


def test_requests_beyond_the_limit_get_a_429_until_the_window_has_moved_on():
    async def ask():
        service = Service(Faults(rate_limit=RateLimit(3, 10)))
        statuses = [(await service.ask()).status_code for _ in range(3)]
        await asyncio.sleep(4)
        refused = await service.ask()
        await asyncio.sleep(int(refused.headers["Retry-After"]))
        return [*statuses, refused.status_code, (await service.ask()).status_code], refused.headers["Retry-After"]

    statuses, wait = run(ask())

    assert statuses == [200, 200, 200, 429, 200]
    assert wait == "6"


def test_a_retry_after_is_at_least_one_second_and_never_too_short():
    async def ask():
        service = Service(Faults(rate_limit=RateLimit(1, 0.5)))
        await service.ask()
        return (await service.ask()).headers["Retry-After"]

    assert run(ask()) == "1"


def test_a_limit_holds_in_every_window_and_not_only_in_aligned_ones():
    admitted = []
    arrivals = random.Random(0)

    async def ask():
        service = Service(Faults(rate_limit=RateLimit(5, 1)))
        for _ in range(400):
            if (await service.ask()).status_code == 200:
                admitted.append(asyncio.get_running_loop().time())
            await asyncio.sleep(arrivals.expovariate(20))

    run(ask())

    assert len(admitted) > 40
    for start in admitted:
        assert sum(start <= moment < start + 1 - 1e-9 for moment in admitted) <= 5


def test_refused_requests_do_not_count_against_the_limit():
    async def ask():
        service = Service(Faults(rate_limit=RateLimit(1, 10)))
        await service.ask()
        for _ in range(20):
            await service.ask()
            await asyncio.sleep(0.5)
        return (await service.ask()).status_code

    assert run(ask()) == 200


def test_an_outage_can_begin_and_end_during_a_run():
    async def ask():
        service = Service(Faults())
        statuses = [(await service.ask()).status_code]
        service.fault_injector.faults = FaultPlan().with_faults("down").oracle_fusion
        statuses.append((await service.ask()).status_code)
        service.fault_injector.faults = Faults(latency=LogNormal(1, 2))
        return [*statuses, (await service.ask()).status_code]

    assert run(ask()) == [200, 503, 200]
