"""A row that is announced before its commit: what the listener finds depends on timing, on every database alike."""

import asyncio
from types import SimpleNamespace

import pytest

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.dialects import IN_MEMORY
from eventdemo.backend.storage.store import Store
from eventdemo.core.bus import EventBus
from eventdemo.pitfalls import pitfall
from tests.pitfalls.orders import broken_orders, end, ends

ALL_FOUND = "the listener finds every new user"
CERTAIN = {"waited-for": "the listener finds 0 of 3 new users", "repaired": ALL_FOUND}
"""The versions whose outcome no timing changes."""


def test_a_listener_finds_the_new_user_only_if_it_looks_after_the_commit():
    assert ends("read-before-commit") == {"the listener finds 0 of 1 new users": 2, ALL_FOUND: 1}
    assert ends("read-before-commit:waited-for") == {"the listener finds 0 of 1 new users": 1}
    assert ends("read-before-commit:repaired") == {ALL_FOUND: 1}


def test_no_strategy_shows_a_listener_what_is_not_committed():
    assert broken_orders("read-before-commit") == {"sync": (1, 1)} | dict.fromkeys(
        ("sequential", "awaited", "bounded:1", "detached"), (2, 3)
    )
    assert {failing for failing, _ in broken_orders("read-before-commit:repaired").values()} == {0}


def test_of_concurrent_transactions_most_commit_after_their_listener_has_looked():
    assert end("read-before-commit") == "the listener finds 2 of 25 new users"


@pytest.mark.parametrize("version", CERTAIN)
@pytest.mark.parametrize("kind", ["memory", "file", "postgresql", "mariadb"])
def test_a_database_in_memory_shows_what_a_real_one_shows(kind, version, url_on, tmp_path):
    own = {"memory": IN_MEMORY, "file": f"sqlite:///{tmp_path / 'users.db'}"}
    database = Database(own.get(kind) or url_on(kind))
    stage = SimpleNamespace(bus=EventBus(), database=database, store=Store(database), user_ids=range(3))
    (chosen,) = (each for each in pitfall("read-before-commit").variants if each.name == version)

    assert asyncio.run(chosen.program(stage)) == CERTAIN[version]
    database.close()
