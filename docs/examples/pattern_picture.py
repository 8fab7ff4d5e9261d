"""One user's part of a scenario under some strategies, as a picture: SCENARIO THEME STRATEGIES [USER].

With the theme `live`, print the data of the interactive picture.
"""

import json
import sys

from eventdemo.simulate import simulate
from eventdemo.trace import svg
from eventdemo.trace.excerpt import about, representative_subject
from eventdemo.trace.live import picture_data

scenario, theme, strategies, *user = sys.argv[1:]
traces = [simulate(scenario, strategy=strategy, users=25) for strategy in strategies.split(",")]
subject = f"user {user[0]}" if user else representative_subject(traces)
shown = [about(trace, subject) for trace in traces]
if theme == "live":
    print(json.dumps(picture_data(shown)))
else:
    print(svg.draw(shown, theme="dark" if theme == "dark" else "light"))
