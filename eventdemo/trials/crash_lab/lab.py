"""The rounds: start, let people come, kill at a random moment, start again; after the last, wait and read the books."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from random import Random

import httpx

from eventdemo.backend.demo.seed import fill, session_token
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.store import Store
from eventdemo.durable.servers.folder import lent_folder
from eventdemo.trials.crash_lab.accounts import Books, Entry, Outcome
from eventdemo.trials.crash_lab.fakes import serving
from eventdemo.trials.crash_lab.processes import Processes, processes_for
from eventdemo.trials.crash_lab.requests import HURRY, PEOPLE, Visit, visits
from mock_services import Company

SEED = 7
EARLIEST = 0.3
"""Seconds after the first arrival before which nothing is killed: there would be little to lose."""
TAIL = 0.4
"""Seconds after the last arrival in which a process may still be killed: what people asked for is not done yet."""
WARM_UP = 0.25
"""Seconds for a process to do the first thing that it does."""
LOOK = 0.25
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the books say after all rounds."""

    engine: str
    rounds: int
    seed: int
    kills: tuple[float, ...]
    """When each round's process was killed, in seconds since the round began."""
    entries: tuple[Entry, ...]

    def count(self, outcome: Outcome) -> int:
        """Return how many visits ended so."""
        return Counter(entry.outcome for entry in self.entries)[outcome]

    @property
    def begun_again(self) -> int:
        """How many accepted visits had their listener run a second time."""
        return sum(entry.begun_again for entry in self.entries if entry.outcome != "not accepted")

    @property
    def repeated(self) -> int:
        """How many accepted visits had something done twice."""
        return sum(entry.repeated for entry in self.entries if entry.outcome != "not accepted")


async def crash_lab(
    engine: str, *, rounds: int, seed: int = SEED, url: str = "", tell: Tell = lambda _: None
) -> Findings:
    """Kill `rounds` times, and return what became of everything that was accepted; `tell` hears of each round."""
    chance = Random(f"crash-lab {seed}")  # noqa: S311 - chance, not secrecy
    company = company_for(rounds, seed)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(lent_folder())
        fakes = await stack.enter_async_context(serving(company, seed))
        database = stack.enter_context(closing(Database(f"sqlite:///{folder / 'backend.sqlite'}")))
        fill(database, company, served_at=fakes.url)
        processes = stack.enter_context(
            processes_for(engine, database=str(database.engine.url), fakes=fakes.url, url=url)
        )
        books = Books(Store(database), fakes)
        heard: list[tuple[Visit, bool]] = []
        kills = []
        for number in range(rounds):
            kills.append(round(chance.uniform(EARLIEST, HURRY + TAIL), 3))
            heard += await one_round(
                processes, visits(company, number, chance), kills[-1], chance, warmed_by=rounds * PEOPLE + number + 1
            )
            tell(f"round {number + 1} of {rounds}: killed after {kills[-1]:.2f} s")
        await asyncio.to_thread(processes.start)
        entries = await at_rest(books, heard, patience=processes.patience)
    return Findings(engine, rounds, seed, tuple(kills), tuple(entries))


def company_for(rounds: int, seed: int) -> Company:
    """Return a company that is large enough for everybody to come once, and one more a round, to warm up with."""
    return Company(rounds * (PEOPLE + 1), seed, vendor_share=0)


async def one_round(
    processes: Processes, expected: Sequence[Visit], kill_at: float, chance: Random, *, warmed_by: int
) -> list[tuple[Visit, bool]]:
    """Let people come, and kill a process meanwhile."""
    is_new = await asyncio.to_thread(processes.start)
    async with httpx.AsyncClient(base_url=processes.url, timeout=10.0, trust_env=False) as http:
        if is_new:
            await warm_up(http, warmed_by)
        coming = [asyncio.create_task(_accepted(http, visit)) for visit in expected]
        await asyncio.sleep(kill_at)
        await asyncio.to_thread(processes.kill, chance)
        answers = await asyncio.gather(*coming)
    return list(zip(expected, answers, strict=True))


async def warm_up(http: httpx.AsyncClient, user_id: int) -> None:
    """Let a process do once what it will have to do: its first request takes many times as long as the others."""
    await http.post("/auth/logout-mobile", headers={"Authorization": f"Bearer {session_token(user_id)}"})
    await asyncio.sleep(WARM_UP)


async def _accepted(http: httpx.AsyncClient, visit: Visit) -> bool:
    """Send one request at its moment; tell whether the backend said yes."""
    await asyncio.sleep(visit.at)
    headers = {"Authorization": f"Bearer {session_token(visit.user_id)}"}
    try:
        answer = await http.post(visit.path, json=visit.body, headers=headers)
    except httpx.TransportError:  # it died before it answered, or was dead already
        return False
    return answer.is_success


async def at_rest(books: Books, heard: Sequence[tuple[Visit, bool]], *, patience: float) -> list[Entry]:
    """Read the books until nothing is missing, or nothing has changed for `patience` seconds."""
    entries = await books.entries(heard)
    quiet = 0.0
    while quiet < patience and any(entry.outcome == "lost" for entry in entries):
        await asyncio.sleep(LOOK)
        before, entries = entries, await books.entries(heard)
        quiet = quiet + LOOK if entries == before else 0.0
    return entries
