"""Several runs side by side, as one result."""

from collections.abc import Sequence

from eventdemo.core.fates import Fate
from eventdemo.trace.excerpt import Excerpt
from eventdemo.trace.record import Trace
from eventdemo.trace.shown import Shown


class Runs(Shown, tuple[Trace, ...]):
    """The traces of one program under several strategies."""

    __slots__ = ()

    @property
    def ledger(self) -> dict[str, dict[Fate, int]]:
        """How many deliveries ended in which way, by the name of the run."""
        return {trace.label: trace.ledger for trace in self}

    def excerpts(self) -> Sequence[Excerpt]:
        from eventdemo.trace.report import excerpts_of  # noqa: PLC0415 - drawing waits until it is asked for

        return excerpts_of(self)

    def report(self) -> str:
        from eventdemo.trace.comparison import compare  # noqa: PLC0415
        from eventdemo.trace.comparison_table import plain  # noqa: PLC0415
        from eventdemo.trace.report import below_the_table  # noqa: PLC0415

        return f"{plain(compare(self))}\n{below_the_table(self, self.excerpts())}\n"

    def page(self) -> str:
        from eventdemo.trace.html import page  # noqa: PLC0415

        return page(self, command=f"eventdemo compare {self[0].scenario}" if self else "")

    __str__ = Shown.__str__
