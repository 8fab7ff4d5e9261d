"""The experiments that have a name."""

from collections.abc import Callable

from eventdemo.explore.experiment import Experiment


class UnknownExperimentError(ValueError):
    """There is no such experiment."""


def _logout() -> Experiment:
    from eventdemo.explore.logout import LOGOUT

    return LOGOUT


def _logout_race() -> Experiment:
    from eventdemo.explore.logout import LOGOUT_RACE

    return LOGOUT_RACE


EXPERIMENTS: dict[str, Callable[[], Experiment]] = {"logout": _logout, "logout-race": _logout_race}


def experiment(name: str) -> Experiment:
    """Return an experiment by its name."""
    if name not in EXPERIMENTS:
        raise UnknownExperimentError(f"There is no experiment {name!r}: choose from {', '.join(EXPERIMENTS)}.")
    return EXPERIMENTS[name]()
