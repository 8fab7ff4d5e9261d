"""The repo is the same on every machine: no path of one machine, no host that packages came from."""

import re

import pytest

from tests.house.repo import assert_none, files, text

# Written in two halves, so that this file does not find itself.
FOLDERS = ["work", "root", "home", "Users", "farm", "opt", "mnt", "private"]
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org", "npmjs" + ".com", "debian" + ".org"]
MACHINE = re.compile(r"(?<![\w.>)\]}*])/(?:" + "|".join(FOLDERS) + r")/[\w.]|" + "|".join(map(re.escape, HOSTS)))


def test_no_file_names_a_machine():
    lines = ((path, number, line) for path in files() for number, line in enumerate(text(path).splitlines(), 1))

    assert_none(f"{path}:{number}: {line.strip()}" for path, number, line in lines if MACHINE.search(line))


@pytest.mark.parametrize("line", ["cd /" + "work/main", "'/" + "home/ann/x'", "see https://" + "pypi" + ".org/simple"])
def test_a_machine_would_be_found(line):
    assert MACHINE.search(line)


@pytest.mark.parametrize("line", ["docs/home/x", "https://example.com/home/x", "/homework/"])
def test_a_path_of_the_project_or_of_a_service_is_none(line):
    assert not MACHINE.search(line)
