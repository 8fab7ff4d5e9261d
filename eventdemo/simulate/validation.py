"""Which conditions and strategies exclude each other, checked before anything is set up."""

from eventdemo.simulate.scenarios import PITFALLS, summary_of
from eventdemo.simulate.strategies import check_strategy, places_in_the_outbox
from eventdemo.trace.conditions import Conditions, ConditionsError


def check(name: str, strategy: str, conditions: Conditions) -> None:
    """Reject what cannot be run, with the reason."""
    summary_of(name)
    check_strategy(strategy)
    if name in PITFALLS:
        check_pitfall(name, strategy, conditions)
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
    if places_in_the_outbox(strategy) is not None:
        raise ConditionsError(f"The pitfall {name!r} does not run with an outbox: choose another strategy.")
