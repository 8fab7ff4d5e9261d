"""Filling a database with an invented company: everybody is logged in, on all their devices."""

from eventdemo.backend.storage.database import Database, Rows
from eventdemo.backend.storage.model import ORACLE_FUSION, YARDI, Device, IntegrationDetails, LoginSession, User
from mock_services import ORGANISATIONS, Company, Employee, MockServices


def fill(database: Database, company: Company, *, served_at: str = "") -> None:
    """Store a company's people, and how to reach its systems: in this process, or `served_at` an address."""
    sessions = ({"token": session_token(n), "user_id": n} for n in range(1, company.users + 1))
    database.fill(
        (IntegrationDetails, _integrations(company, served_at)),
        (User, map(_user, company.employees())),
        (LoginSession, sessions),
        (Device, _devices(company)),
    )


def connect(database: Database, company: Company, *, served_at: str = "") -> None:
    """Let a database that was filled earlier reach the company's systems where they are today."""
    database.fill((IntegrationDetails, _integrations(company, served_at)))


def session_token(user_id: int) -> str:
    """Return the bearer token that a user of the seeded company is logged in with."""
    return f"session-of-user-{user_id}"


def _integrations(company: Company, served_at: str) -> Rows:
    services = MockServices(company)
    for organisation in ORGANISATIONS:
        known = services.integrations(organisation.id, served_at=served_at)
        for system, way_in in ((ORACLE_FUSION, known.oracle_fusion), (YARDI, known.yardi)):
            yield {
                "organisation_id": organisation.id,
                "system": system,
                "base_url": way_in.base_url,
                "client_id": way_in.client_id,
                "client_secret": way_in.client_secret,
            }


def _user(person: Employee) -> dict[str, object]:
    return {
        "id": person.id,
        "username": person.username,
        "full_name": "",  # for the first profile sync to find out
        "job_title": "",
        "user_type": person.user_type,
        "organisation_id": person.organisation_id,
        "is_active": True,
        "is_deleted": False,
    }


def _devices(company: Company) -> Rows:
    for n in range(1, company.users + 1):
        for device in company.devices(n):
            yield {"user_id": n, "token": device.token, "is_logged_in": True}
