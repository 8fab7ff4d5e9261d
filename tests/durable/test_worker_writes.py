"""What a listener writes to the database: each write is a transaction of its own, and not part of the job's end."""

import pytest

from eventdemo.backend.events import UserSyncProfile
from eventdemo.backend.storage.model import User
from eventdemo.backend.storage.store import Store
from eventdemo.core.on_event import on_event
from eventdemo.durable.jobs import Job
from tests.durable.virtual import Process, play


class Hires:
    """A listener that stores a user, and then fails."""

    def __init__(self, store):
        self._store = store

    @on_event(UserSyncProfile)
    async def hire(self, event):
        await self._store.save_user(User(username="ann", organisation_id=1))
        raise ConnectionError("Oracle is unavailable")


def test_what_a_listener_wrote_before_it_failed_is_kept_and_the_job_is_not_done():
    process = Process()
    store = Store(process.database)
    process.bus.subscribe(Hires(store))
    job = Job.of(UserSyncProfile(id="e1", user_id=7), "Hires.hire")

    with pytest.raises(ConnectionError):
        play(process.worker.handle, job)

    assert play(store.user_named, "ann").username == "ann"
    assert not play(process.processed.is_processed, job)
    process.database.close()
