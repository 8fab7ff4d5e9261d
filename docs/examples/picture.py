"""The same three logouts under two strategies, as a picture: `light` or `dark`."""

import sys

from eventdemo.simulate import simulate
from eventdemo.trace import svg

traces = [simulate("logout", strategy=strategy, users=3) for strategy in ("sync", "awaited")]
print(svg.draw(traces, theme="dark" if "dark" in sys.argv else "light"))
