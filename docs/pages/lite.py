"""The notebooks in the browser, as part of the site: JupyterLite's pages and settings, and the notebooks to work on."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs.pages import lite_runtime as runtime
from docs.pages.page import ROOT
from notebooks.lab import without_outputs

ON_YOUR_MACHINE = {
    "12_durable_queue": "It starts processes and kills them, which a browser can't do",
}
"""The notebooks that no browser can run, and why."""
INSTALLED = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
"""What the kernel would download before it starts. The archives have it, except for jedi, which it can do without."""
DISABLED = (
    "@jupyterlite/application-extension:service-worker-manager",  # the site has its own
    "@jupyterlite/notebook-application-extension:logo",
    "@jupyter-notebook/application-extension:pages",  # it links to JupyterLab, which the site leaves out
    "@jupyter-notebook/notebook-extension:tab-icon",  # it needs files of a Jupyter server
)
OPENS = "lite/notebooks/index.html?path={}.ipynb"
"""The address of a notebook, relative to the site."""
PYTHON = "@jupyterlite/pyodide-kernel-extension:kernel"
DATE = "2026-01-01T00:00:00Z"
"""When each notebook was changed, so that equal notebooks give equal bytes."""


def invitation(name: str) -> str:
    """Return what the page of a notebook says about running it, with a button if a browser can."""
    if name in ON_YOUR_MACHINE:
        return f"{ON_YOUR_MACHINE[name]}, so it needs your machine: run `make lab` to open it there."
    if not runtime.is_built():
        return "Run `make lab` to open it on your machine."
    button = f'<a class="md-button" href="../../{OPENS.format(name)}">Open this notebook in your browser</a>'
    loads = f"The first visit loads about {runtime.megabytes():.0f} MB."
    kept = "Your browser keeps them, and it keeps what you write and predict."
    return f"{button}\n\n    {loads} {kept} Or run `make lab` to open it on your machine."


def copy_to(site: Path, address: str) -> None:
    """Copy JupyterLite and the notebooks into the built site; `address` is where the site is published."""
    names = runtime.folders()
    lite = site / "lite"
    runtime.copy_to(lite)
    for app in runtime.APPS:
        page = lite / app / "index.html"
        page.write_text(made_ours(page.read_text("utf-8"), names["jupyterlite"], address), "utf-8")
        write(lite / app / "jupyter-lite.json", settings_of(app, names["jupyterlite"]))
    write(lite / "jupyter-lite.json", settings(names))
    write_notebooks(lite, address)


def made_ours(page: str, folder: str, address: str) -> str:
    """Change a page of JupyterLite: where its scripts are, and what runs before any of them is loaded."""
    for before, after in (
        ('rel="preload" href="../build/', f'href="../runtime/{folder}/build/'),
        ("await import(", f"await import('../start.js?site={address}');\n        await import("),
        ("<title>Jupyter Notebook", "<title>eventdemo"),
        (
            '<link rel="manifest" href="../manifest.webmanifest">',
            '<link rel="icon" href="../../assets/images/favicon.png">',
        ),
    ):
        if page.count(before) != 1:
            raise ValueError(f"JupyterLite's page should have {before!r} once.")
        page = page.replace(before, after)
    return page


def settings(names: dict[str, str]) -> dict[str, Any]:
    """Return the settings of all apps: JupyterLite's extensions, and the Python that runs cells."""
    python = "&".join(f"{kind}={names[kind]}" for kind in ("python", "eventdemo", "notebooks"))
    return {
        "appUrl": "./tree",
        "baseUrl": "./",
        "contentsAllJsonFile": "all.json",
        "defaultKernelName": "python",
        "disabledExtensions": list(DISABLED),
        "federated_extensions": list(runtime.extensions()),
        "fullLabextensionsUrl": f"./runtime/{names['jupyterlite']}/extensions",
        "litePluginSettings": {
            PYTHON: {
                "disablePyPIFallback": True,
                "loadPyodideOptions": {"packages": list(INSTALLED)},
                "pyodideUrl": f"./python.js?{python}",
            }
        },
        "showLoadingIndicator": True,
    }


def settings_of(app: str, folder: str) -> dict[str, Any]:
    """Return the settings of one app, whose addresses are relative to its page."""
    build = f"./../runtime/{folder}/build"
    return {
        "appUrl": f"/{app}",
        "faviconUrl": "./../../assets/images/favicon.png",
        "fullStaticUrl": build,
        "notebookPage": app,
        "settingsUrl": f"{build}/schemas",
        "themesUrl": f"./runtime/{folder}/build/themes",  # JupyterLite adds it to the folder of all apps
    }


def write(path: Path, found: dict[str, Any]) -> None:
    path.write_text(json.dumps({"jupyter-lite-schema-version": 0, "jupyter-config-data": found}, indent=1), "utf-8")


def write_notebooks(lite: Path, address: str) -> None:
    """Write each notebook without outputs, and the list of them."""
    for folder in ("files", "api/contents", "api/translations"):
        (lite / folder).mkdir(parents=True, exist_ok=True)
    for path in notebooks():
        copied = json.dumps(without_outputs(json.loads(path.read_text("utf-8"))), indent=1)
        (lite / "files" / path.name).write_text(with_links(copied, address), "utf-8")
    listed = entry("", "directory", [entry(path.name, "notebook") for path in notebooks()])
    (lite / "api/contents/all.json").write_text(json.dumps(listed, indent=1), "utf-8")
    for name in ("all", "en"):
        (lite / f"api/translations/{name}.json").write_text('{"data": {}, "message": ""}', "utf-8")


def with_links(notebook: str, address: str) -> str:
    """Replace links to files of the documentation by links to the pages of the site."""

    def page(found: re.Match[str]) -> str:
        return f"]({address}{found[1]}/".replace("/index/", "/")

    return re.sub(r"\]\(\.\./\.\./docs/([\w/-]+)\.md", page, notebook)


def notebooks() -> Iterator[Path]:
    """Yield the notebooks in order."""
    yield from sorted((ROOT / "notebooks").glob("*.ipynb"))


def entry(name: str, kind: str, content: Any = None) -> dict[str, Any]:
    """Return a file or a folder in the form of Jupyter's list."""
    about = {"name": name, "path": name, "type": kind, "content": content, "created": DATE, "last_modified": DATE}
    return about | {"format": content and "json", "mimetype": None, "size": None, "writable": True}
