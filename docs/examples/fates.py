"""The closed set of fates."""

from eventdemo import Fate

for fate in Fate:
    print(f"{fate.letter}  {fate:18} {fate.verdict:7} {fate.meaning}")
