"""The smallest schedule that refutes an experiment's claim, and the nearest one that does not: EXPERIMENT THEME."""

import sys

from eventdemo.explore import explore
from eventdemo.explore.catalogue import experiment
from eventdemo.explore.instrumented_bus import make_bus
from eventdemo.explore.picture import pair
from eventdemo.trace import svg

name, theme = sys.argv[1:]
chosen = experiment(name)
found = explore(chosen, make_bus("awaited", chosen.bus))
print(svg.draw(pair(found), theme="dark" if theme == "dark" else "light"))
