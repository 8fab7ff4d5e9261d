"""What stands between a request and a fake's work: the wait, the limit, and everything that can go wrong.

A call's luck is drawn from (seed, service, method, subject, how often the same was asked before), never from a shared
sequence. So one employee's call takes the same time under every listener strategy and in whatever order calls are made,
and two strategies differ by what they do, not by the dice (common random numbers).
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from hashlib import blake2b
from typing import TYPE_CHECKING

import httpx

from mock_services.keyed_random import uniforms
from mock_services.latency import Constant
from mock_services.responses import failure, truncated

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mock_services.faults import Faults, RateLimit, Service

    Pause = Callable[[float], Awaitable[None]]


class FaultInjector:
    """Applies one service's `faults`, which may be replaced while a run goes on: an outage begins, and ends."""

    def __init__(self, service: Service, faults: Faults, seed: int) -> None:
        self.faults = faults
        self._key = f"{seed}\x1f{service}"
        self.pause: Pause = asyncio.sleep
        """How time passes until an answer comes; an explorer makes each pause a choice."""
        self._asked: dict[bytes, int] = {}
        self._admitted: deque[float] = deque()

    def reset(self) -> None:
        """Draw luck from the start again, and count no request towards the limit."""
        self._asked.clear()
        self._admitted.clear()

    async def apply(
        self, request: httpx.Request, subject: str, work: Callable[[httpx.Request], httpx.Response]
    ) -> httpx.Response:
        """Return what the client gets to see of `work(request)`, if it gets to see it."""
        faults = self.faults
        refusal = self._refusal(request)
        if refusal is not None:
            await self.pause(0)  # quick, but not before other tasks have had their turn
            return refusal
        slowness, error, silence, garbling = self._draws(request.method, subject)
        if silence < faults.timeout_rate:
            await self._wait(request, math.inf)
            raise _too_late(request)
        in_time = await self._wait(request, faults.latency.milliseconds(slowness) / 1000)
        response = failure(request, 500, "internal error") if error < faults.error_rate else work(request)
        if not in_time:  # the work is done all the same: a service cannot know that its client has hung up
            raise _too_late(request)
        return truncated(response) if garbling < faults.malformed_rate else response

    def _refusal(self, request: httpx.Request) -> httpx.Response | None:
        limit = self.faults.rate_limit
        if limit and (wait := self._over(limit)):
            # Whole seconds, rounded up: the header cannot say less.
            return failure(request, 429, "too many requests", {"Retry-After": str(math.ceil(wait))})
        return failure(request, 503, "down for maintenance") if self.faults.down else None

    def _over(self, limit: RateLimit) -> float:
        """Return how many seconds too early a request comes; 0 admits it, and counts it."""
        now = asyncio.get_running_loop().time()
        while self._admitted and self._admitted[0] + limit.seconds <= now:
            self._admitted.popleft()
        if len(self._admitted) < limit.requests:
            self._admitted.append(now)
            return 0.0
        return self._admitted[0] + limit.seconds - now

    def _draws(self, method: str, subject: str) -> tuple[float, float, float, float]:
        faults = self.faults
        if isinstance(faults.latency, Constant) and not (
            faults.error_rate or faults.timeout_rate or faults.malformed_rate
        ):
            return _MIDDLE  # nothing is left to chance, so there is nothing to remember either
        name = f"{self._key}\x1f{method}\x1f{subject}"
        # One small entry for each different request, however often it is repeated: bounded by the company's size.
        digest = blake2b(name.encode(), digest_size=8).digest()
        times = self._asked[digest] = self._asked.get(digest, 0) + 1
        slowness, error, silence, garbling, *_ = uniforms(name, times)
        return slowness, error, silence, garbling

    async def _wait(self, request: httpx.Request, seconds: float) -> bool:
        """Let the time pass that the answer takes, or that the client is willing to wait; say if it was in time."""
        patience = request.extensions.get("timeout", {}).get("read")
        if patience is not None and seconds > patience:
            await self.pause(patience)
            return False
        if seconds == math.inf:
            await asyncio.get_running_loop().create_future()  # no timer: a virtual clock can tell that nobody will come
        await self.pause(seconds)  # zero still lets other tasks run first, as any real call does
        return True


_MIDDLE = (0.5, 0.5, 0.5, 0.5)


def _too_late(request: httpx.Request) -> httpx.ReadTimeout:
    return httpx.ReadTimeout("the client gave up waiting", request=request)
