"""The findings of `durable_queue`: real processes, really killed."""

from functools import cache

from eventdemo import Fate
from eventdemo.learn.killable_shop import Shop
from eventdemo.simulate import simulate
from eventdemo.simulate.outbox import LEASE_SECONDS
from tests.notebooks.proofs import finding
from tests.notebooks.stored import bundles

VERSIONS = ("send_receipt", "with_a_set", "with_a_table", "with_a_key")


@cache
def killed(engine, *listeners, moment):
    """Kill a shop, reopen it, and return how often each listener sent the receipt for the anvil."""
    shop = Shop(engine, *listeners, killed=moment)
    shop.open()
    shop.kill()
    return {each.listener: each.sent["anvil"] for each in shop.reopen()}


@finding("the payment is stored, its receipt is lost, and no record says so.")
def _():
    assert killed("in-process", moment="before") == {"send_receipt": 0}


@finding("with the outbox no receipt is lost, but the third one is late, by the rest of a lease.")
def _():
    calm, crashed = (simulate("logout", strategy="outbox", users=4, crashes=crashes) for crashes in ((), "A@0.2..0.21"))

    assert killed("outbox", moment="before") == {"send_receipt": 1}
    assert crashed.ledger == calm.ledger == {Fate.DONE: 8}
    assert calm.metrics.last_listener_done < 2 < LEASE_SECONDS <= crashed.metrics.last_listener_done


@finding("the customer has two receipts for the anvil.")
def _():
    assert killed("outbox", *VERSIONS, moment="after")["send_receipt"] == 2


@finding("only the key works, because the mail server gets it together with the mail.")
def _():
    sent = killed("outbox", *VERSIONS, moment="after")

    assert [version for version in VERSIONS if sent[version] == 1] == ["with_a_key"]


@finding("BullMQ and RabbitMQ lose no job either, and also deliver one twice.")
def _():
    stored = (line.split() for bundle in bundles("durable_queue") for line in bundle["text/plain"].splitlines())
    rows = [line for line in stored if line and line[0] in {"bullmq", "rabbitmq"}]  # the suite runs these cells again

    assert [row[-3:] for row in rows] == [["3", "0", "1"]] * 2
