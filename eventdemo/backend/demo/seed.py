"""Fill a database with an invented company whose users are all logged in, on all their devices."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime

from eventdemo.backend.services import Integration
from eventdemo.backend.storage.database import Database, Rows
from eventdemo.backend.storage.model import ORACLE_FUSION, YARDI, Device, IntegrationDetails, LoginSession, User
from eventdemo.backend.storage.store import digest_of
from mock_services import ORGANISATIONS, Company, Person, credentials_of

ALWAYS = datetime(9999, 12, 31, tzinfo=UTC)


def fill(database: Database, company: Company, *, served_at: str = "", with_sessions: bool = True) -> None:
    """Store a company's people, and the addresses of its systems: in this process, or `served_at` an address.

    The sessions have tokens that anyone can guess, so a backend that others can reach is filled without them.
    """
    users = range(1, company.users + 1)
    database.load(
        (IntegrationDetails, _integrations(served_at)),
        (User, map(_user, company.people())),
        (LoginSession, map(_session, users if with_sessions else ())),
        (Device, ({"user_id": n, "token": d.token, "is_logged_in": True} for n in users for d in company.devices(n))),
    )


def connect(database: Database, *, served_at: str = "") -> None:
    database.load((IntegrationDetails, _integrations(served_at)))


def session_token(user_id: int) -> str:
    return f"session-of-user-{user_id}"


def integrations(organisation_id: int, *, served_at: str = "") -> dict[str, Integration]:
    return {system: Integration(**details) for system, details in _systems(organisation_id, served_at)}


def _integrations(served_at: str) -> Rows:
    for organisation in ORGANISATIONS:
        for system, details in _systems(organisation.id, served_at):
            yield {"organisation_id": organisation.id, "system": system, **details}


def _systems(organisation_id: int, served_at: str) -> Iterable[tuple[str, dict[str, str]]]:
    known = credentials_of(organisation_id, served_at)
    return (ORACLE_FUSION, asdict(known.oracle_fusion)), (YARDI, asdict(known.yardi))


def _user(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "username": person.username,
        "full_name": "",  # the first profile sync sets it
        "job_title": "",
        "user_type": person.user_type,
        "organisation_id": person.organisation_id,
        "is_active": True,
        "is_deleted": False,
    }


def _session(user_id: int) -> dict[str, object]:
    return {"token_digest": digest_of(session_token(user_id)), "user_id": user_id, "expires": ALWAYS}
