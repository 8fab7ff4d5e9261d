"""The scenarios: a record and a workload for each of the article's patterns, the pitfalls by name, and what fits each.

The same users do the same things at the same moments under every strategy, and the same call of the same employee takes
the same time. Heavy imports wait in the workloads, so that the command line can list what there is at once.
"""

from random import Random
from typing import TYPE_CHECKING, get_args

from eventdemo.core.wording import did_you_mean
from eventdemo.pitfalls import SYMPTOMS
from eventdemo.simulate.import_program import not_a_program
from eventdemo.simulate.scenario import Gateway, Scenario, all_arrive, employees, users
from eventdemo.simulate.strategies import check_strategy, slots_in_the_outbox
from eventdemo.trace.conditions import Conditions, ConditionsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from eventdemo.backend.callers import ProfileSyncCallers
    from eventdemo.backend.services import Domain, TaskOutcome
    from eventdemo.backend.wiring import Backend


class UnknownScenarioError(ValueError):
    """There is no such scenario."""


class UnknownVariantError(ValueError):
    """The scenario has no such version."""


async def log_out(gateway: Gateway, random: Random) -> None:
    """Every user logs out of the mobile app."""
    from eventdemo.backend.demo.seed import session_token

    async def visit(n: int) -> None:
        await gateway.ask(n, lambda backend: backend.auth.log_out_mobile(n, session_token(n)))

    await all_arrive(random, [visit(n) for n in users(gateway)])


async def replace_everyone(gateway: Gateway, random: Random) -> None:
    """For every user, an admin hires a successor, corrects the user's name, and soon after deletes the user."""
    from eventdemo.backend.storage.model import User

    async def replace(n: int) -> None:
        person = gateway.company.person(n)
        hired = User(username=f"next.{person.username}", organisation_id=person.organisation_id)
        await gateway.ask(n, lambda backend: backend.users.save(hired))
        user = await gateway.ask(n, lambda backend: backend.store.user(n))
        user.full_name = person.full_name
        await gateway.ask(n, lambda backend: backend.users.save(user))
        await gateway.ask(n, lambda backend: backend.users.delete(n))

    await all_arrive(random, [replace(n) for n in users(gateway)])


async def sync_profiles(gateway: Gateway, random: Random) -> None:
    """Four callers take turns to request one user's sync; then the weekly job requests those of all users."""
    from eventdemo.backend.patterns.fan_out import WeeklyProfileSync

    async def sync(n: int) -> None:
        username = gateway.company.person(n).username
        callers: tuple[Callable[[ProfileSyncCallers], Awaitable[None]], ...] = (
            lambda callers: callers.from_http_endpoint(n, first_time=True),
            lambda callers: callers.from_admin_panel([n]),
            lambda callers: callers.from_external_api(username),
            lambda callers: callers.from_command_line(n),
        )
        await gateway.ask(n, lambda backend: callers[n % 4](backend.profile_sync))

    await all_arrive(random, [sync(n) for n in employees(gateway)])
    await gateway.tick(WeeklyProfileSync.cron, lambda backend: backend.weekly_sync.sync())


async def approve(gateway: Gateway, random: Random) -> None:
    """Every employee logs in and approves all pending tasks, in all three domains."""
    from eventdemo.backend.services import Domain

    async def approve_all(n: int) -> None:
        await gateway.ask(n, lambda backend: backend.auth.log_in(n, f"desk-of-user-{n}"))
        for domain in get_args(Domain):
            for task in gateway.company.pending_tasks(n, domain):
                await gateway.ask(n, _approval(n, domain, task.id))

    await all_arrive(random, [approve_all(n) for n in employees(gateway)])


def _approval(n: int, domain: "Domain", task_id: str) -> "Callable[[Backend], Awaitable[TaskOutcome]]":
    return lambda backend: backend.approvals.submit(domain, n, task_id, "approve")


async def poll(gateway: Gateway, _: Random) -> None:
    """The poll goes through all employees once; for each, three listeners look for pending tasks."""
    from eventdemo.backend.patterns.fan_out import CheckNotifications

    await gateway.tick(CheckNotifications.cron, lambda backend: backend.poll.poll())


_PATTERNS = (
    Scenario(
        "logout",
        "users log out; two listeners clean up after each",
        log_out,
        checks=("unsubscribed",),
        claims=("unsubscribed", "logged-out"),
    ),
    Scenario(
        "lifecycle",
        "users are created, changed and deleted; hooks react to each",
        replace_everyone,
        checks=("up-to-date", "deleted-logged-out", "pushed-once"),
        claims=("forgotten", "hired", "logged-out"),
    ),
    Scenario(
        "sync-profile",
        "five callers ask for a sync that chains into three listeners",
        sync_profiles,
        checks=("announced", "pushed-once"),
        claims=("stages", "profiles", "pushed-once", "notified"),
    ),
    Scenario(
        "approval",
        "users log in and approve tasks; each approval leaves a line in an audit trail",
        approve,
        checks=("audited", "pushed-once"),
        claims=("written-down", "in-trail"),
    ),
    Scenario(
        "fan-out",
        "the poll emits once per employee; three listeners call Oracle and Yardi",
        poll,
        checks=("announced", "pushed-once"),
        claims=("checked", "pushed-once", "notified"),
        users=500,
    ),
)
PATTERNS = {scenario.name: scenario for scenario in _PATTERNS}
"""The article's backend, done right: a comparison has a column for each strategy."""
PITFALLS = SYMPTOMS
"""Each pitfall with its symptom: a comparison has a column for the broken version and one for each fix."""
SCENARIOS = {name: scenario.summary for name, scenario in PATTERNS.items()} | PITFALLS
"""All that can be run, each with its summary."""


def summary_of(name: str) -> str:
    """Return what happens in a scenario, or raise `UnknownScenarioError`."""
    if name not in SCENARIOS:
        if advice := not_a_program(name):
            raise UnknownScenarioError(f"{name!r} is no program. {advice}")
        hint = did_you_mean(name, SCENARIOS, "`eventdemo scenarios` lists them.")
        raise UnknownScenarioError(f"There is no scenario {name!r}: {hint}")
    return SCENARIOS[name]


def check(name: str, strategy: str, conditions: Conditions) -> None:
    """Reject what cannot be run, with the reason."""
    summary_of(name)
    check_strategy(strategy)
    if name in PITFALLS:
        check_pitfall(name, strategy, conditions)
    check_together(strategy, conditions)


def check_together(strategy: str, conditions: Conditions) -> None:
    """Reject a strategy that the conditions exclude."""
    if strategy == "sync" and (conditions.instances > 1 or conditions.can_die):
        raise ConditionsError(
            "With sync, a listener blocks its process. Simulated instances share one loop, so it would block them all: "
            "choose another strategy, or one instance without crashes."
        )
    if strategy not in {"awaited", instead := conditions.strategy(strategy)}:
        raise ConditionsError(
            f"The repair {instead} is a strategy, so it works only with awaited, not with {strategy}."
        )


def check_pitfall(name: str, strategy: str, conditions: Conditions) -> None:
    """Reject conditions that a pitfall sets itself."""
    if not conditions.one_quiet_instance:
        raise ConditionsError(f"The pitfall {name!r} sets its own instances, crashes and repairs: omit those options.")
    if slots_in_the_outbox(strategy) is not None:
        raise ConditionsError(f"The pitfall {name!r} does not run with an outbox: choose another strategy.")
