"""The HTTP library of the clients. The rest of the package imports it from here, so that one line changes it."""

import httpx

__all__ = ["httpx"]
