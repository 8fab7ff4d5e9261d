"""The shop that a reader kills: mistakes are one sentence, and its ledger accounts for each payment."""

import pytest

from eventdemo.core.fates import Fate
from eventdemo.durable.servers import ServerStartError, Valkey
from eventdemo.learn import killable_shop
from eventdemo.learn.killable_shop import Receipts, Shop, ShopError, ShopProcess, killed_behind, receipts_ledger


class NoValkey(Valkey):
    """Isn't installed."""

    def start(self):
        raise ServerStartError("No Valkey is installed.")


@pytest.mark.parametrize(
    ("arguments", "killed", "sentence"),
    [
        (["outbux"], "before", "no engine 'outbux': did you mean 'outbox'?"),
        (["outbox", "with_a_kee"], "before", "no listener 'with_a_kee': did you mean 'with_a_key'?"),
        (["outbox"], "during", "no moment 'during': choose from before, after."),
    ],
)
def test_an_unknown_name_gets_the_nearest_one(arguments, killed, sentence):
    with pytest.raises(ShopError, match=sentence.replace("?", r"\?")):
        Shop(*arguments, killed=killed)


def test_what_is_not_running_cannot_be_killed_or_reopened():
    with pytest.raises(ShopError, match="isn't running"):
        Shop().kill()
    with pytest.raises(ShopError, match="wasn't killed"):
        Shop().reopen()


def test_a_browser_gets_one_sentence(monkeypatch):
    monkeypatch.setattr(killable_shop.sys, "platform", "emscripten")

    with pytest.raises(ShopError, match="Open this notebook on your machine: make lab"):
        Shop("outbox")


def test_a_missing_server_is_one_line(monkeypatch, capsys):
    monkeypatch.setitem(killable_shop.SERVERS, "bullmq", NoValkey)

    assert killed_behind("bullmq") == []
    assert capsys.readouterr().out == "bullmq: No Valkey is installed.\n"


def test_the_ledger_has_payments_with_a_receipt_without_one_and_further_receipts():
    receipts = Receipts("outbox", "after", "send_receipt", {"book": 1, "lamp": 3, "anvil": 0})

    assert [receipts.count(fate) for fate in (Fate.DONE, Fate.LOST_IN_CRASH, Fate.DUPLICATE)] == [2, 1, 2]
    assert receipts_ledger(receipts).splitlines()[1].split()[-3:] == ["2", "1", "2"]


def test_a_kill_waits_until_all_payments_are_stored_and_all_listeners_have_a_receipt_on_its_way(tmp_path):
    process, log = ShopProcess(), tmp_path / "server.log"
    process.folder, process.listeners, process.payments = tmp_path, 2, 3

    ready = []
    for said in ("stored stored paused paused", "stored stored stored paused", "stored stored stored paused paused"):
        log.write_text("\n".join(said.split()))
        ready.append(process.is_ready())

    assert ready == [False, False, True]
