"""Two pieces of wording that messages share: a hint at the name that was probably meant, and a number with its noun."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: object, known: Iterable[str], otherwise: str) -> str:
    """Return `did you mean 'logout'?`, or `otherwise` if no known name is close to `name`."""
    close = get_close_matches(str(name), [*known], n=1)
    return f"did you mean {close[0]!r}?" if close else otherwise


def plural(number: int, one: str, many: str = "", *, none: str = "") -> str:
    """Return a number with its noun, such as `1 delivery` or `1,034 deliveries`; for zero, `none` if it is given."""
    if none and not number:
        return none
    return f"{number:,} {one if number == 1 else many or one + 's'}"
