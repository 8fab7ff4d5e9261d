"""What happens between a request and a fake's work: the latency, the rate limit, and everything that can go wrong.

The random numbers of a call depend on (seed, service, method, subject, number of earlier equal calls), never on a
shared sequence. So one user's call takes the same time under every strategy and in every order of calls, and two
strategies differ by what they do, not by chance (common random numbers).
"""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable
from hashlib import blake2b

from mock_services.faults import Faults, RateLimit
from mock_services.http import httpx
from mock_services.keyed_random import uniforms
from mock_services.latency import Constant
from mock_services.responses import failure, truncated

Pause = Callable[[float], Awaitable[None]]


class FaultInjector:
    """Applies one service's `faults`. They may be replaced during a run, for example while an outage lasts."""

    def __init__(self, service: str, faults: Faults, seed: int) -> None:
        self.faults = faults
        self._key = f"{seed}\x1f{service}"
        self.pause: Pause = asyncio.sleep
        """Sleeps until the answer is due; the explorer replaces it, because each pause is a choice there."""
        self._asked: dict[bytes, int] = {}
        self._admitted: deque[float] = deque()

    def reset(self) -> None:
        """Draw from the start again, and clear the rate limit."""
        self._asked.clear()
        self._admitted.clear()

    async def apply(
        self, request: httpx.Request, subject: str, work: Callable[[httpx.Request], httpx.Response]
    ) -> httpx.Response:
        """Return the response that the client gets: that of `work(request)`, unless a fault prevents it."""
        faults = self.faults
        refusal = self._refusal(request)
        if refusal is not None:
            await self.pause(0)  # quick, but other tasks run first, as with any real call
            return refusal
        slowness, error, silence, garbling = self._draws(request.method, subject)
        if silence < faults.timeout_rate:
            await self._wait(request, math.inf)
            raise _too_late(request)
        answered = await self._wait(request, faults.latency.milliseconds(slowness) / 1000)
        response = failure(request, 500, "internal error") if error < faults.error_rate else work(request)
        if not answered:  # the work is still done, because a service does not see its client's timeout
            raise _too_late(request)
        return truncated(response) if garbling < faults.malformed_rate else response

    def _refusal(self, request: httpx.Request) -> httpx.Response | None:
        limit = self.faults.rate_limit
        if limit and (wait := self._over(limit)):
            # Whole seconds, rounded up: the header cannot say less.
            return failure(request, 429, "too many requests", {"Retry-After": str(math.ceil(wait))})
        return failure(request, 503, "down for maintenance") if self.faults.down else None

    def _over(self, limit: RateLimit) -> float:
        """Return how many seconds too early a request is; 0 admits it, and counts it."""
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
            return _MIDDLE  # no fault is random, so nothing has to be remembered
        name = f"{self._key}\x1f{method}\x1f{subject}"
        # One small entry for each different request, however often it is repeated: bounded by the company's size.
        digest = blake2b(name.encode(), digest_size=8).digest()
        times = self._asked[digest] = self._asked.get(digest, 0) + 1
        slowness, error, silence, garbling, *_ = uniforms(name, times)
        return slowness, error, silence, garbling

    async def _wait(self, request: httpx.Request, seconds: float) -> bool:
        """Sleep until the answer or the client's timeout is due; return whether the answer comes first."""
        timeout = request.extensions.get("timeout", {}).get("read")
        if timeout is not None and seconds > timeout:
            await self.pause(timeout)
            return False
        if seconds == math.inf:
            await asyncio.get_running_loop().create_future()  # no timer, so virtual time can detect the deadlock
        await self.pause(seconds)
        return True


_MIDDLE = (0.5, 0.5, 0.5, 0.5)


def _too_late(request: httpx.Request) -> httpx.ReadTimeout:
    return httpx.ReadTimeout("the client timed out", request=request)
