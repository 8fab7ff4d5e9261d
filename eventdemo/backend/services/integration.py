"""One organisation's credentials for one external system: the article's `integrationDetails`."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Integration:
    """Where an organisation's Oracle or Yardi lives, and who we are there.

    `token_url` is for real Oracle Fusion, where tokens come from an identity domain on a host of its own; left empty,
    the service's usual token path under `base_url` is used.
    """

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)  # a traceback that prints its locals must not print this
    token_url: str = ""
