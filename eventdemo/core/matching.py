"""Which patterns match a dotted name.

`*` stands for exactly one segment, `**` for any number of segments including none. Patterns are kept in a tree of
segments, so the time to match depends on the name's length, not on how many unrelated patterns there are.
"""

from collections.abc import Hashable, Iterator

ONE, ANY = "*", "**"


class PatternTree:
    """A set of patterns, and a search for those that match a name."""

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        self._root = _Node(absorbs=False)

    def is_pattern(self, name: object) -> bool:
        return isinstance(name, str) and "*" in name and not {ONE, ANY}.isdisjoint(name.split(self.delimiter))

    def add(self, pattern: str) -> None:
        node = self._root
        for segment in pattern.split(self.delimiter):
            node = node.children.setdefault(segment, _Node(absorbs=segment == ANY))
        node.pattern = pattern

    def discard(self, pattern: str) -> None:
        """Remove a pattern, and the branches that only it needed."""
        segments = pattern.split(self.delimiter)
        path = [self._root]
        for segment in segments:
            path.append(path[-1].children[segment])
        path[-1].pattern = None
        while segments and path[-1].is_bare():
            path.pop()
            del path[-1].children[segments.pop()]

    def matching(self, name: Hashable) -> set[str]:
        """Return the patterns that match `name`. A name that is no string is one segment, for wildcards only."""
        nodes = set(self._root.reached())
        for segment in name.split(self.delimiter) if isinstance(name, str) else [None]:
            nodes = {reached for node in nodes for reached in node.after(segment)}
        return {node.pattern for node in nodes if node.pattern is not None}


class _Node:
    """A node of the tree: the pattern that ends here, and where each next segment leads."""

    __slots__ = ("absorbs", "children", "pattern")

    def __init__(self, *, absorbs: bool) -> None:
        self.absorbs = absorbs  # a `**` led here, so any further segment may stay here
        self.children: dict[str | None, _Node] = {}
        self.pattern: str | None = None

    def is_bare(self) -> bool:
        return self.pattern is None and not self.children

    def reached(self) -> Iterator["_Node"]:
        """Yield this node, and those below it that a `**` reaches by standing for no segment."""
        yield self
        if ANY in self.children:
            yield from self.children[ANY].reached()

    def after(self, segment: str | None) -> Iterator["_Node"]:
        """Yield the nodes reached from here by one segment of a name."""
        if self.absorbs:
            yield from self.reached()
        for key in (segment, ONE):
            if key in self.children:
                yield from self.children[key].reached()
