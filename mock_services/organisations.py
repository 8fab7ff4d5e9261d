"""The three companies that rent the backend, each with its own Oracle and Yardi."""

from dataclasses import dataclass

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
        """The backend's client id at this organisation's systems."""
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
class Credentials:
    """The address of one organisation's Oracle or Yardi, and the backend's client id and secret there."""

    base_url: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class SystemCredentials:
    """One organisation's credentials for both of its systems."""

    oracle_fusion: Credentials
    yardi: Credentials


def credentials_of(organisation_id: int, served_at: str = "") -> SystemCredentials:
    """Return an organisation's credentials: for the in-process fakes, or for those `served_at` an address."""
    known = {organisation.id: organisation for organisation in ORGANISATIONS}
    if organisation_id not in known:
        raise ValueError(f"There is no organisation {organisation_id}: choose from {', '.join(map(str, known))}.")
    tenant = known[organisation_id]
    oracle = f"{served_at}/oracle" if served_at else f"https://{tenant.slug}.{ORACLE_DOMAIN}"
    yardi = f"{served_at}/yardi" if served_at else f"https://{tenant.slug}.{YARDI_DOMAIN}"
    return SystemCredentials(
        oracle_fusion=Credentials(oracle, tenant.client_id, tenant.client_secret),
        yardi=Credentials(yardi, tenant.client_id, tenant.client_secret),
    )
