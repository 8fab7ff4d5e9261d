"""One user's part of a scenario under some strategies, as a picture: SCENARIO THEME STRATEGIES [USER [USERS]].

With the theme `live`, print the data of the interactive picture.
"""

import json
import sys

from eventdemo.simulate import simulate
from eventdemo.trace import svg
from eventdemo.trace.excerpt import about, representative_subject
from eventdemo.trace.live import picture_data

scenario, theme, strategies, *numbers = sys.argv[1:]
users = int(numbers[1]) if numbers[1:] else 25
traces = [simulate(scenario, strategy=strategy, users=users) for strategy in strategies.split(",")]
subject = f"user {numbers[0]}" if numbers else representative_subject(traces)
shown = [about(trace, subject) for trace in traces]
if theme == "live":
    print(json.dumps(picture_data(shown)))
else:
    print(svg.draw(shown, theme="dark" if theme == "dark" else "light"))
