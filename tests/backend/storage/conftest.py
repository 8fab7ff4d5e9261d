"""Databases in memory, in a file and on servers, for tests that hold for all of them."""

import shutil

import pytest

from eventdemo.backend.storage.database import Database
from eventdemo.backend.storage.dialects import IN_MEMORY


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("database") / "backend.db"
    Database(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def file_url(empty_file, tmp_path):
    """Return the URL of a copied file, because creating the tables for each test is slow."""
    return f"sqlite:///{shutil.copy(empty_file, tmp_path)}"


@pytest.fixture(scope="session")
def database_on(url_on):
    """Return the empty database on a server, which stays open, because opening one for each test is slow."""
    opened = {}

    def database_on(kind):
        url = url_on(kind)
        if kind not in opened:
            opened[kind] = Database(url)
        return opened[kind]

    yield database_on
    for database in opened.values():
        database.close()


@pytest.fixture(params=["memory", "file", "postgresql", "mariadb"])
def database(request, database_on):
    if request.param not in {"memory", "file"}:
        yield database_on(request.param)
        return
    database = Database(IN_MEMORY if request.param == "memory" else request.getfixturevalue("file_url"))
    yield database
    database.close()


@pytest.fixture
def database_file(file_url):
    database = Database(file_url)
    yield database
    database.close()
