"""The results of exploring, running and comparing a function of your own."""

from orders import patient, rush

from eventdemo.explore import explore
from eventdemo.simulate import compare, simulate

run = simulate(rush)
print(run.ledger)
print(run.timeline())

found = explore(patient)
print(found.refuted, dict(found.outcomes))

for run in compare(rush, strategies=("sync", "awaited")):
    print(run.strategy, run.checks[0].found)
