"""The article's entry points: each calls one method of the backend and does not know the listeners."""

import secrets
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request, Response

from eventdemo.backend.services import Domain, Rejected, TaskOutcome
from eventdemo.backend.storage.model import User
from eventdemo.backend.storage.store import SESSION_LIFETIME
from eventdemo.backend.web import bodies
from eventdemo.backend.web.access import ADMIN, BEARER, OTHER_SYSTEM, OWNER_OR_ADMIN, Bearer, Caller, Limit, Served
from eventdemo.backend.web.passwords import hash_password, is_password


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe what else an entry point may answer, for OpenAPI."""
    return {status: {"model": bodies.Problem, "description": HTTPStatus(status).phrase} for status in statuses}


router = APIRouter(responses={**problems(400, 503), 413: {"description": "Content Too Large"}})
SUCCESS = bodies.Success()


@router.post("/auth/login", responses=problems(401, 429))
async def log_in(
    login: bodies.Login, request: Request, response: Response, backend: Served, limit: Limit
) -> bodies.SessionToken:
    """Open a session for the user who has this password, and return its token."""
    address = request.client.host if request.client else ""
    limit.count(login.username, address)
    user_id, stored = await backend.store.password_of(login.username) or (0, None)
    if not await is_password(login.password, stored):
        raise HTTPException(401, "The username or the password is wrong.", BEARER)
    limit.clear(login.username, address)
    token = secrets.token_urlsafe(32)
    await backend.auth.log_in(user_id, token)
    response.headers["Cache-Control"] = "no-store"
    return bodies.SessionToken(access_token=token, expires_in=int(SESSION_LIFETIME.total_seconds()))


@router.post("/auth/logout-mobile", responses=problems(401))
async def log_out_mobile(caller: Caller, bearer: Bearer, backend: Served) -> bodies.Success:
    """End the session, and answer before the listeners of the logout have finished."""
    await backend.auth.log_out_mobile(caller, bearer.credentials)
    return SUCCESS


@router.put("/user/sync-profile", responses=problems(401, 502))
async def sync_profile(caller: Caller, backend: Served, *, first_time: bool = False) -> bodies.Success:
    """Sync the caller's own profile, and answer when profile and tasks are up to date."""
    await backend.profile_sync.from_http_endpoint(caller, first_time=first_time)
    return SUCCESS


@router.post("/users", status_code=201, dependencies=[ADMIN], responses=problems(401, 403, 409))
async def create_user(user: bodies.NewUser, backend: Served) -> User:
    """Store a new user, who can log in once an admin has set a password."""
    return await backend.users.save(User(**user.model_dump()))


@router.get("/users/{user_id}", dependencies=[OWNER_OR_ADMIN], responses=problems(401, 403, 404))
async def read_user(user_id: int, backend: Served) -> User:
    """Return a user as stored."""
    return await backend.store.user(user_id)


@router.put("/users/{user_id}", dependencies=[OWNER_OR_ADMIN], responses=problems(401, 403, 404))
async def change_user(user_id: int, change: bodies.ChangedUser, backend: Served) -> User:
    """Change a stored user."""
    user = await backend.store.user(user_id)
    user.full_name = change.full_name
    return await backend.users.save(user)


@router.delete("/users/{user_id}", dependencies=[ADMIN], responses=problems(401, 403, 404))
async def delete_user(user_id: int, backend: Served) -> User:
    """Mark a user as deleted."""
    return await backend.users.delete(user_id)


@router.post("/approvals/{domain}/{task_id}", responses=problems(401, 404, 409, 502))
async def submit_approval(
    domain: Domain,
    task_id: Annotated[bodies.Name, Path()],
    decision: bodies.Decision,
    caller: Caller,
    backend: Served,
) -> TaskOutcome:
    """Approve or reject a procurement, HR or leasing task; 404 without such a task, 409 if it is decided already."""
    try:
        return await backend.approvals.submit(domain, caller, task_id, decision.action)
    except Rejected as refusal:
        if refusal.status not in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
            raise
        raise HTTPException(refusal.status, str(refusal)) from refusal


@router.post("/admin/sync-profiles", dependencies=[ADMIN], responses=problems(401, 403, 404, 502))
async def sync_chosen_profiles(chosen: bodies.ChosenUsers, backend: Served) -> bodies.Success:
    """Sync the profiles that an admin picked, one after another."""
    await backend.profile_sync.from_admin_panel(chosen.user_ids)
    return SUCCESS


@router.put("/admin/users/{user_id}/password", dependencies=[ADMIN], responses=problems(401, 403, 404))
async def set_password(user_id: int, change: bodies.ChangedPassword, backend: Served) -> bodies.Success:
    """Set a user's password, and end the user's sessions."""
    await backend.store.user(user_id)
    await backend.store.save_password(user_id, await hash_password(change.password))
    return SUCCESS


@router.post("/external/profile-changed", dependencies=[OTHER_SYSTEM], responses=problems(401, 404, 502))
async def sync_changed_profile(changed: bodies.ChangedProfile, backend: Served) -> bodies.Success:
    """Sync a profile that changed in another system."""
    await backend.profile_sync.from_external_api(changed.username)
    return SUCCESS
