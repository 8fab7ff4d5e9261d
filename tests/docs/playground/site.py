"""A server that gives each file the type that a browser asks for, and logs nothing."""

from http.server import SimpleHTTPRequestHandler


class Handler(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript", ".wasm": "application/wasm"}

    def log_message(self, *_):
        """Do not log requests."""
