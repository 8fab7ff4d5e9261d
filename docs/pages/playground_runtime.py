"""The playground's runtime: Python for the browser, and the packages that run in it, from files that locks pin.

`make playground` puts it into `build/playground`, which is kept between builds. The site's build adds eventdemo itself,
and compiles it again after a change.
"""

import gzip
import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from docs.pages.page import ROOT

LOCKS = ROOT / "docs/playground"
BUILT = ROOT / "build/playground"
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
LIBRARY = PYODIDE[3]
PACKAGES = ("packages.zip", "native.zip")
"""Python imports from the first, and the page unpacks the second: packages with native code."""
NATIVE_CODE = "native.wasm"
"""The code itself. The page loads it before Python, so that it is always at the same address."""
FILES = (*PYODIDE, *PACKAGES, NATIVE_CODE)
OWN_ARCHIVE = "eventdemo.zip"
LOCKED = ("package.json", "package-lock.json", "compile.mjs", "requirements.lock")
UNUSED = ("pydantic/v1/", "sqlalchemy/testing/", "sqlalchemy/dialects/mssql/", "sqlalchemy/dialects/oracle/")
"""Parts of packages that nothing here imports."""
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
OWN = ("eventdemo/**/*", "mock_services/**/*", "docs/playground/*.py")
PRECOMPILE = ("runtime.js", "memory.js", "precompile.mjs")
DATED = (2026, 1, 1, 0, 0, 0)
"""The date of each file in an archive, so that equal contents give equal bytes."""


def is_built() -> bool:
    """Return whether there is a runtime, made from these locks."""
    stamp = BUILT / "stamp"
    return stamp.is_file() and stamp.read_text() == locks() and all((BUILT / name).is_file() for name in FILES)


def locks() -> str:
    return digest((LOCKS / name).read_bytes() for name in LOCKED)


def build() -> None:
    """Download the runtime and compile it, unless it is there."""
    if is_built():
        return
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir(parents=True)
    for name in LOCKED:
        shutil.copy(LOCKS / name, BUILT)
    run("npm", "ci", "--prefix", str(BUILT), "--no-audit", "--no-fund", "--loglevel=error")
    for name in PYODIDE:
        shutil.copy(BUILT / "node_modules/pyodide" / name, BUILT)
    wheels = BUILT / "wheels"
    download(BUILT / LOCKED[-1], wheels)
    compile_all(wheels)
    for folder in ("wheels", "node_modules"):
        shutil.rmtree(BUILT / folder)
    (BUILT / "megabytes").write_text(f"{compressed():.1f}")
    (BUILT / "stamp").write_text(locks())


def download(lock: Path, wheels: Path) -> None:
    """Download the wheels that a lock pins, for Python in the browser."""
    only_these = ("--no-deps", "--require-hashes", "--only-binary=:all:", "--disable-pip-version-check", "--quiet")
    run(sys.executable, "-m", "pip", "download", *only_these, *BROWSER, "-d", str(wheels), "-r", str(lock))


def compile_all(wheels: Path) -> None:
    """Write the archives of compiled files: the standard library, the packages, and those with native code."""
    with TemporaryDirectory(dir=BUILT) as temporary:
        library, packages = Path(temporary, "library"), Path(temporary, "packages")
        shutil.unpack_archive(BUILT / LIBRARY, library)
        for wheel in sorted(wheels.glob("*.whl")):
            shutil.unpack_archive(wheel, packages, "zip")
        compile_folders((library, "/lib/python314.zip"), (packages, "/lib/python3.14/site-packages/packages.zip"))
        (code,) = packages.rglob("*.so")
        native = code.relative_to(packages).parts[0]
        code.replace(BUILT / NATIVE_CODE)
        write_zip(BUILT / LIBRARY, compiled(library))
        for archive, is_native in zip(PACKAGES, (False, True), strict=True):
            write_zip(BUILT / archive, (each for each in compiled(packages) if (top(each[0]) == native) is is_native))


def compile_folders(*pairs: tuple[Path, str]) -> None:
    """Compile the Python files of folders; each has the name under which Python will know it in the page."""
    words = (str(word) for pair in pairs for word in pair)
    run("node", str(LOCKS / "compile.mjs"), str(BUILT), *words)


def top(name: str) -> str:
    return name.partition("/")[0]


def run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 - the programs are ours to choose


def compiled(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files that a program imports or reads; compiled ones without their source."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        is_source = path.suffix == ".pyi" or (path.suffix == ".py" and path.with_suffix(".pyc").exists())
        if not is_source and ".dist-info/" not in name and not name.startswith(UNUSED):
            yield name, path.read_bytes()


def own_files() -> Iterator[tuple[str, bytes]]:
    """Yield the files of this repo that run in the page."""
    for path in sorted(path for pattern in OWN for path in ROOT.glob(pattern)):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), path.read_bytes()


def own_digest() -> str:
    return digest(name.encode() + content for name, content in own_files())


def digest(contents: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(contents)).hexdigest()


def write_zip(path: Path, files: Iterable[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, DATED), content, zipfile.ZIP_DEFLATED)


def folders() -> dict[str, str]:
    """Return the names of the two folders of the runtime. Each ends with a digest, so its content never changes."""
    python = digest((BUILT / name).read_bytes() for name in FILES)
    return {"python": f"python-{python[:12]}", "eventdemo": f"eventdemo-{own_digest()[:12]}"}


def copy_to(folder: Path) -> None:
    """Copy the runtime into a folder of the site, with eventdemo as it is now."""
    python, own = (folder / name for name in folders().values())
    for each in (python, own):
        each.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(BUILT / name, python)
    shutil.copy(own_archive(), own / OWN_ARCHIVE)


def own_archive() -> Path:
    """Return the archive of eventdemo, kept until a file changes. What a first run imports is in it compiled, too."""
    scripts = ((LOCKS / name).read_bytes() for name in PRECOMPILE)
    archive = BUILT / "own" / digest([own_digest().encode(), locks().encode(), *scripts]) / OWN_ARCHIVE
    if not archive.exists():
        shutil.rmtree(BUILT / "own", ignore_errors=True)
        archive.parent.mkdir(parents=True)
        with TemporaryDirectory(dir=BUILT) as temporary:
            plain, folder = Path(temporary, "plain.zip"), Path(temporary, "compiled")
            folder.mkdir()
            write_zip(plain, own_files())
            run("node", str(LOCKS / PRECOMPILE[-1]), str(BUILT), str(plain), str(folder))
            write_zip(Path(temporary, OWN_ARCHIVE), [*own_files(), *compiled(folder)])
            Path(temporary, OWN_ARCHIVE).rename(archive)
    return archive


def megabytes() -> float:
    """Return how much a reader loads from a server that compresses what it sends."""
    return float((BUILT / "megabytes").read_text()) + own_archive().stat().st_size / 1e6


def compressed() -> float:
    """Return how much of it is Python and the packages, measured."""
    return sum(len(gzip.compress((BUILT / name).read_bytes(), 6)) for name in FILES) / 1e6


def main() -> None:
    """Build the runtime, and compile eventdemo for it. Without npm or a network, say so: the site works without it."""
    try:
        build()
        own_archive()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The playground will run nothing in the page, because its runtime is missing: {error}")


if __name__ == "__main__":
    main()
