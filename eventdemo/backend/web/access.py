"""Who may use an entry point: without a session the answer is 401, to users who may not do this it is 403.

Attempts to log in are limited for each username from each address; then the answer is 429.

A user who asks for another user gets a 403, whether that user exists or not: the check comes before the lookup, so the
answer says what is wrong and reveals nothing. An admin gets a 404 for a user who does not exist.
"""

from datetime import datetime, timedelta
from hmac import compare_digest
from math import ceil
from typing import Annotated, NamedTuple

from fastapi import Depends, HTTPException, Request
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from eventdemo.backend.wiring import Backend
from eventdemo.core import clock

BEARER = {"WWW-Authenticate": "Bearer"}
_bearer = HTTPBearer(description="The access token that `POST /auth/login` returned.")
_api_key = APIKeyHeader(name="X-API-Key", description="The key of the other system.")


async def served_backend(request: Request) -> Backend:  # async, or FastAPI would call it in a thread
    backend: Backend = request.app.state.backend
    return backend


Served = Annotated[Backend, Depends(served_backend)]
Bearer = Annotated[HTTPAuthorizationCredentials, Depends(_bearer)]


async def logged_in(backend: Served, bearer: Bearer) -> int:
    """Return the id of the user whose session has this bearer token."""
    if (user_id := await backend.store.session_owner(bearer.credentials)) is None:
        raise HTTPException(401, "This session does not exist or has ended: log in again.", BEARER)
    return user_id


Caller = Annotated[int, Depends(logged_in)]


async def admin(caller: Caller, backend: Served) -> None:
    if not await backend.store.is_admin(caller):
        raise HTTPException(403, "Only an admin may do this.")


async def owner_or_admin(user_id: int, caller: Caller, backend: Served) -> None:
    if user_id != caller and not await backend.store.is_admin(caller):
        raise HTTPException(403, "You may read and change yourself only; an admin may do so with every user.")


async def other_system(request: Request, key: Annotated[str, Depends(_api_key)]) -> None:
    """Compare the key in constant time, so that the time of the answer does not say how much of it is right."""
    if not compare_digest(key.encode(), request.app.state.external_key.encode()):
        raise HTTPException(401, "This key is wrong.", {"WWW-Authenticate": "APIKey"})


ADMIN, OWNER_OR_ADMIN, OTHER_SYSTEM = Depends(admin), Depends(owner_or_admin), Depends(other_system)

ATTEMPTS = 5
WINDOW = timedelta(minutes=1)


class Attempts(NamedTuple):
    made: int
    until: datetime
    """When this many attempts are forgotten."""


class LoginLimit:
    """Allows `ATTEMPTS` to log in, in a `WINDOW` that begins with the first of them; one that succeeds clears it.

    It counts in this process only.
    """

    def __init__(self) -> None:
        self._attempts: dict[tuple[str, str], Attempts] = {}

    def count(self, username: str, address: str) -> None:
        """Count an attempt before its password is checked, or refuse it with a 429."""
        now = clock.now()
        # the windows that are over are dropped, so that memory holds those of the last minute only; the oldest is first
        while self._attempts and (oldest := next(iter(self._attempts))) and self._attempts[oldest].until <= now:
            del self._attempts[oldest]
        made, until = self._attempts.get((username, address), Attempts(0, now + WINDOW))
        if made >= ATTEMPTS:
            seconds = ceil((until - now).total_seconds())
            raise HTTPException(
                429, f"Too many attempts to log in: try again in {seconds} s.", {"Retry-After": str(seconds)}
            )
        self._attempts[username, address] = Attempts(made + 1, until)

    def clear(self, username: str, address: str) -> None:
        self._attempts.pop((username, address), None)


async def login_limit(request: Request) -> LoginLimit:
    limit: LoginLimit = request.app.state.login_limit
    return limit


Limit = Annotated[LoginLimit, Depends(login_limit)]
