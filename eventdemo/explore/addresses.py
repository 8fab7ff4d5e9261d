"""Other addresses for the objects of a run: the order of a set may follow from them.

They are often the same in each run of one process, so such a program seems to be deterministic there.
"""

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from random import Random

SIZES = range(0, 480, 16)
"""Sizes of small objects in bytes: Python keeps the free memory of each of them in a list, and uses the last first."""
OBJECTS = 5
"""How many objects of each size get other addresses at the beginning of a run."""
AT_EACH_CALL, KEPT = 8, 5000
"""How many objects of these sizes are made at each call, and how many are kept."""


def shuffle_addresses(seed: int) -> list[bytes]:
    """Let the next objects of each small size have addresses in another order, and none that of an object returned."""
    order = Random(seed).sample(range(OBJECTS), OBJECTS)  # noqa: S311 - reproducible, not secret
    made = [[bytes(size) for _ in order] for size in SIZES]
    shuffled = [[objects[place] for place in order] for objects in made]
    made.clear()
    kept = [objects.pop() for objects in shuffled]
    while shuffled:
        shuffled.pop()
    return kept


@contextmanager
def disturbed_addresses(seed: int) -> Iterator[None]:
    """Use memory at each call inside the block, too, unless a profiler is at work.

    What a program frees at its beginning, such as the listeners of the run before, is what it would use again first.
    """
    sizes = cycle(Random(seed).choices(SIZES, k=1009))  # noqa: S311 - likewise
    kept = deque[bytes](maxlen=KEPT)

    def use_memory(*_: object) -> None:
        kept.extend(map(bytes, islice(sizes, AT_EACH_CALL)))

    if is_idle := sys.getprofile() is None:
        sys.setprofile(use_memory)
    try:
        yield
    finally:
        if is_idle:
            sys.setprofile(None)
