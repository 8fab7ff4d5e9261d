"""The article's HTTP entry points, on FastAPI: each calls one method of the backend and does not know the listeners.

`create_app(backend)` returns the app; `eventdemo serve` runs it on the mock services. Needs the extra `web`.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from eventdemo.backend.callers import NotAnEmployeeError
from eventdemo.backend.services import Action, Domain, ServiceError, TaskOutcome
from eventdemo.backend.services.errors import leaf_exceptions
from eventdemo.backend.storage.model import User
from eventdemo.backend.storage.store import GREATEST_ID, TakenError, UnknownUserError
from eventdemo.backend.wiring import Backend

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
SUCCESS = {"status": "success"}
STATUS: dict[type[Exception], int] = {
    NotAnEmployeeError: 400,
    UnknownUserError: 404,
    TakenError: 409,
    ServiceError: 502,
}
"""The HTTP status of each expected error. Any other error is a bug: a 500, and a traceback in the log."""

router = APIRouter()


class Body(BaseModel):
    """The body of a request; an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class Login(Body):
    """The user who logs in, and the token of the new session."""

    user_id: int
    session_token: str = Field(min_length=1)


class NewUser(Body):
    username: str = Field(min_length=1)
    full_name: str = ""
    organisation_id: int = Field(gt=0, le=GREATEST_ID)
    user_type: Literal["EMPLOYEE", "VENDOR"] = "EMPLOYEE"


class ChangedUser(Body):
    full_name: str


class ChangedProfile(Body):
    username: str


class ChosenUsers(Body):
    user_ids: list[int]


class Decision(Body):
    action: Action


async def served_backend(request: Request) -> Backend:  # async, or FastAPI would call it in a thread
    backend: Backend = request.app.state.backend
    return backend


Served = Annotated[Backend, Depends(served_backend)]
Bearer = Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]


async def logged_in(backend: Served, bearer: Bearer) -> int:
    """Return the id of the user whose session has this bearer token."""
    if (user_id := await backend.store.session_owner(bearer.credentials)) is None:
        raise HTTPException(401, "This session does not exist or has ended: log in again.")
    return user_id


UserId = Annotated[int, Depends(logged_in)]


@router.post("/auth/login")
async def log_in(login: Login, backend: Served) -> dict[str, str]:
    """Open a session. There is no password, because the demo is about what happens afterwards."""
    await backend.store.user(login.user_id)
    await backend.auth.log_in(login.user_id, login.session_token)
    return SUCCESS


@router.post("/auth/logout-mobile")
async def log_out_mobile(user_id: UserId, bearer: Bearer, backend: Served) -> dict[str, str]:
    """End the session, and answer before the listeners of the logout have finished."""
    await backend.auth.log_out_mobile(user_id, bearer.credentials)
    return SUCCESS


@router.put("/user/sync-profile")
async def sync_profile(user_id: UserId, backend: Served, *, first_time: bool = False) -> dict[str, str]:
    """Sync the caller's own profile, and answer when profile and tasks are up to date."""
    await backend.profile_sync.from_http_endpoint(user_id, first_time=first_time)
    return SUCCESS


@router.post("/users", status_code=201)
async def create_user(user: NewUser, backend: Served) -> User:
    """Store a new user."""
    return await backend.users.save(User(**user.model_dump()))


@router.get("/users/{user_id}")
async def read_user(user_id: int, backend: Served) -> User:
    """Return a user as stored."""
    return await backend.store.user(user_id)


@router.put("/users/{user_id}")
async def change_user(user_id: int, change: ChangedUser, backend: Served) -> User:
    """Change a stored user."""
    user = await backend.store.user(user_id)
    user.full_name = change.full_name
    return await backend.users.save(user)


@router.delete("/users/{user_id}")
async def delete_user(user_id: int, backend: Served) -> User:
    """Mark a user as deleted."""
    return await backend.users.delete(user_id)


@router.post("/approvals/{domain}/{task_id}")
async def submit_approval(
    domain: Domain, task_id: str, decision: Decision, user_id: UserId, backend: Served
) -> TaskOutcome:
    """Approve or reject a procurement, HR or leasing task."""
    return await backend.approvals.submit(domain, user_id, task_id, decision.action)


@router.post("/admin/sync-profiles")
async def sync_chosen_profiles(chosen: ChosenUsers, backend: Served) -> dict[str, str]:
    """Sync the profiles that an admin picked, one after another."""
    await backend.profile_sync.from_admin_panel(chosen.user_ids)
    return SUCCESS


@router.post("/external/profile-changed")
async def sync_changed_profile(changed: ChangedProfile, backend: Served) -> dict[str, str]:
    """Sync a profile that changed in another system."""
    await backend.profile_sync.from_external_api(changed.username)
    return SUCCESS


def create_app(backend: Backend | None = None, lifespan: Lifespan | None = None) -> FastAPI:
    """Return an app that serves `backend`, or the one that `lifespan` puts into its state; OpenAPI is at `/docs`."""
    app = FastAPI(title="eventdemo", summary="The article's backend, on an in-process event bus", lifespan=lifespan)
    app.state.backend = backend
    app.include_router(router)
    for error in (*STATUS, ExceptionGroup):
        app.add_exception_handler(error, answer_with_reasons)
    return app


async def answer_with_reasons(_: Request, error: Exception) -> JSONResponse:
    """Answer a failed request with one sentence for each reason, and the highest status among them."""
    known = leaf_exceptions(error)
    if not all(isinstance(reason, tuple(STATUS)) for reason in known):
        raise error
    status = max(status for kind, status in STATUS.items() for reason in known if isinstance(reason, kind))
    return JSONResponse({"detail": " ".join(map(str, known))}, status)
