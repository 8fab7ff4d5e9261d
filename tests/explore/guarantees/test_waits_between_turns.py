"""The explorer ends a wait only when nothing else is ready. In reality, one may end on any turn of the loop."""

from random import Random

from eventdemo.explore import ControlledLoop, RandomScheduler, make_bus
from eventdemo.explore.experiment import play_in
from eventdemo.explore.guarantees.verdict import GuaranteeVerdict
from tests.explore.guarantees.test_verdicts import CASES, ON_THE_PAGE

RUNS = {GuaranteeVerdict.SCHEDULER_DEPENDENT: 50, GuaranteeVerdict.GUARANTEED: 10}


class EagerLoop(ControlledLoop):
    """Ends random waits before random turns of the loop, sometimes several at once."""

    def __init__(self, seed):
        super().__init__(RandomScheduler.seeded(seed))
        self.chance = Random(seed)
        self.ended_early = 0

    def _run_first(self):
        if not self._ready and (waits := self._waits.pending(self.time())):
            self._end(self._choose(waits))
        if not self._ready:
            self._time_out()
        while (waits := self._waits.pending(self.time())) and self.chance.random() < 0.3:
            self._end(self._choose(waits))
            self.ended_early += 1
        for _ in range(len(self._ready)):
            if not (handle := self._ready.popleft())._cancelled:
                handle._run()


def test_guaranteed_and_scheduler_dependent_claims_hold_even_if_waits_end_on_any_turn():
    early, refuted = 0, []
    for guarantee, strategy in CASES:
        verdict, _ = ON_THE_PAGE[guarantee.experiment.name, strategy]
        for seed in range(RUNS.get(verdict, 0)):
            loop = EagerLoop(seed)
            if not play_in(loop, guarantee.experiment, make_bus(strategy, guarantee.experiment.bus)()).holds:
                refuted.append((guarantee.experiment.name, strategy, seed))
            early += loop.ended_early

    assert early > 300
    assert not refuted
