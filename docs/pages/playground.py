"""The page of the playground: its form, made from the options of `eventdemo compare`, and the results saved with it."""

import inspect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, get_args

from docs.pages import playground_runtime as runtime
from docs.pages import saved_results
from docs.pages.page import ROOT, Page
from eventdemo.cli.compare import compare
from eventdemo.simulate import DEFAULTS, PATTERNS, PITFALLS, SCENARIOS
from eventdemo.trace.conditions import FAULTS, REPAIRS, SERVICES
from eventdemo.trace.svg.elements import escaped

CHOICES: dict[str, Sequence[str]] = {
    "strategies": DEFAULTS,
    "repairs": [repair.replace(":N", ":8") for repair in REPAIRS],
    **dict.fromkeys(SERVICES, FAULTS),
}
"""The values of the options that take several names."""
FIRST = ("users", "strategies", "seed", "user")
"""The options that are always visible; the others are folded."""
ELSEWHERE = ("name", "json", "html", "latency", "fail")
"""The parameters without a control: the menu has the name, and the last two are for programs of your own."""
REPEATED = ("crashes",)
TRY = """<button type="button" class="md-button" data-command="explore">Try every order</button>
<button type="button" class="md-button" data-command="game">Be the event loop</button>"""
LOADS = (
    "Press Run or change an option to compute it here: Python and eventdemo are loaded once, about {size:.0f} MB. "
    "Your browser keeps them as they are after the first run, about 100 MB, so that they start faster next time."
)
MISSING = (
    "This copy of the site was built without Python for the browser, so it shows saved results only. "
    "On your machine, run the command above."
)


def pages() -> Iterator[Page]:
    yield Page("playground/index.md", content())
    yield from saved_results.pages()


def run_it_here(name: str) -> str:
    """Return a button that opens a scenario in the playground, for the page of a pattern or a pitfall."""
    return f'<a class="md-button" href="../../playground/#{name}">Run it here</a>\n'


def be_the_event_loop(name: str) -> str:
    """Return a button that opens a program in the playground, where the reader chooses its schedule."""
    return f'<a class="md-button" href="../../playground/#game+{name}">Be the event loop</a>\n'


def replay_it_here(token: object) -> str:
    """Return a link that replays a schedule in the playground."""
    return f'<a href="../../playground/#{token}">replay it</a>'


def content() -> str:
    has = runtime.is_built()
    loads = LOADS.format(size=runtime.megabytes()) if has else ""
    folders = "".join(f' data-{kind}="{folder}"' for kind, folder in runtime.folders().items()) if has else ""
    return f"""---
hide:
  - toc
---

# Playground

Choose a scenario and how its listeners run, and see how each delivery ends. The page runs the same package as the
command line, so you get the same numbers. The address holds your run: copy it to share the run.

<div class="playground" data-playground="{"runs" if has else "saved"}"{folders}>
{form()}
<p class="command">On your machine: <code data-line>eventdemo compare logout</code></p>
<p data-status role="status" data-loads="{loads}" data-missing="{MISSING}"></p>
<div data-result><noscript>The playground needs JavaScript. On your machine, run <code>eventdemo compare logout</code>.
</noscript></div>
{own_program()}
</div>
<script type="module" src="page.js"></script>

*Try every order* runs a program in every order in which its waits can end. *Be the event loop* lets you choose which
wait ends next, and you win if the claim fails. Both use the program alone, without the other options of the form.

An address can also hold a schedule that `eventdemo explore` printed, for example
<a href="#logout-race/awaited/fifo/01">logout-race/awaited/fifo/01</a>. The pages on
[scenarios](../reference/scenarios.md), [strategies](../explanation/design.md#strategies) and
[how to read a comparison](../compare.md) explain what you see.
"""


def form() -> str:
    options = {option.name: option for option in _options() if option.name not in ELSEWHERE}
    first = "".join(_control(options.pop(name)) for name in FIRST)
    rest = "".join(map(_control, options.values()))
    menu = _group("Patterns", PATTERNS) + _group("Pitfalls", PITFALLS)
    return f"""<form>
<label class="wide">Scenario<select name="scenario">{menu}</select></label>
{first}
<details class="wide"><summary>Instances, crashes, faults and fixes</summary><div class="fields">{rest}</div></details>
<p class="wide"><button type="submit" class="md-button md-button--primary">Run</button>
{TRY}
<button type="button" class="md-button" data-stop hidden>Stop</button></p>
</form>"""


def own_program() -> str:
    """Return the editor, with a shop that sells its last item twice."""
    source = escape((ROOT / "docs/examples/shop.py").read_text("utf-8"), quote=False)
    return f"""<details data-own><summary>Your own program</summary>
<p>Edit the shop, or paste a program of your own, and run one of its async functions in every order. Here it is called
<code>mine.py</code>. The program stays in your browser: a link to your run doesn't contain it.</p>
<label>Program<textarea rows="18" spellcheck="false" autocapitalize="off" autocomplete="off">{source}</textarea></label>
<label>Function<select></select></label>
<p>{TRY}</p>
</details>"""


def _group(label: str, names: Iterable[str]) -> str:
    options = "".join(f'<option value="{name}">{name}: {escaped(SCENARIOS[name])}</option>' for name in names)
    return f'<optgroup label="{label}">{options}</optgroup>'


@dataclass(frozen=True, slots=True)
class Option:
    """An option of `eventdemo compare`, read from the function's signature."""

    name: str
    kind: object
    default: object
    info: Any
    """What typer knows of it: its names, its help, its bounds."""

    @property
    def flags(self) -> list[str]:
        """Return how it is written, and for a switch how it is switched off."""
        written = (self.info.default, *(self.info.param_decls or ()))  # typer keeps the first of an Annotated one there
        name = next((each for each in written if isinstance(each, str)), f"--{self.name.replace('_', '-')}")
        return name.split("/")


def _options() -> Iterator[Option]:
    for parameter in inspect.signature(compare).parameters.values():
        kind, info = get_args(parameter.annotation)
        yield Option(parameter.name, kind, parameter.default, info)


def _control(option: Option) -> str:
    """Return a control for one option of the command line, with the help that it has there."""
    meaning, flag = f"<small>{escaped(option.info.help)}</small>", option.flags[-1]
    label = option.flags[0].lstrip("-").replace("-", " ").capitalize()
    if option.name in CHOICES:
        boxes = "".join(f'<label><input type="checkbox" value="{one}">{one}</label>' for one in CHOICES[option.name])
        return f'<fieldset class="wide" data-option="{flag}"><legend>{label}</legend>{boxes}{meaning}</fieldset>'
    if option.kind is bool:
        words = flag.lstrip("-").replace("-", " ").capitalize()
        return f'<label><span><input type="checkbox" data-option="{flag}">{words}</span>{meaning}</label>'
    return f'<label>{label}<input data-option="{flag}" {_kind(option)} {_usual(option)}>{meaning}</label>'


def _kind(option: Option) -> str:
    """Return the kind of an input, and its bounds, from the type of the option."""
    if option.kind not in {int, int | None, float}:
        return f'type="text" placeholder="{option.info.metavar}"'
    bounds = {"min": option.info.min, "max": option.info.max}
    limits = (f'{name}="{bound}"' for name, bound in bounds.items() if bound is not None)
    return " ".join(['type="number"', 'step="any"' if option.kind is float else "", *limits])


def _usual(option: Option) -> str:
    repeats = "data-repeats" if option.name in REPEATED else ""
    usual = f"{option.default:g}" if isinstance(option.default, int | float) else ""
    return f'value="{usual}" data-usual="{usual}" {repeats}' if usual else repeats
