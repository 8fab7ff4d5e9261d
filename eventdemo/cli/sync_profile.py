"""`eventdemo sync-profile`: one of the article's five callers, on the command line."""

import asyncio
from typing import Annotated

import typer

from eventdemo.cli.errors import checked_address
from eventdemo.cli.options import Database, Services, Staff


def sync_profile(
    user_id: Annotated[int, typer.Argument(metavar="USER", help="The id of a user of the invented company.")],
    users: Staff = 50,
    database: Database = "sqlite://",
    services: Services = "",
) -> None:
    """Update a user's profile and push tasks.

    This is one of the article's five callers: it emits `user.syncProfile` and waits for the listeners.
    """
    from eventdemo.backend.demo.local import database_errors

    with database_errors(database):
        print(asyncio.run(_sync(user_id, users, database, checked_address(services))))


async def _sync(user_id: int, users: int, database: str, served_at: str) -> str:
    from eventdemo.backend.demo.local import local_backend, open_database
    from mock_services import Company

    company = Company(users)
    opened = open_database(database, company, served_at=served_at)
    async with local_backend(opened, company, served_at=served_at) as backend:
        await backend.profile_sync.from_command_line(user_id)
        user = await backend.store.user(user_id)
        notifications = await backend.store.notifications(user_id)
    manager = f"reports to {user.line_manager}" if user.line_manager else "has no line manager"
    return (
        f"{user.username}: {user.full_name}, {user.job_title}, {manager}; notifications so far: {len(notifications)}."
    )
