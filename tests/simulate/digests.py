"""Digests of what the command line prints for every scenario; `python -m tests.simulate.digests --write` keeps them.

They are kept in digests.json, so each Python that runs the tests compares itself with the one that wrote the file.
Those of comparisons also change with their words.
"""

import contextlib
import io
import json
import sys
from hashlib import sha256
from pathlib import Path

import typer

from eventdemo.cli.app import app
from eventdemo.simulate import DEFAULTS, PATTERNS, PITFALLS, SCENARIOS
from eventdemo.simulate.program import variants_of

KEPT = Path(__file__).with_name("digests.json")
FEW = ("--users", "6")
ENOUGH = {"fan-out": ("--users", "45")}
"""Enough users to reach Oracle's rate limit."""


CRASHED = ("--instances", "3", "--crash", "A@0.4..0.9", "--crash", "B@0.6")
CHANCE = ("--instances", "2", "--kill-rate", "40")
ALL = ("--repair", "leader-lock,idempotency-key,broadcast,outbox,drain")
CONDITIONS = {
    "killed": CRASHED,
    "killed by chance": CHANCE,
    "killed, all repairs": (*CRASHED, *ALL),
    "killed by chance, all repairs": (*CHANCE, *ALL),
    "not drained, flaky": ("--no-drain", "--oracle", "flaky", "--fcm", "slow"),
}


def of_traces():
    """Return the digest of each scenario's trace under each strategy."""
    strategies = {
        f"{name} {strategy}": digest("run", name, "--strategy", strategy, "--json", *ENOUGH.get(name, FEW))
        for name in PATTERNS
        for strategy in DEFAULTS
    }
    versions = {
        f"{name} {variant}": digest("run", name, "--strategy", "awaited", "--variant", variant, "--json", *FEW)
        for name in PITFALLS
        for variant in variants_of(name)
    }
    clusters = {
        f"{name}, {words}": digest("run", name, "--strategy", "awaited", "--json", *FEW, *options)
        for name in PATTERNS
        for words, options in CONDITIONS.items()
    }
    return strategies | versions | clusters


def of_comparisons():
    """Return the digest of each scenario's comparison."""
    return {f"compare {name}": digest("compare", name, *ENOUGH.get(name, FEW)) for name in SCENARIOS}


def digest(*command):
    """Return the digest of what a command prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.suppress(typer.Exit):
        app(command, standalone_mode=False)
    assert printed.getvalue()
    return sha256(printed.getvalue().encode()).hexdigest()[:16]


if __name__ == "__main__":
    digests = json.dumps(of_traces() | of_comparisons(), indent=2) + "\n"
    if "--write" in sys.argv:
        KEPT.write_text(digests, "utf-8")
    else:
        sys.stdout.write(digests)
