"""What can go wrong with each service, as data: a preset for an ordinary day, and named faults.

`fault_injection.py` applies them to a call.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from mock_services.latency import Constant, Latency, LogNormal

Service = Literal["oracle_fusion", "yardi", "fcm"]
SERVICES: tuple[Service, ...] = ("oracle_fusion", "yardi", "fcm")

_AT_ONCE = Constant(0)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `requests` within any `seconds`."""

    requests: int
    seconds: float

    def __post_init__(self) -> None:
        if self.requests < 1 or self.seconds <= 0:
            pace = f"{self.requests} per {self.seconds} s"
            raise ValueError(f"A limit of {pace} admits no request: use down=True for a service that is down.")


@dataclass(frozen=True, slots=True)
class Faults:
    """How one service behaves. By default it is perfect: every answer is immediate and correct."""

    latency: Latency = _AT_ONCE
    error_rate: float = 0.0  # share of requests that are not processed and get a 500
    timeout_rate: float = 0.0  # share of requests that are not processed and get no answer
    malformed_rate: float = 0.0  # share of requests that are processed but get half an answer
    rate_limit: RateLimit | None = None  # 429 beyond it
    down: bool = False  # every request gets a 503
    token_lifetime: float = 3600.0  # seconds until an access token gets a 401
    unregistered_rate: float = 0.0  # share of devices whose app was uninstalled (FCM)

    def __post_init__(self) -> None:
        for rate in ("error_rate", "timeout_rate", "malformed_rate", "unregistered_rate"):
            if not 0 <= getattr(self, rate) <= 1:
                raise ValueError(f"{rate} is {getattr(self, rate)}: a share is a number from 0 to 1.")

    @classmethod
    def realistic(cls, service: Service) -> "Faults":
        """Return the faults of an ordinary day: invented numbers of a realistic size."""
        return _ORDINARY[service]


_ORDINARY: Mapping[Service, Faults] = {
    "oracle_fusion": Faults(latency=LogNormal(220, 700), rate_limit=RateLimit(40, 1.0)),
    "yardi": Faults(latency=LogNormal(160, 480)),
    "fcm": Faults(latency=LogNormal(40, 120)),
}


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """How each of the three services behaves."""

    oracle_fusion: Faults = Faults()
    yardi: Faults = Faults()
    fcm: Faults = Faults()

    @classmethod
    def realistic(cls) -> "FaultPlan":
        return cls(**{service: Faults.realistic(service) for service in SERVICES})

    def without_latency(self) -> "FaultPlan":
        """Return this plan without its latencies: for the explorer, which decides which answer comes first."""
        return self.changed(lambda faults: replace(faults, latency=_AT_ONCE))

    def with_faults(self, *names: str, only: Service | None = None) -> "FaultPlan":
        """Return this plan with the named faults, for every service or `only` for one."""
        return self.changed(lambda faults: with_faults(faults, *names), only=only)

    def changed(self, change: Callable[[Faults], Faults], *, only: Service | None = None) -> "FaultPlan":
        """Return this plan with the faults of every service changed, or of `only` one."""
        services = (only,) if only else SERVICES
        return replace(self, **{service: change(getattr(self, service)) for service in services})


def with_faults(faults: Faults, *names: str) -> Faults:
    """Return `faults` with the named ones added, such as `with_faults(faults, "slow", "429")`."""
    for name in names:
        if name not in NAMED_FAULTS:
            raise ValueError(f"There is no fault called {name!r}: choose from {', '.join(NAMED_FAULTS)}.")
        faults = NAMED_FAULTS[name](faults)
    return faults


NAMED_FAULTS: Mapping[str, Callable[[Faults], Faults]] = {
    "slow": lambda faults: replace(faults, latency=faults.latency.scaled(10)),
    "down": lambda faults: replace(faults, down=True),
    "flaky": lambda faults: replace(faults, error_rate=0.10, timeout_rate=0.02, malformed_rate=0.02),
    "429": lambda faults: replace(faults, rate_limit=RateLimit(5, 1.0)),
    "expiring": lambda faults: replace(faults, token_lifetime=5.0),
    "uninstalled": lambda faults: replace(faults, unregistered_rate=0.20),
}
