"""A server for the built site, under a sub-path, as a project's pages are on GitHub."""

from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Handler(SimpleHTTPRequestHandler):
    """Gives each file the type that a browser asks for, lets no browser keep it, and keeps the path of each request."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript", ".wasm": "application/wasm"}

    def __init__(self, asked, *args, **options):
        self.asked = asked
        super().__init__(*args, **options)

    def end_headers(self):
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_):
        self.asked.append(self.path)


@contextmanager
def serving(folder):
    """Serve a folder; yield its address, and the paths that were requested so far."""
    asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, asked, directory=folder.parent))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{folder.name}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
