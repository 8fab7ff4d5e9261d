"""Imports the modules named on standard input, and prints as JSON what each of them built while it was imported.

Run by test_import.py in a process of its own: it breaks everything that a module should not use at import.
"""

import asyncio
import contextlib
import importlib
import json
import logging
import signal
import socket
import sqlite3
import sys
import threading

# Other people's modules may do at import what they like, so they come first.
import cronsim  # noqa: F401
import httpx
import pyee
import respx  # noqa: F401
import rich  # noqa: F401
import sqlalchemy
import sqlmodel  # noqa: F401
import typer  # noqa: F401

BUILDERS = [
    (asyncio, "run", "an event loop"),
    (asyncio, "new_event_loop", "an event loop"),
    (asyncio.BaseEventLoop, "__init__", "an event loop"),
    (socket.socket, "__init__", "a socket"),
    (threading.Thread, "start", "a thread"),
    (sqlite3, "connect", "a database"),
    (sqlalchemy, "create_engine", "an engine"),
    (httpx.Client, "__init__", "an HTTP client"),
    (httpx.AsyncClient, "__init__", "an HTTP client"),
    (pyee.EventEmitter, "__init__", "a bus"),
    (logging, "basicConfig", "a logging set-up"),
    (signal, "signal", "a signal handler"),
]
with contextlib.suppress(ImportError):
    import fastapi
    import uvicorn  # noqa: F401

    BUILDERS.append((fastapi.FastAPI, "__init__", "an application"))


def built_by(module):
    """Import a module and return what it built, or why it cannot be imported."""
    built = []

    def refuse(what):
        def note(*args, **kwargs):
            built.append(what)
            raise AssertionError(what)

        return note

    for place, name, what in BUILDERS:
        setattr(place, name, refuse(what))
    try:
        importlib.import_module(module)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        return built or [f"nothing: {error!r}"]
    return built


print(json.dumps({module: built_by(module) for module in sys.stdin.read().split()}))  # noqa: T201 - for test_import.py
