"""One organisation's credentials for one external system: the article's `integrationDetails`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Integration:
    """The address of an organisation's Oracle or Yardi, and our client id and secret there.

    `token_url` is for real Oracle Fusion, where tokens come from an identity domain on a separate host. If it is empty,
    the client uses the service's token path under `base_url`.
    """

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)  # a traceback that prints its locals must not print this
    token_url: str = ""
