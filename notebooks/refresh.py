"""Executes the notebooks and stores what they give: part of `make refresh`. `python -m notebooks.refresh 03` does some.

Stored are the outputs and nothing of the machine: no times, no version of Python, no leftovers of an editor.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from notebooks.lab import WIDGET

HERE = Path(__file__).resolve().parent


def executed(path: Path) -> NotebookNode:
    """Return a notebook as it is after every cell has run, in a new kernel of this Python."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.metadata = NotebookNode()
    client = NotebookClient(
        notebook,
        timeout=300,  # seconds for a cell: on a busy machine, RabbitMQ takes one of them to start
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,  # else a cell's prints are one output or two, as the kernel happens to flush them
    )
    client.execute(cwd=str(HERE), env=os.environ | {"EVENTDEMO_ANSWERS": "1"})  # pages show what happened, folded
    leave_out_widgets(notebook)
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    return notebook


def leave_out_widgets(notebook: NotebookNode) -> None:
    """Keep of each output its text and its picture: a stored widget is blank wherever no kernel listens."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(WIDGET, None)


def written(notebook: NotebookNode) -> str:
    """Return a notebook as the text of its file."""
    return nbformat.writes(notebook, version=4, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main(names: Sequence[str]) -> None:
    """Execute the notebooks whose names begin so, or all, and rewrite those whose outputs changed."""
    for path in sorted(path for path in HERE.glob("*.ipynb") if path.name.startswith(tuple(names) or "")):
        fresh = written(executed(path))
        if fresh != path.read_text("utf-8"):
            path.write_text(fresh, "utf-8")
            print(f"refreshed {path.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main(sys.argv[1:])
