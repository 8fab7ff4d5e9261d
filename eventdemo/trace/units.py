"""Readable numbers: 271 ms, 2 min 14 s, 1,034. Without libm, so that every platform prints the same."""

_MINUTE, _HOUR = 60, 3600
_TEN_MS, _SECOND, _TEN_S, _TOO_LONG = 9_950, 999_500, 9_995_000, 59_950_000
"""In microseconds, where the next coarser unit begins: just below the round number, because of rounding."""


def duration(seconds: float) -> str:
    """Format a duration: `0 ms`, `271 ms`, `1.42 s`, `2 min 14 s`, `3 h 5 min`."""
    micros = to_micros(seconds)
    if micros < 1_000:  # noqa: PLR2004 - a millisecond
        return f"{micros} µs" if micros else "0 ms"
    if micros < _SECOND:
        return f"{_short(micros / 1_000, 1 if micros < _TEN_MS else 0)} ms"
    if micros < _TOO_LONG:
        return f"{_short(micros / 1_000_000, 2 if micros < _TEN_S else 1)} s"
    if (whole := round(seconds)) < _HOUR:
        return _two(whole // _MINUTE, "min", whole % _MINUTE, "s")
    minutes = round(seconds / _MINUTE)
    return _two(minutes // _MINUTE, "h", minutes % _MINUTE, "min")


def when(seconds: float) -> str:
    """Return how long something took: `immediately`, `after 271 ms`."""
    return f"after {duration(seconds)}" if to_micros(seconds) else "immediately"


def to_micros(seconds: float) -> int:
    """Return whole microseconds: the resolution of every picture."""
    return round(seconds * 1_000_000)


def instant(micros: int) -> str:
    """Format an instant on the axis, as the time since the start."""
    return duration(micros / 1e6) if micros else "0"


def times(ratio: float) -> str:
    """Format a factor: `31 times`, `2.4 times`."""
    return f"{ratio:,.0f} times" if ratio >= 9.95 else f"{_short(ratio, 1)} times"  # noqa: PLR2004 - two digits


def _short(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _two(big: int, big_unit: str, small: int, small_unit: str) -> str:
    return f"{big} {big_unit} {small} {small_unit}" if small else f"{big} {big_unit}"
