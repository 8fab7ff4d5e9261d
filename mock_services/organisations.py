"""The three companies that rent the backend, each with its own Oracle and Yardi."""

from __future__ import annotations

from dataclasses import dataclass

from eventdemo.backend.services.integration import Integration

ORACLE_DOMAIN = "fa.oraclecloud.example"
YARDI_DOMAIN = "yardi.example"


@dataclass(frozen=True, slots=True)
class Organisation:
    """One tenant of the backend."""

    id: int
    name: str
    slug: str

    @property
    def client_id(self) -> str:
        """Who the backend is, to this organisation's systems."""
        return f"eventdemo-{self.slug}"

    @property
    def client_secret(self) -> str:
        """Not a secret: it opens nothing but a fake."""
        return f"open-{self.slug}"


ORGANISATIONS = (
    Organisation(1, "Marigold Estates", "marigold"),
    Organisation(2, "Halcyon Holdings", "halcyon"),
    Organisation(3, "Tern & Tide", "terntide"),
)


@dataclass(frozen=True, slots=True)
class Integrations:
    """One organisation's way into both of its systems."""

    oracle_fusion: Integration
    yardi: Integration


def integrations_of(organisation_id: int, served_at: str = "") -> Integrations:
    """Return an organisation's integrations: with the in-process fakes, or with those `served_at` an address."""
    known = {organisation.id: organisation for organisation in ORGANISATIONS}
    if organisation_id not in known:
        raise ValueError(f"There is no organisation {organisation_id}: choose from {', '.join(map(str, known))}.")
    tenant = known[organisation_id]
    oracle = f"{served_at}/oracle" if served_at else f"https://{tenant.slug}.{ORACLE_DOMAIN}"
    yardi = f"{served_at}/yardi" if served_at else f"https://{tenant.slug}.{YARDI_DOMAIN}"
    return Integrations(
        oracle_fusion=Integration(oracle, tenant.client_id, tenant.client_secret),
        yardi=Integration(yardi, tenant.client_id, tenant.client_secret),
    )
