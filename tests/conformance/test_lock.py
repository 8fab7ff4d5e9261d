"""What is installed from npm is pinned; which registry is asked is left to npm's settings."""

import json

import pytest

from tests.house.repo import files, text

LOCKS = files("*package-lock.json")
LOCK = json.loads(text("tests/conformance/node/package-lock.json"))
WANTED = json.loads(text("tests/conformance/node/package.json"))["dependencies"]


@pytest.mark.parametrize("path", LOCKS)
def test_a_lock_file_names_no_registry(path):
    assert not [name for name, package in json.loads(text(path))["packages"].items() if "resolved" in package]


@pytest.mark.parametrize("path", LOCKS)
def test_every_package_is_pinned_by_its_digest(path):
    packages = json.loads(text(path))["packages"]

    assert all("integrity" in package for name, package in packages.items() if name)


def test_the_versions_are_the_ones_that_the_page_of_differences_was_observed_with():
    locked = {name: LOCK["packages"][f"node_modules/{name}"]["version"] for name in WANTED}

    assert locked == WANTED
    assert locked["eventemitter2"] == "6.4.9"
    assert locked["@nestjs/event-emitter"].startswith("12.")
    assert "EventEmitter2 6.4.9" in text("docs/reference/differences.md")
