"""What does each repair cost? Three instances poll at the same moment, and one of them is killed two seconds later."""

from eventdemo.simulate import simulate

for repair in ("none", "leader-lock", "idempotency-key", "outbox", "outbox,idempotency-key"):
    run = simulate("fan-out", users=40, instances=3, crashes=["A@2"], repairs=repair)
    calls, lost = sum(run.metrics.calls.values()), run.count("lost")
    print(f"{repair:<23} {calls:>4} calls  done after {run.metrics.last_listener_done:>4.1f} s  {lost} lost")
