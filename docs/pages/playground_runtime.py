"""The playground's runtime: Python for the browser, and the packages that run in it, from files that locks pin.

`make playground` puts it into `build/playground`, which is kept between builds. The site's build adds eventdemo itself.
"""

import gzip
import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from docs.pages.page import ROOT

LOCKS = ROOT / "docs/playground"
BUILT = ROOT / "build/playground"
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
LOCKED = ("package.json", "package-lock.json", "requirements.lock")
BROWSER = (
    "--platform",
    "pyemscripten_2026_0_wasm32",
    "--python-version",
    "314",
    "--implementation",
    "cp",
    "--abi",
    "cp314",
)
"""What pip is to download wheels for: Python 3.14 in Pyodide 314."""
OWN = ("eventdemo/**/*", "mock_services/**/*", "docs/playground/desk.py")
DATED = (2026, 1, 1, 0, 0, 0)
"""The date of each file in an archive, so that equal contents give equal bytes."""


def is_built() -> bool:
    """Return whether there is a runtime, made from these locks."""
    stamp = BUILT / "stamp"
    return stamp.is_file() and stamp.read_text() == locks()


def locks() -> str:
    return hashlib.sha256(b"".join((LOCKS / name).read_bytes() for name in LOCKED)).hexdigest()


def build() -> None:
    """Download the runtime, unless it is there."""
    if is_built():
        return
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir(parents=True)
    for name in LOCKED:
        shutil.copy(LOCKS / name, BUILT)
    run("npm", "ci", "--prefix", str(BUILT), "--no-audit", "--no-fund", "--loglevel=error")
    for name in PYODIDE:
        shutil.copy(BUILT / "node_modules/pyodide" / name, BUILT)
    only_these = ("--no-deps", "--require-hashes", "--only-binary=:all:", "--disable-pip-version-check", "--quiet")
    wheels = BUILT / "wheels"
    run(
        sys.executable, "-m", "pip", "download", *only_these, *BROWSER, "-d", str(wheels), "-r", str(BUILT / LOCKED[-1])
    )
    write_zip(BUILT / "packages.zip", unpacked(wheels))
    shutil.rmtree(wheels)
    shutil.rmtree(BUILT / "node_modules")
    (BUILT / "megabytes").write_text(f"{compressed():.1f}")
    (BUILT / "stamp").write_text(locks())


def run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 - the programs are ours to choose


def unpacked(wheels: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the wheels that a program imports or reads."""
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for name in sorted(archive.namelist()):
                if ".dist-info/" not in name and not name.endswith((".pyi", "/")):
                    yield name, archive.read(name)


def own_files() -> Iterator[tuple[str, bytes]]:
    """Yield the files of this repo that run in the page."""
    for path in sorted(path for pattern in OWN for path in ROOT.glob(pattern)):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()


def write_zip(path: Path, files: Iterator[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, DATED), content, zipfile.ZIP_DEFLATED)


def copy_to(folder: Path) -> None:
    """Copy the runtime into a folder of the site, with eventdemo as it is now."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*PYODIDE, "packages.zip"):
        shutil.copy(BUILT / name, folder)
    write_zip(folder / "eventdemo.zip", own_files())


def megabytes() -> float:
    """Return how much a reader loads from a server that compresses what it sends."""
    return float((BUILT / "megabytes").read_text())


def compressed() -> float:
    """Return the same, measured."""
    return sum(len(gzip.compress((BUILT / name).read_bytes(), 6)) for name in (*PYODIDE, "packages.zip")) / 1e6


def main() -> None:
    """Build the runtime. Without npm or a network, say so and go on: the site also works without it."""
    try:
        build()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The playground will run nothing in the page, because its runtime is missing: {error}")


if __name__ == "__main__":
    main()
