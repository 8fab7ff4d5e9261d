"""What `eventdemo sync-profile` does: one of the five callers, at the command line."""

import asyncio

from eventdemo.backend.callers import NotAnEmployeeError
from eventdemo.backend.demo.local import DatabaseError, local_backend, open_database
from eventdemo.backend.services import ServiceError
from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.store import UnknownUserError
from eventdemo.cli.errors import CommandError, checked_address
from eventdemo.core.runner import leaf_exceptions
from mock_services import Company

KNOWN = (UnknownUserError, NotAnEmployeeError, ServiceError, DatabaseError)
"""What may go wrong without anybody's fault in here."""


async def sync(user_id: int, database: Database, company: Company, served_at: str) -> str:
    """Sync one user's profile; return what is known of them now."""
    async with local_backend(database, company, served_at=served_at) as backend:
        await backend.profile_sync.from_command_line(user_id)
        user = await backend.store.user(user_id)
        told = await backend.store.notifications(user_id)
    managed = f"reports to {user.line_manager}" if user.line_manager else "reports to nobody"
    return f"{user.username}: {user.full_name}, {user.job_title}, {managed}; tasks told so far: {len(told)}."


def print_profile_sync(user_id: int, *, users: int, database: str, services: str) -> None:
    """Sync one user's profile and print it; what fails is told in a sentence."""
    company, served_at = Company(users), checked_address(services)
    try:
        opened = open_database(database, company, served_at=served_at)
        print(asyncio.run(sync(user_id, opened, company, served_at)))
    except (ExceptionGroup, *KNOWN) as failed:
        if not all(isinstance(reason, KNOWN) for reason in leaf_exceptions(failed)):
            raise
        raise CommandError("; ".join(map(str, leaf_exceptions(failed)))) from failed
