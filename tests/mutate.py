"""Break the code in one place at a time, and list the places that no test misses: `python -m tests.mutate --sample 50`.

Each mutant runs in a fork that has imported the libraries already, on the nearest tests first, until one fails. A
mutant that needs ten times the processor time of the unbroken code counts as killed. One that waits for too long does
not, because that may be the fault of a busy machine. Run it by hand, on Unix, in a clone, because some tests ask git
for the files.

These survive because they change nothing that a program can see, or only a number that we chose:
- virtual_time.py, `max(self.clock.time, ...)` in `_jump`: timers that are due are woken after each turn, so the first
  timer is never in the past. The factor in `_tidy`: it decides how often cancelled timers are dropped, not which.
- search.py, the value of `_opening` before the first schedule, and `not points` in `prefix`: without a
  prefix the scheduler makes the same choices again, only more slowly. reduction.py, the shortcut in `sleep_set_below`,
  and the values before the first schedule.
- dispatch.py, `len(finished) < len(emission.late)`: if all have finished, none is left out. matching.py, the end of the
  range in `matching`: a position after the name's end finds the same patterns. minimise.py, one round more.
- outbox_engine.py, the defaults of `lease_seconds` and `poll_interval`, and the part of a lease after which it is
  renewed.
- outbox_table.py, `nullable` and `index` of a column, and `expanding` where SQLAlchemy expands a list anyway.
  `skip_locked` needs a server: tests/durable/test_outbox_workers.py notices it.
- outbox.py, the limit of one lease in `_change`, above which a query says which leases are lost; `slots=True`.
"""

import argparse
import ast
import os
import resource
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path
from random import Random

CORE = ["tests/core", "tests/backend/test_wiring.py"]
VIRTUAL = [
    "tests/simulate/test_virtual_time.py",
    "tests/simulate/test_ends_of_runs.py",
    "tests/simulate/test_nested_runs.py",
    "tests/simulate/test_cluster.py",
    "tests/simulate/test_studied_lines.py",
]
SEARCH = ["tests/explore/test_exhaustive.py", "tests/explore/test_loop.py", "tests/explore/test_minimise.py"]
OUTBOX = [
    "tests/durable/test_outbox_leases.py",
    "tests/durable/test_outbox_engine.py",
    "tests/durable/test_outbox_log.py",
    "tests/simulate/test_outbox.py",
]
TESTS = {
    "eventdemo/simulate/virtual_time.py": VIRTUAL,
    "eventdemo/explore/search.py": SEARCH,
    "eventdemo/explore/reduction.py": SEARCH,
    "eventdemo/explore/races.py": SEARCH,
    "eventdemo/explore/minimise.py": ["tests/explore/test_minimise.py"],
    "eventdemo/simulate/stable_order.py": ["tests/simulate/test_stable_order.py", *VIRTUAL],
    "eventdemo/durable/worker.py": ["tests/durable/test_worker.py", "tests/durable/test_backoff.py"],
    "eventdemo/testing/asserting_ledger.py": ["tests/testing/test_asserting_ledger.py"],
    "eventdemo/durable/outbox.py": OUTBOX,
    "eventdemo/durable/outbox_table.py": OUTBOX,
    "eventdemo/durable/outbox_engine.py": OUTBOX,
    "eventdemo/core/ledger.py": ["tests/core/test_ledger.py", *CORE],
    "eventdemo/core/bus.py": CORE,
    "eventdemo/core/delivery.py": CORE,
    "eventdemo/core/matching.py": ["tests/core/test_matching.py", *CORE],
    "eventdemo/core/dispatch.py": CORE,
    "eventdemo/core/runner.py": ["tests/core/test_tasks.py", *CORE],
    "eventdemo/core/subscriptions.py": CORE,
}
"""The files to break, and the tests that should notice, the nearest first."""
LIBRARIES = ("pytest", "hypothesis.stateful", "httpx", "pydantic", "pyee", "respx", "rich", "sqlmodel", "typer")
PAIRS = (
    *((ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Eq, ast.NotEq), (ast.Is, ast.IsNot), (ast.In, ast.NotIn)),
    *((ast.And, ast.Or), (ast.Add, ast.Sub), (ast.Mult, ast.Div), (ast.BitAnd, ast.BitOr), (ast.Break, ast.Continue)),
)
SWAPS: dict[type, type] = {old: new for pair in PAIRS for old, new in (pair, pair[::-1])}


@dataclass(frozen=True)
class Mutant:
    """One file with one change."""

    path: str
    line: int
    change: str
    tree: ast.Module


def changed(node: ast.AST) -> Iterator[ast.AST]:  # noqa: C901 - one case for each kind of change
    """Yield what could stand in place of a node."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPS:
            yield ast.Compare(node.left, [SWAPS[type(op)]()], node.comparators)
        case ast.BoolOp(op=op):
            yield ast.BoolOp(SWAPS[type(op)](), node.values)
        case ast.BinOp(op=op) if type(op) in SWAPS:
            yield ast.BinOp(node.left, SWAPS[type(op)](), node.right)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.IfExp():
            yield ast.IfExp(node.test, node.orelse, node.body)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(value=float(value)):
            yield ast.Constant(value + 1)
        case ast.If():
            yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
        case ast.Return(value=ast.expr()) if not isinstance(node.value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Break() | ast.Continue():
            yield SWAPS[type(node)]()
        case ast.Expr(value=ast.Call() | ast.Await() | ast.Yield()) | ast.Assign() | ast.AugAssign() | ast.Delete():
            yield ast.Pass()


def mutants(path: str) -> Iterator[Mutant]:
    """Yield every mutant of a file. Annotations, decorators and the definitions of a module or class are left."""
    tree = ast.parse(Path(path).read_text("utf-8"))
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if field not in {"annotation", "returns", "decorator_list"}:
                for index in range(len(value)) if isinstance(value, list) else [None]:
                    yield from _replaced(path, tree, parent, field, index)


def _replaced(path: str, tree: ast.Module, parent: ast.AST, field: str, index: int | None) -> Iterator[Mutant]:
    value = getattr(parent, field)
    node = value if index is None else value[index]
    if not isinstance(node, ast.AST) or (isinstance(parent, (ast.Module, ast.ClassDef)) and isinstance(node, ast.stmt)):
        return
    for new in changed(node):
        memo: dict[int, object] = {id(node): new}
        made = ast.fix_missing_locations(deepcopy(tree, memo))
        yield Mutant(path, node.lineno, f"{_short(node)}  →  {_short(new)}", made)


def _short(node: ast.AST) -> str:
    return ast.unparse(node).split("\n")[0]


def outcome(seconds: float, mutant: Mutant) -> str:
    """Run the tests in a fork, with at most this much processor time; return what became of the mutant."""
    if (child := os.fork()) == 0:
        os._exit(_run(mutant, seconds))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {0: "survived", -signal.SIGALRM: "waited for too long"}.get(code, "killed")


def _run(mutant: Mutant, seconds: float) -> int:
    import pytest

    resource.setrlimit(resource.RLIMIT_CPU, (round(seconds), round(seconds) + 1))
    signal.alarm(60 + 3 * round(seconds))  # for those that wait for ever
    faithful, target = SourceFileLoader.get_code, str(Path(mutant.path).resolve())

    def get_code(loader: SourceFileLoader, name: str) -> object:
        return compile(mutant.tree, target, "exec") if loader.path == target else faithful(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[assignment, method-assign]
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    quick = ["-x", "-n0", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(pytest.main([*quick, *dict.fromkeys(TESTS[mutant.path])]))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutate", description=__doc__)
    parser.add_argument("files", nargs="*", default=list(TESTS), help="files to break (default: all)")
    parser.add_argument("--sample", type=int, default=20, help="how many mutants of each file (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="which sample (default: %(default)s)")
    chosen = parser.parse_args()
    os.nice(10)
    for library in LIBRARIES:
        import_module(library)
    for path in chosen.files:
        found = list(mutants(path))
        picked = Random(f"{chosen.seed} {path}").sample(found, min(chosen.sample, len(found)))
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        unbroken = Mutant(path, 0, "", ast.parse(Path(path).read_text("utf-8")))
        assert outcome(600, unbroken) == "survived", f"{path}: the tests fail"
        limit = 10 + 10 * (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            outcomes = list(threads.map(partial(outcome, limit), picked))
        sys.stdout.write(f"{path}: {len(picked)} of {len(found)} mutants, {outcomes.count('killed')} killed\n")
        for mutant, became in zip(picked, outcomes, strict=True):
            if became != "killed":
                sys.stdout.write(f"  {became}, line {mutant.line}: {mutant.change}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
