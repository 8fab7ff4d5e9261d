"""Imports run one way along the journey of an event, also those that are only for the type checker.

An area is a module or a folder; the bus and what it is made of are one. `MAY_IMPORT` is the map of
docs/explanation/design.md.
"""

import ast

import pytest

from tests.house.repo import files, module_of, tree

MAY_IMPORT = {
    # what everything stands on
    "clock": "",
    "fates": "",
    "process": "",
    "events": "clock",
    "bus": "events",
    # what a listener works with
    "services": "",
    "model": "",
    "unit": "",
    "database": "unit",
    "store": "database model services",
    "schedule": "clock",
    "push": "services store",
    # the same listeners behind something that survives a crash
    "durable": "bus clock database events fates model unit",
    # the article's backend: the parts meet in wiring.py and nowhere else
    "patterns": "bus clock events model push services store",
    "repairs": "bus clock database events fates model process schedule",
    "pitfalls": (
        "bus clock database events fates mock_services model patterns process push repairs schedule services store"
    ),
    "callers": "bus events model store",
    "wiring": "bus callers database durable patterns services store",
    "web": "bus callers model services store wiring",
    # an invented company to run it for, and the run for real
    "mock_services": "services",
    "seed": "database mock_services model",
    "local": "bus database mock_services model seed services store wiring",
    # what watches it
    "ledger": "bus fates",
    "conditions": "",
    "trace": "conditions fates",
    "views": "fates trace",
    "sim": (
        "bus callers clock conditions database durable events fates ledger mock_services model patterns pitfalls "
        "process repairs schedule seed services store trace wiring"
    ),
    "explore": (
        "bus clock database events fates ledger mock_services model patterns pitfalls process seed services sim store "
        "trace views wiring"
    ),
    "crash_lab": ("bus clock database durable mock_services model process seed services sim store wiring"),
    "graduation": (
        "bus crash_lab database durable fates ledger mock_services seed services sim store trace views wiring"
    ),
    "guarantees": "bus database events explore ledger mock_services model patterns store",
    "catalogue": "events sim",
    "claims": "",
    # what the notebooks ask, judge and show
    "learn": ("bus claims clock database durable events explore fates mock_services notebook sim trace views"),
    "notebook": "trace views",
    "cli": (
        "bus callers catalogue claims conditions crash_lab database durable explore graduation guarantees local "
        "mock_services schedule seed services sim store trace views web wiring"
    ),
    "__main__": "cli",
}
BUS = {"bus", "dispatch"}
OURS = {"eventdemo", "mock_services"}
FILES = [path for path in files("eventdemo/*.py", "mock_services/*.py") if path != "eventdemo/__init__.py"]


def area_of(module):
    """Return the area of one of our modules: `sim.run` is in `sim`, `dispatch.outcomes` in `bus`."""
    package, _, rest = module.partition(".")
    area = package if package == "mock_services" else rest.split(".")[0]
    return "bus" if area in BUS else area


def imports(path):
    """Yield (line, area) for each import of one of our own modules."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write imports out, so that a reader sees where they lead"
            names = [f"{node.module}.{a.name}" for a in node.names] if node.module == "eventdemo" else [node.module]
        else:
            continue
        yield from ((node.lineno, area_of(name)) for name in names if name.split(".")[0] in OURS)


@pytest.mark.parametrize("path", FILES)
def test_imports_run_one_way(path):
    area = area_of(module_of(path))
    assert area in MAY_IMPORT, f"{area} is new: say here and in docs/explanation/design.md what it may import"

    allowed = {*MAY_IMPORT[area].split(), area}

    wrong = [f"{path}:{line} imports {target}" for line, target in imports(path) if target not in allowed]
    assert not wrong, f"{area} may import only: {' '.join(sorted(allowed))}"


def test_the_map_has_no_way_round():
    left = {area: set(targets.split()) for area, targets in MAY_IMPORT.items()}
    while ready := [area for area, targets in left.items() if not targets & left.keys()]:
        for area in ready:
            del left[area]

    assert not left, "these areas cannot be read one after the other"
