"""Databases in memory and in a file, for tests that hold for both."""

import shutil

import pytest

from eventdemo.backend.storage.database import IN_MEMORY, Database


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("database") / "backend.db"
    Database(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def file_url(empty_file, tmp_path):
    """Return the URL of a copied file, because creating the tables for each test is slow."""
    return f"sqlite:///{shutil.copy(empty_file, tmp_path)}"


@pytest.fixture(params=["memory", "file"])
def database(request):
    database = Database(IN_MEMORY if request.param == "memory" else request.getfixturevalue("file_url"))
    yield database
    database.close()


@pytest.fixture
def database_file(file_url):
    database = Database(file_url)
    yield database
    database.close()
