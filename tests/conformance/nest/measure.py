"""Measures the async flag on the real packages: `python -m tests.conformance.nest.measure [VERSION...]`.

Installs each version of @nestjs/event-emitter with its Nest into a cache folder (needs node, npm and their registry the
first time), probes it, and writes `nest_options.json` and `docs/reference/nest-async-flag.md`. With versions given,
only those are installed and printed, and nothing is written.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conformance.nest.page import DATA, PAGE, page

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "eventdemo" / "nest"
NEST = {  # @nestjs/event-emitter: the major version of Nest that it was made for
    "1.0.0": 8,
    "1.1.1": 8,
    "1.2.0": 9,
    "1.3.1": 9,
    "1.4.2": 9,
    **dict.fromkeys(["2.0.0", "2.0.1", "2.0.2", "2.0.3", "2.0.4", "2.1.0", "2.1.1"], 10),
    **dict.fromkeys(["3.0.1", "3.1.0"], 11),
    "12.0.1": 12,
}
RAW = {"eventemitter2": "6.4.9", "typescript": "5.9.3"}


def installed(name, packages):
    """Return a cached folder with these packages in its node_modules."""
    folder = CACHE / name
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(json.dumps({"private": True}))
        wanted = [f"{package}@{version}" for package, version in packages.items()]
        command = ["npm", "install", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error", *wanted]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        (folder / "complete").touch()
    return folder


def probed(script, folder):
    """Return what a probe prints."""
    command = ["node", str(HERE / script), str(folder)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def probed_nest(version):
    """Install one version and return what the probe found."""
    nest = str(NEST[version])
    packages = {"@nestjs/event-emitter": version, "@nestjs/common": nest, "@nestjs/core": nest}
    return probed("probe_nest.cjs", installed(version, packages | {"reflect-metadata": "0.2", "rxjs": "7"}))


def grouped(found):
    """Return rows with the versions that share each outcome, in the order of the versions."""
    rows = {}
    for one in found:
        for row in one["rows"]:
            rows.setdefault(json.dumps(row), []).append(one["versions"]["event-emitter"])
    keys = [(row["scope"], row["options"]) for row in found[0]["rows"]]
    return sorted(
        ({"versions": versions, **json.loads(row)} for row, versions in rows.items()),
        key=lambda row: (keys.index((row["scope"], row["options"])), list(NEST).index(row["versions"][0])),
    )


def compact(data):
    """Return the data as text with one row a line."""
    lines = [f'  "{key}": {json.dumps(value)}' for key, value in data.items() if not key.endswith("rows")]
    rows = {key: ",\n".join("    " + json.dumps(row) for row in data[key]) for key in ("nest_rows", "raw_rows")}
    lines += [f'  "{key}": [\n{text}\n  ]' for key, text in rows.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main():
    """Measure, and write data and page."""
    if chosen := sys.argv[1:]:
        print(json.dumps([probed_nest(version) for version in chosen], indent=1))  # noqa: T201 - what was asked for
        return
    found = [probed_nest(version) for version in NEST]
    raw = probed("probe_raw.cjs", installed("raw", RAW))
    node = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    data = {
        "node": node,
        "eventemitter2": raw["eventemitter2"],
        "typescript": raw["typescript"],
        "versions": [one["versions"] for one in found],
        "nest_rows": grouped(found),
        "raw_rows": raw["rows"],
    }
    DATA.write_text(compact(data), "utf-8")
    PAGE.write_text(page(data), "utf-8")
    print(f"measured {len(found)} versions")  # noqa: T201 - it took minutes


if __name__ == "__main__":
    main()
