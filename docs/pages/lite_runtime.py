"""Notebooks in the browser: JupyterLite, and the packages that a notebook needs beside those of the playground.

All of it comes from wheels that a lock pins. `make playground` puts it into `build/lite`; `lite.py` adds the notebooks.
"""

import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from docs.pages import playground_runtime as playground
from docs.pages.page import ROOT

LOCK = ROOT / "docs/lite/requirements.lock"
BUILT = ROOT / "build/lite"
JUPYTERLITE, PACKAGES = "jupyterlite", "notebooks.zip"
"""A folder with the scripts of JupyterLite, which never change, and an archive of compiled packages."""
APPS = ("notebooks", "tree")
"""The parts of JupyterLite that the site has: one notebook, and the list of all."""
PAGES = (
    *("config-utils.js", "index.html", "jupyter-lite.ipynb"),
    *(f"{app}/{name}" for app in APPS for name in ("index.html", "jupyter-lite.ipynb")),
)
UNUSED_APPS = ("consoles", "edit", "lab", "repl")
EXTENSIONS = "*.data/data/share/jupyter/labextensions"
"""Where a wheel has its extension of JupyterLab."""
UNUSED = re.compile(
    r"""anywidget/(labextension|nbextension)/ | hypothesis/extra/(?!__init__) | .*/tests?/ | jupyterlite_
    | prompt_toolkit/contrib/ | pygments/lexers/(?!__init__|_mapping|python|special)
    | wcwidth/table_grapheme_overrides/_known_
    | .*\.data/ | .*\.dist-info/(?!METADATA)""",
    re.VERBOSE,
)
"""Parts of packages that no notebook imports."""
SCRIPTS = 2.6
"""Megabytes of JupyterLite's scripts that open a notebook, and of eventdemo. A test in a browser measures the whole."""
OLD_FONTS = {".eot", ".ttf", ".svg"}
"""Browsers that can run the notebooks load none of these."""


def is_built() -> bool:
    """Return whether there is a runtime, made from this lock and for the playground's Python."""
    stamp = BUILT / "stamp"
    return playground.is_built() and stamp.is_file() and stamp.read_text() == inputs()


def inputs() -> str:
    return playground.digest([playground.locks().encode(), LOCK.read_bytes(), Path(__file__).read_bytes()])


def build() -> None:
    """Download the wheels and make the runtime of them, unless it is there."""
    if is_built():
        return
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir(parents=True)
    with TemporaryDirectory(dir=BUILT) as temporary:
        wheels, unpacked = Path(temporary, "wheels"), Path(temporary, "packages")
        playground.download(LOCK, wheels)
        unpack(wheels, unpacked)
        make_app(unpacked)
        unpack(BUILT / JUPYTERLITE / "extensions/@jupyterlite/pyodide-kernel-extension/static/pypi", unpacked)
        make_packages(unpacked)
    (BUILT / "stamp").write_text(inputs())


def unpack(wheels: Path, folder: Path) -> None:
    for wheel in sorted(wheels.glob("*.whl")):
        shutil.unpack_archive(wheel, folder, "zip")


def make_app(unpacked: Path) -> None:
    """Take the pages and the scripts of JupyterLite, and the extensions that draw widgets and run Python."""
    (archive,) = unpacked.glob("jupyterlite_core/jupyterlite-app-*.tgz")
    shutil.unpack_archive(archive, BUILT, filter="data")
    (BUILT / "package").rename(BUILT / "app")
    (BUILT / JUPYTERLITE).mkdir()
    (BUILT / "app/build").rename(BUILT / JUPYTERLITE / "build")
    for app_name in UNUSED_APPS:
        shutil.rmtree(BUILT / "app" / app_name)
        shutil.rmtree(BUILT / JUPYTERLITE / "build" / app_name)
    extensions = BUILT / JUPYTERLITE / "extensions"
    for folder in unpacked.glob(EXTENSIONS):
        shutil.copytree(folder, extensions, dirs_exist_ok=True)
    schemas = json.dumps(list(schemas_in(extensions)))
    (BUILT / JUPYTERLITE / "build/schemas/all_federated.json").write_text(schemas)
    for path in BUILT.glob(f"{JUPYTERLITE}/**/*"):
        if path.suffix in OLD_FONTS | {".map"}:
            path.unlink()


def schemas_in(extensions: Path) -> Iterator[dict[str, Any]]:
    """Yield the settings that extensions have, in JupyterLite's form."""
    for path in sorted(extensions.glob("**/schemas/*/*/*.json")):
        name = "/".join(path.relative_to(extensions).parts[:2])
        version = json.loads((extensions / name / "package.json").read_text())["version"]
        schema = json.loads(path.read_text())
        yield {"id": f"{name}:{path.stem}", "raw": "{}", "schema": schema, "settings": {}, "version": version}


def extensions() -> Iterator[dict[str, str]]:
    """Yield the name of each extension and how it is loaded, in JupyterLite's form."""
    folder = BUILT / JUPYTERLITE / "extensions"
    for path in sorted([*folder.glob("*/package.json"), *folder.glob("@*/*/package.json")]):
        loaded = json.loads(path.read_text())["jupyterlab"]["_build"]
        yield {"name": path.parent.relative_to(folder).as_posix(), **loaded}


def make_packages(unpacked: Path) -> None:
    """Compile the packages, and put them into one archive."""
    for path in [path for path in unpacked.rglob("*") if path.is_file()]:
        if UNUSED.match(path.relative_to(unpacked).as_posix()):
            path.unlink()
    playground.compile_folders((unpacked, "/lib/python3.14/site-packages"))
    metadata = ((path.relative_to(unpacked).as_posix(), path.read_bytes()) for path in unpacked.rglob("METADATA"))
    playground.write_zip(BUILT / PACKAGES, [*playground.compiled(unpacked), *sorted(metadata)])


def folders() -> dict[str, str]:
    """Return the names of the folders that a notebook loads from. Each ends with the digest of its content."""
    scripts = sorted(path for path in (BUILT / JUPYTERLITE).rglob("*") if path.is_file())
    named = {"jupyterlite": playground.digest(path.read_bytes() for path in scripts)}
    named["notebooks"] = playground.digest([(BUILT / PACKAGES).read_bytes()])
    return playground.folders() | {kind: f"{kind}-{digest[:12]}" for kind, digest in named.items()}


def copy_to(folder: Path) -> None:
    """Copy JupyterLite and the packages into a folder of the site."""
    names = folders()
    shutil.copytree(BUILT / JUPYTERLITE, folder / "runtime" / names["jupyterlite"], dirs_exist_ok=True)
    for source, copy in (
        (PACKAGES, f"runtime/{names['notebooks']}/{PACKAGES}"),
        *((f"app/{name}", name) for name in PAGES),
    ):
        (folder / copy).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(BUILT / source, folder / copy)


@cache
def megabytes() -> float:
    """Return how much a first visit loads from a server that compresses what it sends, measured once."""
    packages = len(gzip.compress((BUILT / PACKAGES).read_bytes(), 6)) / 1e6
    return playground.megabytes() + packages + SCRIPTS


def main() -> None:
    """Build the runtime, if the playground has its own. Without a network, say so and go on; the site works without."""
    try:
        if playground.is_built():
            build()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"No notebook will run in the page, because its runtime is missing: {error}")


if __name__ == "__main__":
    main()
