"""The findings of `appendix_nest`."""

from eventdemo.learn.nest_options import GOES_TO, event_emitter2, nest, versions
from tests.notebooks.proofs import finding

ASYNC = "{ async: true }"


def whose_emitter_gets_the_error(options):
    return [each for each in versions() if nest(options, version=each).error == GOES_TO["emitter"]]


@finding("since 2.0.1, a patch version, the emitter no longer gets the error.")
def _():
    patch = versions().index("2.0.1")

    assert versions()[patch - 1] == "2.0.0"
    assert whose_emitter_gets_the_error("none") == versions()[:patch]
    assert whose_emitter_gets_the_error("{ suppressErrors: false }") == [each for each in versions() if each != "2.0.1"]


@finding("on a request-scoped provider, `{ async: true }` waits.")
def _():
    assert nest(ASYNC, scope="request").waits > nest(ASYNC).waits


@finding(
    "a deferred handler is waited for only with `promisify`, and with `nextTick` and `promisify` it's never called."
)
def _():
    assert not nest(ASYNC).waits
    assert not nest("{ nextTick: true }").waits
    assert nest("{ promisify: true }").waits
    assert nest("{ async: true, promisify: true }").waits
    assert nest("{ nextTick: true, promisify: true }").starts == "never"


@finding("with `{ async: true }`, the compile target decides whether `emitAsync` waits.")
def _():
    targets = ("ES5", "ES2015", "ES2016", "ES2017")
    waits = [event_emitter2(ASYNC, f"compiled to {target}").waits for target in targets]

    assert waits == [False, False, False, True]
