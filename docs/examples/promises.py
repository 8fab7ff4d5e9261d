"""What do all repairs together promise? Two instances, and one of them is killed every two seconds."""

from collections import Counter

from eventdemo.simulate import PATTERNS, simulate

REPAIRS = "leader-lock,idempotency-key,broadcast,outbox,drain"

for title, repairs in (("without repairs", "none"), ("with all of them", REPAIRS)):
    found = Counter()
    for name in PATTERNS:
        for seed in range(4):
            run = simulate(name, users=8, instances=2, kill_rate=30, seed=seed, repairs=repairs)
            found.update(check.claim for check in run.checks if not check.holds)
    print(f"{title}, of 4 runs of each pattern:")
    for claim, runs in sorted(found.items()):
        print(f"  {runs:>2}  not true: {claim}")
