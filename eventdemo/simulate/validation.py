"""Which conditions a scenario cannot be played under, and why: asked before anything is set up for it."""

from eventdemo.simulate.scenarios import PITFALLS, scenario
from eventdemo.simulate.strategies import check_strategy, places_in_the_outbox
from eventdemo.trace.conditions import Conditions, ConditionsError


def check(name: str, strategy: str, conditions: Conditions) -> None:
    """Refuse what cannot be played, in a sentence."""
    scenario(name)
    check_strategy(strategy)
    if name in PITFALLS:
        check_pitfall(name, strategy, conditions)
    if strategy == "sync" and (conditions.instances > 1 or conditions.can_die):
        raise ConditionsError(
            "Under sync a listener blocks its process. Here all instances share one loop, and it would block them all: "
            "choose another strategy, or one instance that nobody kills."
        )
    if strategy not in {"awaited", instead := conditions.strategy(strategy)}:
        raise ConditionsError(f"{instead} is a strategy itself: as a repair it goes with awaited only, not {strategy}.")


def check_pitfall(name: str, strategy: str, conditions: Conditions) -> None:
    """Refuse conditions that a pitfall cannot be played under."""
    if not conditions.one_quiet_instance:
        raise ConditionsError(f"The pitfall {name!r} brings its own instances and repairs, and who is killed.")
    if places_in_the_outbox(strategy) is not None:
        raise ConditionsError(f"The pitfall {name!r} is played without an outbox: choose another strategy.")
