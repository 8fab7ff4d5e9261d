"""How to explore one test: what its marker and the command line say."""

from dataclasses import dataclass, replace
from typing import Any, Self, get_args

import pytest

from eventdemo.explore.instrumented_bus import KINDS
from eventdemo.explore.replay import BadTokenError, Token, parse
from eventdemo.explore.steps import Ready

BOUND = 500
TAKEN = {"bound": int, "strategy": str, "ready": str, "cancel": bool, "ledger": bool}


@dataclass(frozen=True, slots=True)
class Options:
    """What `@pytest.mark.explore(...)` takes, and the choices of `--explore-replay`."""

    nodeid: str
    bound: int = BOUND
    strategy: str = "awaited"
    ready: Ready | None = None
    """How waits end: see `explore`."""
    cancel: bool = False
    """Whether one task may be cancelled wherever it waits."""
    ledger: bool = True
    """Whether a delivery on the fixture `bus` that has no end when the test ends is a failure."""
    replayed: tuple[int, ...] | None = None

    @classmethod
    def of(cls, item: pytest.Item, *, replay: bool = True) -> Self:
        marker = item.get_closest_marker("explore")
        given = {} if marker is None else dict(marker.kwargs)
        if marker is not None and marker.args:
            raise pytest.UsageError(f"{item.nodeid}: explore takes keywords, such as explore(bound=1000).")
        _check(item.nodeid, given)
        if replay and (token := item.config.getoption("explore_replay")):
            given |= _of_token(item.nodeid, token)
        return cls(item.nodeid, **given)

    def token(self) -> str:
        return str(Token(self.nodeid, self.strategy, self.ready or "fifo", self.replayed or ()))

    def replaying(self, token: str) -> Self | None:
        """Return these options with the schedule of a token, or None if they would not explore it."""
        if not (read := _of_token(self.nodeid, token)):
            return None
        same = read["strategy"] == self.strategy and self.ready in {None, read["ready"]}
        return replace(self, **read) if same else None


def _check(nodeid: str, given: dict[str, Any]) -> None:
    for name, value in given.items():
        if name not in TAKEN or type(value) is not TAKEN[name]:
            takes = ", ".join(f"{each}: {kind.__name__}" for each, kind in TAKEN.items())
            raise pytest.UsageError(f"{nodeid}: explore({name}={value!r}) is wrong. It takes {takes}.")
    for name, known in (("ready", get_args(Ready)), ("strategy", KINDS)):
        if given.get(name, next(iter(known))).partition(":")[0] not in known:
            raise pytest.UsageError(f"{nodeid}: explore({name}={given[name]!r}) is not one of {', '.join(known)}.")


def _of_token(nodeid: str, token: str) -> dict[str, Any]:
    if not token.startswith(f"{nodeid}/"):
        return {}
    try:
        read = parse(f"test/{token.removeprefix(f'{nodeid}/')}")
    except BadTokenError as error:
        raise pytest.UsageError(f"--explore-replay: {error}") from error
    return {"strategy": read.strategy, "ready": read.ready, "replayed": read.choices}
