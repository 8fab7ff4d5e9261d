"""Phrases that give the answer to a question away, and sentences that may stand before it all the same."""

import re

COMMON = set(
    re.findall(
        r"\w+",
        """
        a an and are as at be been before after all both but by can could do does each every for
        from get gets had has have if in into is it its may more next no none not of on one only or
        other others so some than that the their them then there they this time to was were what
        when which while will with would yes
        """,
    )
)
"""Words that say nothing about an answer by themselves."""

GIVEAWAYS = {
    "emit-returns": ("returned immediately", "carried on"),
    "who-waits": ("delays every request", "was blocked"),
    "which-fail": ("are lost", "moved on"),
    "two-slots": ("always busy", "often idle"),
    "nested-order": ("before the listener continues",),
    "second-raises": ("never run", "skipped"),
    "slow-answers": ("delays every request",),
    "detached-helps": ("five of the six", "answered on time"),
    "same-payload": ("share", "one dictionary"),
    "does-false-wait": ("waits, in each", "in all 15 versions"),
    "who-learns": ("only if it awaits",),
    "which-order": ("next turn", "begins inside"),
    "how-much-runs": ("never runs", "none of it ran", "never awaited"),
    "wrapped": ("what a call returns",),
    "eight-seeds": ("two of eight",),
    "in-sequence": ("can only wait for",),
    "fixed-order": ("whichever", "can't win"),
    "firebase-down": ("only the log",),
    "delete-emits": ("twice", "two events"),
    "deleted-and-notified": ("depends on which",),
    "hook-fails": ("can't fail", "only the log"),
    "inside-the-transaction": ("before commit", "before the row"),
    "wait-for-the-hook": ("one that always", "fails every time"),
    "two-hundred": ("swallow", "answered 200"),
    "chain-returns": ("slowest",),
    "partial-failure": ("halfway", "keeps what"),
    "marked-anyway": ("looks like success",),
    "no-audit-module": ("without a listener", "is empty"),
    "killed-between": ("the other isn't",),
    "one-millisecond": ("in one run and not in the other",),
    "exit-without-drain": ("wait for the audit line", "the line is lost"),
    "drift": ("skip", "half of it"),
    "overlap": ("twice", "on both lists"),
    "slots-and-rates": ("calls per second",),
    "one-fails": ("doesn't stop",),
    "unheard": ("is counted",),
    "errors-seen": ("gets no error",),
    "killed": ("incomplete", "cannot show"),
    "restarted": ("stay lost", "resume what was interrupted", "stored jobs"),
    "all-done": ("does not mean", "the right thing"),
    "who-hears": ("only in the process",),
    "how-many-calls": ("three times",),
    "bound-times-n": ("multiplied",),
    "leader-dies": ("repeats some", "restarts the poll"),
    "keys": ("recorded once",),
    "plain-strings": ("none of the four",),
    "constants": ("no other mistake", "raw strings"),
    "typed": ("three of the four",),
    "digits": ("converts", "parser"),
    "two-orders": ("in between",),
    "three-orders": ("66",),
    "smallest-list": ("two listeners", "with one listener"),
    "bus-killed": ("is lost", "no record says so"),
    "outbox-killed": ("is late", "has to expire"),
    "killed-after": ("two receipts", "run twice", "done twice"),
    "which-listener": ("only the key",),
    "behind-brokers": ("also deliver one twice", "too often"),
    "nest-errors": ("2.0.1",),
    "nest-scope": ("can change when",),
    "nest-options": ("never called", "waited for only"),
    "nest-compiled": ("compile target",),
}
"""For each question, phrases of its answer, its feedback or what follows it, which must not stand before it."""

ALLOWED = {
    "which-fail": ("With `detached`, the poll starts", "a strategy is defined before you are asked about it"),
    "hook-fails": ("log_out", "a listener's name, in which *log* is part of a verb"),
    "two-hundred": ("return 200", "the code under study: in it, 200 and 500 stand side by side"),
    "errors-seen": ("K  lost    skipped:", "the list of all fates defines the choices"),
    "behind-brokers": ("What happened: 4 receipts", "the question is whether a broker differs from the outbox"),
    "which-listener": ("key", "the code under study: the other two versions stand beside it"),
    "in-sequence": ("subscribed", "that a topic stays subscribed is the claim of the whole notebook"),
    "how-much-runs": ("with nothing done", "a measurement of an option of Nest"),
    "typed": ("listener", "the fourth mistake is named in each of the three questions about the four"),
}
"""For each question, part of the sentences that contain its answer and may stand before it, and the reason."""
