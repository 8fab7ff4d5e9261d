"""Imports run one way along the journey of an event, also those that are only for the type checker.

An area is a folder at the top of `eventdemo/`. `MAY_IMPORT` is the map of
docs/explanation/design.md.
"""

import ast
import re

from tests.house.repo import assert_none, files, module_of, text, tree

MAY_IMPORT = {
    "mock_services": "",
    "core": "",
    "backend": "core",
    "demo": "core backend mock_services",
    "trace": "core",
    "durable": "core backend",
    "instances": "core backend mock_services",
    "pitfalls": "core backend instances mock_services",
    "simulate": "core trace backend durable instances pitfalls demo mock_services",
    "explore": "core trace backend instances pitfalls simulate demo mock_services",
    "testing": "core explore simulate",
    "trials": "core trace backend durable instances simulate demo mock_services",
    "learn": "core trace backend durable pitfalls simulate explore mock_services",
    "cli": "core trace backend durable simulate explore trials learn demo mock_services",
    "__main__": "cli",
}
OURS = {"eventdemo", "mock_services"}
FILES = [path for path in files("eventdemo/*.py", "mock_services/*.py") if path != "eventdemo/__init__.py"]


def area_of(module):
    """Return the area of one of our modules: `eventdemo.simulate.run` is in `simulate`."""
    package, _, rest = module.partition(".")
    if package == "mock_services" or rest.startswith("backend.demo"):
        return rest.split(".")[1] if rest.startswith("backend.demo") else package
    return rest.split(".")[0]


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


def test_each_area_is_in_the_map():
    new = {area_of(module_of(path)) for path in FILES} - MAY_IMPORT.keys()

    assert_none(f"{area} is new: say here and in docs/explanation/design.md what it may import" for area in sorted(new))


def test_imports_run_one_way():
    wrong = [
        (path, line, target, allowed)
        for path in FILES
        for allowed in [MAY_IMPORT.get(area_of(module_of(path)), "").split()]
        for line, target in imports(path)
        if target not in {*allowed, area_of(module_of(path))}
    ]

    assert_none(
        f"{path}:{line} imports {target}; it may import {', '.join(allowed) or 'nothing of ours'}"
        for path, line, target, allowed in wrong
    )


def test_the_map_has_no_way_round():
    left = {area: set(targets.split()) for area, targets in MAY_IMPORT.items()}
    while ready := [area for area, targets in left.items() if not targets & left.keys()]:
        for area in ready:
            del left[area]

    assert not left, "these areas cannot be read one after the other"


def test_the_map_allows_only_what_is_imported():
    used = {(area_of(module_of(path)), target) for path in FILES for _, target in imports(path)}

    assert_none(
        f"{area} may import {target}, but does not"
        for area, targets in MAY_IMPORT.items()
        for target in targets.split()
        if (area, target) not in used
    )


def test_only_two_modules_import_httpx():
    importing = [path for path in FILES if re.search(r"^\s*(import|from) httpx\b", text(path), re.MULTILINE)]

    assert importing == ["eventdemo/backend/services/http.py", "mock_services/http.py"]
