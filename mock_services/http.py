"""The HTTP library whose requests the fakes answer. The other modules import it from here, so one line changes it."""

import httpx

__all__ = ["httpx"]
