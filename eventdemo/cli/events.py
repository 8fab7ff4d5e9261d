"""`eventdemo events`: the catalogue of events."""

import json as json_module
from dataclasses import asdict

from eventdemo.cli.options import Json


def events(json: Json = False) -> None:
    """List the events.

    Print what each one carries, what emits it, and which listeners it has.
    """
    from eventdemo.simulate.event_catalogue import catalogue
    from eventdemo.trace.report import wrapped

    entries = catalogue()
    if json:
        print(json_module.dumps([asdict(entry) for entry in entries], indent=2))
        return
    for entry in entries:
        print(f"{entry.name}  ({entry.event})")
        for what, names in (("carries", entry.payload), ("emitted by", entry.emitters), ("heard by", entry.listeners)):
            print(wrapped(f"    {what:<10}  {', '.join(names) or '(none)'}", indent=16))
