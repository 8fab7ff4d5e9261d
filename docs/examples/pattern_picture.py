"""One person's part of a scenario under some strategies, as a picture: SCENARIO THEME STRATEGIES [USER]."""

import sys

from eventdemo.simulate import simulate
from eventdemo.trace import svg
from eventdemo.trace.excerpt import about, representative_subject

scenario, theme, strategies, *user = sys.argv[1:]
traces = [simulate(scenario, strategy=strategy, users=25) for strategy in strategies.split(",")]
subject = f"user {user[0]}" if user else representative_subject(traces)
print(svg.draw([about(trace, subject) for trace in traces], theme="dark" if theme == "dark" else "light"))
