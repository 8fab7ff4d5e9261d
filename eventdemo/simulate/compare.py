"""One program under several strategies, side by side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from eventdemo.simulate.run import simulate
from eventdemo.simulate.strategies import DEFAULTS
from eventdemo.trace.runs import Runs

if TYPE_CHECKING:
    from eventdemo.pitfalls import Pitfall
    from eventdemo.simulate.import_program import Main


def compare(name: "str | Pitfall | Main", strategies: Sequence[str] = DEFAULTS, **options: Any) -> Runs:
    """Run an async function of your own, or a scenario, under several strategies. `print()` shows the comparison.

    The options are those of `simulate`.
    """
    return Runs(simulate(name, strategy=strategy, **options) for strategy in strategies)
