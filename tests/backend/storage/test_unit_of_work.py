"""A unit of work: either all of its changes are committed at its end, or none."""

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import LoginSession
from tests.backend.storage.sessions import add_session, count


def run_main(main):
    return asyncio.run(asyncio.wait_for(main(), 20))


def test_all_changes_of_a_unit_are_committed_at_its_end(database):
    async def main():
        async with database.unit():
            await database.write(add_session("a"))
            await database.write(add_session("b"))
        return await database.read(count)

    assert run_main(main) == 2


def test_no_change_of_a_unit_is_committed_if_it_raises(database):
    async def main():
        async def change():
            async with database.unit():
                await database.write(add_session("a"))
                await database.write(add_session("b"))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await change()
        return await database.read(count)

    assert run_main(main) == 0


def test_a_unit_sees_its_own_changes(database):
    async def main():
        async with database.unit():
            await database.write(add_session("a"))
            return await database.read(count)

    assert run_main(main) == 1


def test_other_tasks_do_not_see_uncommitted_changes(database):
    async def main():
        async def read():
            return await database.read(count)

        async with database.unit():
            await database.write(add_session("a"))
            reading = asyncio.create_task(read())
            await asyncio.wait([reading])
            await database.write(add_session("b"))
        return await reading

    assert run_main(main) == 0


def test_a_rejected_row_does_not_undo_the_rest_of_a_unit(database):
    async def main():
        async with database.unit():
            await database.write(add_session("a"))
            with pytest.raises(IntegrityError):
                await database.write(add_session("a"))
            await database.write(add_session("b"))
        return await database.read(count)

    assert run_main(main) == 2


def test_a_unit_inside_a_unit_is_a_part_of_it(database):
    async def main():
        async def change():
            async with database.unit():
                async with database.unit():
                    await database.write(add_session("a"))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await change()
        return await database.read(count)

    assert run_main(main) == 0


def test_before_commit_runs_last_in_the_same_transaction(database):
    seen = []

    async def main():
        async with database.unit() as unit:
            unit.before_commit(lambda c: seen.append(count(c)), seen.append)
            await database.write(add_session("a"))
            assert seen == []
        return seen

    assert run_main(main) == [1, True]


def test_an_error_in_before_commit_undoes_the_changes(database):
    committed = []

    async def main():
        async def change():
            async with database.unit() as unit:
                unit.before_commit(lambda _: 1 / 0, committed.append)
                await database.write(add_session("a"))

        with pytest.raises(ZeroDivisionError):
            await change()
        return await database.read(count)

    assert run_main(main) == 0
    assert committed == [False]


def test_a_unit_with_joins_false_commits_only_what_before_commit_runs(database):
    async def main():
        async def change():
            async with database.unit(joins=False) as unit:
                await database.write(add_session("a"))
                unit.before_commit(add_session("b"))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await change()
        async with database.unit(joins=False) as unit:
            unit.before_commit(add_session("c"))
        return await database.read(lambda c: c.execute(select(LoginSession.token_digest)).scalars().all())

    assert run_main(main) == ["a", "c"]


def test_a_unit_of_another_database_is_not_joined(database):
    other = Database()

    async def main():
        async def change():
            async with other.unit():
                await database.write(add_session("a"))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await change()
        return await database.read(count)

    assert run_main(main) == 1
    other.close()
