# SPDX-License-Identifier: Apache-2.0
"""Signed commands that a store keeps, from the message to the receipt: Python on one file, the program on a copy of it; both say the same."""

import datetime as dt
import json
import threading

import pytest
import same
from test_kept import ACCOUNTS, POLICY, Program, WATER
from test_signed import REALM, ROOT_SECRET, SECRET, TRIP

import meterbill
from meterbill import errors

pytestmark = pytest.mark.skipif(not same.PROGRAM, reason="MBILL_PROGRAM does not name the program")
NOW = dt.datetime(2026, 1, 1, 0, 1, tzinfo=dt.UTC)
METERS = ["e/000000000001", "e/000000000002"]
MEANS = {"meterbill": 1, "kind": "meter_means", "offset_s": 28800, "password": "123456"}


def later(seconds):
    return NOW + dt.timedelta(seconds=seconds)


def command(number, kind="trip", target=METERS[0], **members):
    return {**TRIP, "command": kind, "target": target, "id": f"{number:032x}", "seq": number, **members}


@pytest.fixture(scope="module")
def gateway():
    return meterbill.Signer(ROOT_SECRET)


class Both:
    """A store, the program on a copy, and who signs."""

    def __init__(self, store, program):
        self.store, self.program = store, program
        self.signers = [meterbill.Signer(SECRET), meterbill.Signer(bytes(range(1, 33)))]
        roles = ["relay", "money"]
        self.keysets = [meterbill.Keyset.trust(role, [one.public()]) for role, one in zip(roles, self.signers, strict=True)]
        self.trusted = [f"{role}:{one.public().hex()}" for role, one in zip(roles, self.signers, strict=True)]

    def now(self, seconds):
        return "--now", later(seconds).isoformat()

    def take(self, document, seconds=0, who=0, **options):
        """Both take it: both answers, or both refusals."""
        message = self.signers[who].sign(document, realm=REALM)
        listed = [self.program.file("meters.txt", "\n".join(options["targets"]) + "\n")] if "targets" in options else []
        account = ["--account", options["account"]] if "account" in options else []
        words = ("command", "take", message.hex(), *listed, "--public", self.trusted[who], "--realm", REALM, *account, *self.now(seconds))
        ours = same.python(self.store.commands.take, message, keyset=self.keysets[who], realm=REALM, at=later(seconds), **options)
        assert ours == (self.program.refusal(*words) if isinstance(ours, tuple) else self.program(*words))
        return ours

    def due(self, seconds, *words, who=0, **options):
        ours = same.python(self.store.commands.due, keyset=self.keysets[who], realm=REALM, at=later(seconds), **options)
        asked = ("command", "due", *words, "--public", self.trusted[who], "--realm", REALM, *self.now(seconds))
        assert ours == (self.program.refusal(*asked) if isinstance(ours, tuple) else {**self.program(*asked)})
        return ours


@pytest.fixture
def both(tmp_path):
    with meterbill.Store.open(tmp_path / "ours.db", create=True) as store:
        for what, document in (("billing_policy", POLICY), ("tariff", WATER), ("accounts", ACCOUNTS)):
            store.put(what, document)
        store.backup(tmp_path / "theirs.db")
        yield Both(store, Program(tmp_path))


def test_a_trip_from_the_message_to_the_receipt(both, gateway):
    store, program = both.store, both.program
    assert both.take(command(1))["verdict"] == "new" and both.take(command(1), 5)["verdict"] == "repeat"
    assert both.take(command(2, "alarm_on"))["commands"][0]["state"] == "verified"
    handed = both.due(10)["commands"]
    assert [one["command"] for one in handed] == ["trip", "alarm_on"]
    assert both.due(11) == {"meterbill": 1, "kind": "commands", "commands": []}
    assert store.commands.list() == program("command", "list")["commands"] and len(store.commands.list("sent")) == 2 and store.commands.list("refused") == []
    # The frames, the meter's replies and what they prove, as the program says them.
    message = bytes.fromhex(handed[0]["message"])
    opened = both.keysets[0].open(message, realm=REALM, now=later(12))
    translator = meterbill.Translator("dlt645", means=MEANS)
    frames = translator.frames(opened, at=later(12))
    means = program.file("means.json", MEANS)
    (program.folder / "means.json").chmod(0o600)
    path = program.file("frames.json", frames.text)
    words = ("--protocol", "dlt645", "--keys", means, *both.now(12))
    assert frames.text == same.program("command", "frame", message.hex(), "--public", both.trusted[0], "--realm", REALM, *words)
    reply, told = bytes.fromhex("68010000000000689C006D16"), bytes.fromhex("68010000000000689106363833378333F616")
    for said in ((b"", b""), (reply, b""), (b"", told), (reply, told)):
        answer = translator.answer(frames, *said, at=later(13))
        hexes = [one.hex() if one else "none" for one in said]
        assert answer.text == same.program("command", "answer", path, *hexes, "--protocol", "dlt645", *both.now(13))
    assert answer.receipt is not None and answer.receipt["state"] == answer.state
    # The receipt, chained and signed by the gateway, settles it in both.
    assert store.commands.last_receipt() == b""
    receipt = gateway.sign_receipt({**answer.receipt, "state": "unknown", "previous": "0" * 64}, realm=REALM)
    for _ in range(2):
        got = store.commands.prove(receipt, key=gateway.public(), realm=REALM, at=later(20))
    program("command", "settle", receipt.hex(), "--public", gateway.public().hex(), "--realm", REALM, *both.now(20))
    assert got.receipt["state"] == "unknown" and store.commands.last_receipt() == receipt
    store.commands.settle(handed[1]["id"], "accepted", at=later(21))
    program("command", "settle", handed[1]["id"], "accepted", *both.now(21))
    assert store.commands.list() == program("command", "list")["commands"]
    signed_by = {"key": gateway.public(), "realm": REALM}
    ask = ("--public", gateway.public().hex(), "--realm", REALM)
    assert store.commands.receipts(**signed_by) == program("command", "receipts", *ask)["receipts"] and len(store.commands.receipts(**signed_by)) == 1
    other = {**signed_by, "realm": "town"}
    assert same.python(store.commands.receipts, **other) == program.refusal("command", "receipts", *ask[:-1], "town")
    # A second receipt that does not follow the first is kept, and then the chain says so.
    gap = gateway.sign_receipt({**answer.receipt, "id": handed[1]["id"], "seq": 2, "command": meterbill.command_hash(bytes.fromhex(handed[1]["message"])).hex(), "state": "refused",
                                "previous": "0" * 64}, realm=REALM)
    store.commands.prove(gap, realm=REALM, key=gateway.public(), at=later(22))
    program("command", "settle", gap.hex(), *ask, *both.now(22))
    broken = same.python(store.commands.receipts, **signed_by)
    assert broken[0] == "MBILL_E_CHAIN" and broken == program.refusal("command", "receipts", *ask)


def test_kept_power_groups_and_status_words(both):
    store, program = both.store, both.program
    root = meterbill.Signer(bytes(range(2, 34)))
    keep = root.sign(command(1, "keep_on"), realm=REALM)
    keyset = meterbill.Keyset.trust("root", [root.public()])
    assert store.commands.take(keep, keyset=keyset, realm=REALM, at=NOW) == program(
        "command", "take", keep.hex(), "--public", f"root:{root.public().hex()}", "--realm", REALM, *both.now(0))
    assert store.commands.kept(at=later(1)) == program("command", "kept", *both.now(1))["kept"] != []
    assert both.take(command(2))[0] == "MBILL_E_KEEP_POWER"
    group = {"hash": meterbill.targets_hash(METERS).hex(), "targets": 2}
    taken = both.take(command(3, "alarm_on", "grp/east", group=group), targets=METERS)
    assert [one["target"] for one in taken["commands"]] == METERS
    assert both.take(command(4, "alarm_on", "grp/east", group=group), targets=METERS[:1])[0] == "MBILL_E_GROUP"
    assert both.take(command(5, "alarm_on", "grp/east", group=group))[0] == "MBILL_E_GROUP"
    both.take(command(6, "alarm_off", METERS[1], **{"if": {"status": {"mask": "0010", "value": "0010"}}}))
    both.take(command(7, "alarm_on", METERS[1], **{"if": {"status": {"mask": "0010", "value": "0010"}}}))
    waits = both.due(10)
    assert [(one["command"], one["target"]) for one in waits["commands"]] == [("alarm_on", METERS[0]), ("alarm_on", METERS[1])]
    said = both.due(20, f"{METERS[1]}=0010", words={METERS[1]: 0x0010})
    assert [(one["command"], one["target"]) for one in said["commands"]] == [("alarm_off", METERS[1]), ("alarm_on", METERS[1])]
    both.take(command(8, "alarm_off", METERS[1], **{"if": {"status": {"mask": "0010", "value": "0010"}}}))
    assert [one["reason"] for one in both.due(30, f"{METERS[1]}=0040", words={METERS[1]: 0x0040})["left_out"]][-1] == "MBILL_E_PRECONDITION"


def test_money_belongs_to_an_account(both):
    assert both.take(command(1, "top_up", amount="20", count=1), who=1)[0] == "MBILL_E_MISUSE"
    assert both.take(command(1, "top_up", amount="20", count=1), who=1, account="nobody")[0] == "MBILL_E_NOT_FOUND"
    assert both.take(command(1), account="A1")[0] == "MBILL_E_MISUSE"
    assert both.take(command(1, "top_up", amount="20", count=1), who=0, account="A1")[0] == "MBILL_E_ROLE"


def test_what_is_refused(both, gateway):
    store, program = both.store, both.program
    assert both.take(command(1), 3600)[0] == "MBILL_E_EXPIRED"
    both.take(command(1))
    assert both.take({**command(1), "id": "fe" * 16})[0] == "MBILL_E_REPLAY"
    assert same.python(store.commands.settle, "99" * 16, "accepted", at=NOW) == program.refusal("command", "settle", "99" * 16, "accepted", *both.now(0))
    assert same.python(store.commands.settle, f"{1:032x}", "confirmed", at=NOW) == program.refusal("command", "settle", f"{1:032x}", "confirmed", *both.now(0))
    for call in (lambda: store.commands.settle("xyz", "accepted", at=NOW), lambda: store.commands.settle("00" * 16, "burnt", at=NOW), lambda: store.commands.list("burnt"),
                 lambda: store.commands.prove(b"", key=b"short", realm=REALM, at=NOW), lambda: store.commands.prove(b"", key=gateway.public(), realm=REALM, at=NOW),
                 lambda: store.commands.due(keyset=both.keysets[0], realm=REALM, at=NOW, words={"e/1=2": 1}), lambda: store.commands.due(keyset=both.keysets[0], realm=REALM, at=NOW, most=-1),
                 lambda: store.commands.due(keyset=both.keysets[0], realm=REALM, at=NOW, words={METERS[0]: 70000})):
        with pytest.raises(errors.MeterbillError):
            call()
    with pytest.raises(ValueError):
        store.commands.take(b"", keyset=both.keysets[0], realm=REALM, at=NOW, targets=["a\nb"])
    closed = meterbill.Keyset.trust("relay", [both.signers[0].public()])
    closed.close()
    with pytest.raises(errors.ClosedError):
        store.commands.take(b"", keyset=closed, realm=REALM, at=NOW)


def test_translators(tmp_path):
    assert meterbill.translator_protocols() == ["dlt645", "cjt188"]
    for protocol in ("x10", "", "dlt645\0"):
        with pytest.raises(errors.MeterbillError):
            meterbill.Translator(protocol)
    with pytest.raises(errors.MeterbillError) as caught:
        meterbill.Translator("dlt645", means={**MEANS, "x": 1})
    assert caught.value.path == "/x"
    document = command(7, "read", di="04000503")
    for made in (command(7), command(7, "tariff", hash="00" * 32, switch="2026-01-01T00:02:00Z"), document, command(7, "read", "w/11", di="1")):
        ours = same.python(lambda made=made: meterbill.Translator("dlt645").frames(made, at=NOW).text)
        assert ours == same.program("command", "frame", "@it", "--protocol", "dlt645", "--now", NOW.isoformat(), files={"it": same.text_of(made)}, folder=tmp_path)
    translator = meterbill.Translator("dlt645")
    frames = translator.frames(document, at=NOW)
    assert translator.answer(frames, at=NOW).receipt is None and translator.answer(frames.text, at=NOW).state == "unknown"
    seen = []
    threads = [threading.Thread(target=lambda: seen.append({translator.frames(document, at=NOW).text for _ in range(200)})) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [{frames.text}] * 8
    with pytest.raises(errors.MeterbillError):
        translator.answer(json.loads(frames.text) | {"protocol": "cjt188"}, at=NOW)
    translator.close()
    with pytest.raises(errors.ClosedError):
        translator.frames(document, at=NOW)
