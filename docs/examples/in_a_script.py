"""In a script: which strategies lose the errors of deliveries?"""

from eventdemo import Fate
from eventdemo.simulate import DEFAULTS, simulate

for strategy in DEFAULTS:
    trace = simulate("fan-out", strategy=strategy, users=100)
    unseen = trace.ledger.get(Fate.FAILED_UNSEEN, 0)
    print(f"{strategy:<11} {unseen:>4} of {trace.deliveries} deliveries failed unseen")
