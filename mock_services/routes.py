"""The routes of a fake: which function answers a request, by its method and a path such as `/charges/{order}`."""

import re
from collections.abc import Callable
from functools import partial
from itertools import chain, zip_longest
from typing import Any

from mock_services.http import httpx

_PARAMETER = re.compile(r"\{(\w+)\}")


class Routes:
    """They are tried in the order in which they were added."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, re.Pattern[str], Callable[..., Any]]] = []

    def add(self, method: str, path: str, handler: Callable[..., Any]) -> None:
        """Let `handler` answer these requests. It gets the request, and the parameters of the path as texts."""
        plain, names = _PARAMETER.split(path)[::2], _PARAMETER.findall(path)
        parameters = [f"(?P<{name}>[^/]+)" for name in names]
        pattern = re.compile("".join(chain.from_iterable(zip_longest(map(re.escape, plain), parameters, fillvalue=""))))
        self._routes.append((method.upper(), pattern, handler))

    def find(self, request: httpx.Request) -> Callable[[], Any] | None:
        """Return what answers a request, or None if no route does."""
        asked = request.url.path
        for method, pattern, handler in self._routes:
            if method == request.method and (found := pattern.fullmatch(asked)):
                return partial(handler, request, **found.groupdict())
        return None
