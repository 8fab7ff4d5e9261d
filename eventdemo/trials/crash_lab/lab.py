"""The rounds: start the processes, send requests, harm one at a random moment, start again; finally the accounts."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from eventdemo.backend.demo.seed import fill, session_token
from eventdemo.backend.services.http import httpx
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.store import Store
from eventdemo.simulate.run import SEED
from eventdemo.trials.crash_lab.fakes import serve_fakes
from eventdemo.trials.crash_lab.processes import PAUSE_SECONDS, Fault, Processes, processes_for
from eventdemo.trials.crash_lab.requests import (
    ARRIVAL_WINDOW,
    USERS_PER_ROUND,
    Accounts,
    Outcome,
    RequestAccount,
    UserRequest,
    requests_of_round,
)
from mock_services import Company

EARLIEST_KILL = 0.3
"""Seconds after the first request before which nothing is killed, because there would be little to lose."""
LATEST_KILL = ARRIVAL_WINDOW + 0.4
"""Some kills come after the last request, while its work is still going on."""
WARM_UP, WARM_UP_TIMEOUT = 0.25, 120.0
"""Seconds between a new process's first answer and the round, and the longest that this answer may take."""
POLL_INTERVAL = 0.25
Answered = list[tuple[UserRequest, bool]]
"""Requests, each with whether it was accepted."""
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Findings:
    """The accounts after all rounds."""

    engine: str
    rounds: int
    seed: int
    kills: tuple[float, ...]
    """When each round's fault came, in seconds since the round began."""
    faults: tuple[Fault, ...]
    """What it was."""
    accounts: tuple[RequestAccount, ...]

    def count(self, outcome: Outcome) -> int:
        return Counter(account.outcome for account in self.accounts)[outcome]


async def crash_lab(
    engine: str, *, rounds: int, seed: int = SEED, url: str = "", progress: Progress = lambda _: None
) -> Findings:
    """Do `rounds` rounds and return the outcome of every request; call `progress` with a line after each round."""
    random = Random(f"crash-lab {seed}")  # noqa: S311 - simulation, not secrecy
    company = company_for(rounds, seed)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="eventdemo-crash-lab-"))
        fakes = await stack.enter_async_context(serve_fakes(company, seed))
        database = stack.enter_context(closing(Database(f"sqlite:///{folder}/backend.sqlite")))
        fill(database, company, served_at=fakes.url)
        processes = stack.enter_context(
            processes_for(engine, database=str(database.engine.url), fakes=fakes.url, prefix=Path(folder).name, url=url)
        )
        answered: Answered = []
        kills: list[float] = []
        faults: list[Fault] = []
        for number in range(rounds):
            kills.append(round(random.uniform(EARLIEST_KILL, LATEST_KILL), 3))
            requests = requests_of_round(company, number, random)
            warmed_by = rounds * USERS_PER_ROUND + number + 1
            accepted, fault = await one_round(processes, requests, kills[-1], random, warmed_by=warmed_by)
            answered += accepted
            faults.append(fault)
            progress(f"round {number + 1} of {rounds}: {fault} after {kills[-1]:.2f} s")
        await asyncio.to_thread(processes.start)
        accounts = Accounts(Store(database), company, fakes.removals, fakes.lookups)
        found = await wait_until_quiescent(accounts, answered, quiet_seconds=processes.quiet_seconds)
        letters = await asyncio.to_thread(processes.dead_letters)
        found = [account.with_dead_letters(letters) for account in found]
    return Findings(engine, rounds, seed, tuple(kills), tuple(faults), tuple(found))


def company_for(rounds: int, seed: int) -> Company:
    """Return a company with enough users for all rounds, and one more for each round's warm-up."""
    return Company(rounds * (USERS_PER_ROUND + 1), seed, vendor_share=0)


async def one_round(
    processes: Processes, requests: Sequence[UserRequest], kill_at: float, random: Random, *, warmed_by: int
) -> tuple[Answered, Fault]:
    is_new = await asyncio.to_thread(processes.start)
    async with httpx.AsyncClient(base_url=processes.url, timeout=10.0, trust_env=False) as http:
        if is_new:
            await warm_up(http, warmed_by)
        sending = [asyncio.create_task(is_accepted(http, request)) for request in requests]
        await asyncio.sleep(kill_at)
        fault = await asyncio.to_thread(processes.harm, random)
        accepted = await asyncio.gather(*sending)
    if fault is Fault.PAUSED:
        await asyncio.sleep(PAUSE_SECONDS)
    return list(zip(requests, accepted, strict=True)), fault


async def warm_up(http: httpx.AsyncClient, user_id: int) -> None:
    """Send one request ahead of the round: a new process takes many times as long for its first as for the others."""
    headers = {"Authorization": f"Bearer {session_token(user_id)}"}
    await http.post("/auth/logout-mobile", headers=headers, timeout=WARM_UP_TIMEOUT)
    await asyncio.sleep(WARM_UP)


async def is_accepted(http: httpx.AsyncClient, request: UserRequest) -> bool:
    await asyncio.sleep(request.at)
    headers = {"Authorization": f"Bearer {session_token(request.user_id)}"}
    try:
        response = await http.post(request.path, json=request.body, headers=headers)
    except httpx.TransportError:  # the process died before it answered, or was dead already
        return False
    return response.is_success


async def wait_until_quiescent(accounts: Accounts, answered: Answered, *, quiet_seconds: float) -> list[RequestAccount]:
    """Read the accounts until nothing is missing, or until nothing has changed for `quiet_seconds`."""
    found = await accounts.read(answered)
    quiet = 0.0
    while quiet < quiet_seconds and any(account.outcome == "lost" for account in found):
        await asyncio.sleep(POLL_INTERVAL)
        before, found = found, await accounts.read(answered)
        quiet = quiet + POLL_INTERVAL if found == before else 0.0
    return found
