"""The scenarios, as data: a name, what one sees in it, how many users it has. `plays.py` is what the people do."""

from dataclasses import dataclass

from eventdemo.core.wording import did_you_mean


class UnknownScenarioError(ValueError):
    """There is no such scenario."""


class UnknownVariantError(ValueError):
    """The scenario has no such version."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something that happens to the backend."""

    name: str
    summary: str
    users: int
    """How many people take part if nobody says otherwise."""


_PATTERNS = (
    Scenario("logout", "people log out; two listeners clean up behind each", 25),
    Scenario("lifecycle", "users are created, changed and deleted; hooks react to each", 25),
    Scenario("sync-profile", "five callers ask for a sync that chains into three listeners", 25),
    Scenario("approval", "people log in and approve tasks; each approval leaves a line in an audit trail", 25),
    Scenario("fan-out", "the poll emits once per employee; three listeners call Oracle and Yardi", 500),
)
_PITFALLS = (
    Scenario("never-awaited", "the emitter calls an async listener and drops the coroutine", 25),
    Scenario("async-flag", "what emitAsync waits for, and who sees an error, under each value of the flag", 25),
    Scenario("swallowed-error", "Oracle is down, stage one fails, and the caller gets 200", 25),
    Scenario("floating-call", "FCM is down, and the logout listener does not await its call", 25),
    Scenario("logout-race", "one logout listener empties the rows that the other still has to read", 25),
    Scenario("delete-emits-twice", "deleting a user also announces an update", 25),
    Scenario("is-empty-id", "a numeric id is taken for that of somebody new", 25),
    Scenario("boot-race", "people log in while the module that welcomes them is still starting", 25),
    Scenario("typo", "an event is emitted under a misspelt name", 25),
    Scenario("wildcard-miss", "`user.*` is to hear `user.sync.task.notifications`", 25),
    Scenario("double-register", "two modules register the same listener", 25),
    Scenario("listener-leak", "each request registers a listener, and nothing removes it", 12),
    Scenario("shared-payload", "one listener changes the payload that the next one reads", 25),
    Scenario("blocking-listener", "one listener computes, and every other request waits for it", 25),
    Scenario("exit-loses-tasks", "people log out, and the program ends after the last answer", 25),
    Scenario("collected-task", "a listener waits for a confirmation, and nobody keeps its task", 25),
    Scenario("crash", "everybody is deleted, and the process is killed meanwhile", 25),
    Scenario("cron-overlap", "a poll takes longer than its period, and the next one starts beside it", 25),
    Scenario("page-drift", "the weekly sync pages by offset over the date that it moves", 100),
    Scenario("marked-synced-anyway", "Oracle Fusion is down for a second, and the job moves everybody's date", 25),
    Scenario("rate-limit", "a fan-out makes more calls a second than Oracle Fusion admits", 25),
    Scenario("instances", "names are changed on one instance, and looked up on two", 25),
    Scenario("cron-times-n", "two instances have the poll on their schedule", 25),
    Scenario("rollback", "an event is emitted before a commit that fails", 25),
    Scenario("context-lost", "the log asks a context variable for the request, wherever it is written", 25),
)
PATTERNS = {scenario.name: scenario for scenario in _PATTERNS}
"""The article's backend, the sound way: a comparison has a column for each strategy."""
PITFALLS = {scenario.name: scenario for scenario in _PITFALLS}
"""Hazards: a comparison has a column for the broken version and one for each repair. See `eventdemo/pitfalls`."""
SCENARIOS = PATTERNS | PITFALLS


def scenario(name: str) -> Scenario:
    """Return a scenario by its name."""
    if name not in SCENARIOS:
        hint = did_you_mean(name, SCENARIOS, "`eventdemo scenarios` lists them.")
        raise UnknownScenarioError(f"There is no scenario {name!r}: {hint}")
    return SCENARIOS[name]
