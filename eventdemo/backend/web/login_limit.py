"""A limit on the attempts to log in, for each username from each address. It counts in this process only."""

from datetime import datetime, timedelta
from math import ceil
from typing import Annotated, NamedTuple

from fastapi import Depends, HTTPException, Request

from eventdemo.core import clock

ATTEMPTS = 5
WINDOW = timedelta(minutes=1)


class Attempts(NamedTuple):
    made: int
    until: datetime
    """When this many attempts are forgotten."""


class LoginLimit:
    """Allows `ATTEMPTS` in a `WINDOW` that begins with the first of them. A login that succeeds clears its window."""

    def __init__(self) -> None:
        self._attempts: dict[tuple[str, str], Attempts] = {}

    def count(self, username: str, address: str) -> None:
        """Count an attempt before its password is checked, or refuse it with a 429."""
        now = clock.now()
        self._forget(now)
        made, until = self._attempts.get((username, address), Attempts(0, now + WINDOW))
        if made >= ATTEMPTS:
            seconds = ceil((until - now).total_seconds())
            raise HTTPException(
                429, f"Too many attempts to log in: try again in {seconds} s.", {"Retry-After": str(seconds)}
            )
        self._attempts[username, address] = Attempts(made + 1, until)

    def clear(self, username: str, address: str) -> None:
        self._attempts.pop((username, address), None)

    def _forget(self, now: datetime) -> None:
        """Drop the windows that are over, so that memory holds those of the last minute only; the oldest is first."""
        while self._attempts and (oldest := next(iter(self._attempts))) and self._attempts[oldest].until <= now:
            del self._attempts[oldest]


async def login_limit(request: Request) -> LoginLimit:
    limit: LoginLimit = request.app.state.login_limit
    return limit


Limit = Annotated[LoginLimit, Depends(login_limit)]
