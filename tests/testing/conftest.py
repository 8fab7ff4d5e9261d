"""A pytest within the tests of the plugin."""

import pytest

import eventdemo.testing.explored_test  # noqa: F401 - an inner pytest forgets what it imports itself


@pytest.fixture
def run(pytester, monkeypatch):
    """Return a function that runs pytest on the source of a test module."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(source, *arguments):
        pytester.makepyfile(test_it=source)
        return pytester.runpytest_inprocess("-p", "pytest_eventdemo", "-W", "error", *arguments)

    return run
