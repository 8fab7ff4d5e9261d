"""Opens JupyterLab on your own copy of the notebooks: `make lab`.

The copy is in `work/notebooks`, which git ignores. It has no outputs, so no answer is on the screen before you predict
it. What you have written there is kept; `make lab FRESH=1` starts over.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS, WORK = ROOT / "notebooks", ROOT / "work"
COPIES = WORK / "notebooks"
FIRST = "00_start_here.ipynb"
FINDING = re.compile(r"^\*\*Finding: .+?(?=\n\n|\Z)", re.DOTALL | re.MULTILINE)
FOLDED = r"<details><summary>What did you find?</summary>\n\n\g<0>\n\n</details>"
WIDGET = "application/vnd.jupyter.widget-view+json"


def copy_notebooks() -> None:
    """Copy each notebook that has no copy yet."""
    COPIES.mkdir(parents=True, exist_ok=True)
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        copy = COPIES / path.name
        if not copy.exists():
            copy.write_text(json.dumps(without_outputs(json.loads(path.read_text("utf-8"))), indent=1), "utf-8")


def without_outputs(notebook: dict[str, Any]) -> dict[str, Any]:
    """Remove all outputs, fold the findings, and let links to the documentation start from the folder of the copy."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        else:
            text = "".join(cell["source"]).replace("](../docs/", "](../../docs/")
            cell["source"] = FINDING.sub(FOLDED, text)
    return notebook


def before_saving(model: dict[str, Any], **_: Any) -> None:
    """Save text and pictures only: a widget ends with its kernel, and would hide them when you open the file again."""
    if model["type"] == "notebook":
        outputs = (output for cell in model["content"]["cells"] for output in cell.get("outputs", ()))
        for output in outputs:
            output.get("data", {}).pop(WIDGET, None)


def options() -> list[str]:
    """Return the options of JupyterLab. The server's folder is the repository, so links to pages and code work."""
    return [
        f"--ServerApp.root_dir={ROOT}",
        f"--LabApp.default_url=/lab/tree/{COPIES.relative_to(ROOT)}/{FIRST}",
        f"--LabApp.app_settings_dir={NOTEBOOKS / 'settings'}",
        "--FileContentsManager.pre_save_hook=notebooks.lab.before_saving",
        # Without these two, JupyterLab asks a server for new versions and for news.
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        *(["--allow-root"] if os.getuid() == 0 else []),
    ]


def main(arguments: Sequence[str]) -> None:
    """Make the copies and become JupyterLab; `--fresh` deletes earlier copies, the rest is for JupyterLab."""
    passed_on = [each for each in arguments if each != "--fresh"]
    if "--fresh" in arguments:
        shutil.rmtree(WORK, ignore_errors=True)
    copy_notebooks()
    os.chdir(ROOT)
    os.environ["EVENTDEMO_PROGRESS"] = str(WORK / "progress.json")
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *options(), *passed_on])  # noqa: S606 - the options are ours


if __name__ == "__main__":
    main(sys.argv[1:])
