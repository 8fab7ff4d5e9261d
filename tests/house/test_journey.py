"""Imports run one way along the journey of an event, also those that are only for the type checker.

An area is a folder or a few modules; `MAY_IMPORT = {
    # what everything stands on
    "clock": "",
    "fates": "",
    "events": "clock",
    "bus": "events",
    # what a listener works with
    "services": "",
    "model": "",
    "database": "",
    "store": "database model services",
    "schedule": "clock",
    # the article's backend; the parts meet in wiring.py and nowhere else
    "patterns": "bus clock events model services store",
    "callers": "bus events model store",
    "wiring": "bus callers patterns services store",
    "web": "bus callers clock database events model patterns schedule services store wiring mock_services",
    # what watches it
    "ledger": "bus fates",
    "trace": "fates",
    "views": "fates trace",
    "sim": "bus clock database events fates ledger model schedule services store trace wiring mock_services",
    "mock_services": "services",
    "cli": "clock database events fates model services sim store trace views web wiring mock_services",
    "__main__": "cli",
}
BUS = set("attendance bus delivery listening matching outcomes registration subscriptions".split())
FILES = [path for path in files("eventdemo/*.py", "mock_services/*.py") if path != "eventdemo/__init__.py"]


def area_of(module):
    """Return the area of a module: the bus, a single module, or the folder that it is in."""
    package, _, rest = module.partition(".")
    area = package if package == "mock_services" else rest.split(".")[0]
    return "bus" if area in BUS else area


def imports(path):
    """Yield (line, area) for each import of one of our own modules."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write imports out: a reader sees where they lead"
            names = [f"{node.module}.{a.name}" for a in node.names] if node.module == "eventdemo" else [node.module]
        else:
            continue
        for name in names:
            if name.split(".")[0] in ("eventdemo", "mock_services"):
                yield node.lineno, area_of(name)


@pytest.mark.parametrize("path", FILES)
def test_imports_run_one_way(path):
    area = area_of(module_of(path))
    assert area in MAY_IMPORT, f"{area} is new: say in {__file__} and in docs/explanation/design.md where it belongs"

    allowed = {*MAY_IMPORT[area].split(), area}

    wrong = [f"{path}:{line} imports {target}" for line, target in imports(path) if target not in allowed]
    assert not wrong, f"{area} may import only: {' '.join(sorted(allowed))}"


def test_the_map_has_no_way_round():
    """With no cycle between areas there is an order in which to read them."""
    left = {area: set(targets.split()) for area, targets in MAY_IMPORT.items()}
    while ready := [area for area, targets in left.items() if not targets & left.keys()]:
        for area in ready:
            del left[area]

    assert not left
