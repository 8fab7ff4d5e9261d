"""The same three logouts under two strategies, as a picture: `light`, `dark`, or the data of a `live` one."""

import json
import sys

from eventdemo.simulate import simulate
from eventdemo.trace import svg
from eventdemo.trace.live import picture_data

traces = [simulate("logout", strategy=strategy, users=3) for strategy in ("sync", "awaited")]
if "live" in sys.argv:
    print(json.dumps(picture_data(traces, subject="")))
else:
    print(svg.draw(traces, theme="dark" if "dark" in sys.argv else "light"))
