"""The probes measure the real libraries, and print what is recorded, apart from durations. Needs `npm ci`."""

import json
import re
import subprocess

import pytest

from tests.house.repo import ROOT, files, text
from tests.needs import needs, without_node

FOLDER = "tests/conformance/claims"
PROBES = ROOT / FOLDER
QUICK = ["01_emit_sync_order", "03_wildcard_match", "06_delete_events", "09_audit", "14_paging"]
live = needs(without_node(PROBES))


@pytest.mark.parametrize("probe", [pytest.param(probe, marks=live) for probe in QUICK])
def test_a_probe_prints_what_is_recorded(probe):
    command = ["node", "run.mjs", probe]
    again = subprocess.run(command, cwd=PROBES, capture_output=True, text=True, check=False, timeout=120)

    assert again.returncode == 0, again.stdout + again.stderr
    assert again.stdout.split() == ["the", "same", probe]


@pytest.mark.parametrize("path", files(f"{FOLDER}/*.js"))
def test_each_probe_begins_with_a_description(path):
    assert text(path).startswith("// ")


def test_the_lock_file_pins_every_package_and_names_no_registry():
    wanted = json.loads(text(f"{FOLDER}/package.json"))["dependencies"]
    packages = json.loads(text(f"{FOLDER}/package-lock.json"))["packages"]

    assert all(re.fullmatch(r"(npm:\w+@)?\d+\.\d+\.\d+", version) for version in wanted.values())
    assert packages.pop("")["dependencies"] == wanted
    assert not [name for name, package in packages.items() if "integrity" not in package or "resolved" in package]


@pytest.mark.parametrize(
    ("probe", "package", "printed"),
    [
        ("00_flag_matrix_nest", "@nestjs/event-emitter", "@nestjs/event-emitter {}"),
        ("00_flag_matrix_nest", "@nestjs/core", "@nestjs/core {}"),
        ("01_emit_sync_order", "eventemitter2", "eventemitter2 {}"),
        ("10_types", "typescript", "Version {}"),
        ("10_types", "typescript5", "Version {}"),
        ("12_schedule", "@nestjs/schedule", "@nestjs/schedule {}"),
        ("17_bullmq", "bullmq", "bullmq {}"),
    ],
)
def test_what_is_recorded_was_printed_by_the_pinned_version(probe, package, printed):
    pinned = json.loads(text(f"{FOLDER}/package.json"))["dependencies"][package].rpartition("@")[2]

    assert printed.format(pinned) in text(f"{FOLDER}/outputs/{probe}.txt")
