"""Which patterns match a dotted name.

`*` stands for exactly one segment, `**` for any number of segments including none. Patterns are kept in a tree of
segments, so the time to match depends on the name's length, not on how many unrelated patterns there are.
"""

from collections.abc import Hashable
from typing import Any, TypeGuard

ONE, ANY = "*", "**"
END = ()  # the key of the pattern that ends at a node; the other keys are segments, so strings


class PatternTree:
    """A set of patterns, and a search for those that match a name."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        self._root: dict[Any, Any] = {}

    def is_pattern(self, name: object) -> TypeGuard[str]:
        return isinstance(name, str) and "*" in name and not {ONE, ANY}.isdisjoint(name.split(self.delimiter))

    def add(self, pattern: str) -> None:
        node = self._root
        for segment in pattern.split(self.delimiter):
            node = node.setdefault(segment, {})
        node[END] = pattern

    def discard(self, pattern: str) -> None:
        """Remove a pattern, and the branches that only it needed."""
        segments = pattern.split(self.delimiter)
        path = [self._root]
        for segment in segments:
            path.append(path[-1][segment])
        del path[-1][END]
        while segments and not path[-1]:
            path.pop()
            del path[-1][segments.pop()]

    def matching(self, name: Hashable) -> set[str]:
        """Return the patterns that match `name`. A name that is no string is one segment, for wildcards only."""
        segments = name.split(self.delimiter) if isinstance(name, str) else [None]
        end, found = len(segments), set()
        reached, seen = [(self._root, 0)], set()
        while reached:
            node, position = reached.pop()
            if (id(node), position) in seen:
                continue
            seen.add((id(node), position))
            if position < end:
                reached += [(node[key], position + 1) for key in (segments[position], ONE) if key in node]
            elif END in node:
                found.add(node[END])
            if ANY in node:
                reached += [(node[ANY], further) for further in range(position, end + 1)]
        return found
