"""What databases in memory share, and what they do not."""

from contextlib import closing

from sqlalchemy import Column, Integer, MetaData, Table, inspect, select

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.model import User


def test_databases_in_memory_share_what_sqlalchemy_compiled():
    compiled = []
    for _ in range(2):
        with closing(Database()) as database:
            database.transact(lambda connection: connection.execute(select(User)).all())
            compiled.append(dict(database.engine.get_execution_options()["compiled_cache"]))

    assert compiled[0] == compiled[1] != {}


def test_a_new_database_in_memory_has_tables_that_were_defined_meanwhile():
    tables = MetaData()
    Database(tables=tables).close()
    Table("meanwhile", tables, Column("number", Integer))

    with closing(Database(tables=tables)) as database:
        assert inspect(database.engine).get_table_names() == ["meanwhile"]
