# SPDX-License-Identifier: Apache-2.0
"""Cashiers' days, the ledger of a store, a close step by step, readings as columns, and the limits of a gateway: as the program says them, where it does."""

import array
import datetime as dt
import json
from decimal import Decimal
import threading

import pytest
import same
from test_kept import ACCOUNTS, at, both, now, PAYMENTS, POLICY, READINGS, stamp, WATER  # noqa: F401
from test_outbox import METERS, command
from test_signed import NOW, REALM, SECRET

import meterbill
from meterbill import errors, gateway

pytestmark = pytest.mark.skipif(not same.PROGRAM, reason="MBILL_PROGRAM does not name the program")
JANUARY = dt.date(2026, 1, 1), dt.date(2026, 2, 1)


def test_cashiers(both):  # noqa: F811
    store, program = both
    store.billing.issue(at=at(2, 2))
    program("bill", "issue", "all", *stamp(at(2, 2)))
    store.put_rows("payments", PAYMENTS)
    program("bill", "pay", program.file("payments.csv", PAYMENTS))
    cashiers, day = store.cashiers, dt.date(2026, 2, 11)
    assert cashiers.days() == program("cashier", "show")["days"] and [one["taken"] for one in cashiers.days()] == ["30", "50"]
    words = ("--channel", "1", "--day", "2026-02-11")
    for file in ("receipt,amount\n1001,30\n", "receipt,amount\n1001,31\n7,5\n", "receipt,amount\n"):
        ours = cashiers.compare(1, day, file)
        theirs = program.text("cashier", "compare", program.file("file.csv", file), *words, code=1 if ours["differences"] else 0)
        assert ours == json.loads(theirs)
    closing = ("cashier", "close", "chen", *words, "--counted", "29.5", "--note", "till", *stamp(at(2, 12)))
    closed = cashiers.close("chen", 1, day, "29.5", at=at(2, 12), note="till")
    assert closed == program(*closing)["day"] == cashiers.close("chen", 1, day, Decimal("29.5"), at=at(2, 12), note="till") and closed["difference"] == "-0.5"
    other = same.python(cashiers.close, "chen", 1, day, 30, at=at(2, 12))
    assert other == program.refusal("cashier", "close", "chen", *words, "--counted", "30", *stamp(at(2, 12)))
    assert cashiers.days() == program("cashier", "show")["days"]
    with pytest.raises(errors.MeterbillError) as caught:
        cashiers.compare(1, day, "receipt,amount\n0,1\n")
    assert caught.value.index == 2


def test_the_ledger_of_a_store(both, tmp_path):  # noqa: F811
    store, program = both
    number = store.account_number("A1")
    ledger = store.ledger
    paid = {"id": "101112131415161718191a1b1c1d1e1f", "account": number, "amount": Decimal("20"), "at": at(2, 3)}
    assert ledger.do_line({"do": "open", "id": "30" * 16, "account": number}, policy="DLT", at=at(2, 3)).ok
    before = ledger.verify()
    assert ledger.do("top_up", **paid).result == "OK" and ledger.do("top_up", **paid).result == "EXISTS"
    assert ledger.verify() == before + 1 == ledger.rebuild()
    assert ledger.account(number)["credit"] is not None
    ledger.tick(at(2, 4))
    store.backup(tmp_path / "again.db")
    program.db = tmp_path / "again.db"
    program.text("ledger", "export", str(tmp_path / "journal"))
    journal = ledger.journal()
    assert journal == (tmp_path / "journal").read_bytes()
    with meterbill.Store.open(tmp_path / "empty.db", create=True) as other:
        for bad in (journal[:-1], b"", b"x" * 100):
            with pytest.raises(errors.MeterbillError):
                other.ledger.replay(bad)
        other.ledger.replay(journal)
        other.ledger.replay(journal)
        assert other.ledger.verify() == ledger.verify() and other.ledger.journal() == journal
        assert other.ledger.do_line({"do": "open", "id": "20" * 16, "account": 900}, policy="DLT", at=at(2, 5)).ok
        with pytest.raises(errors.MeterbillError):
            ledger.replay(other.ledger.journal()[:-7])
    with pytest.raises(errors.MeterbillError):
        ledger.account(999)


@pytest.fixture
def town(tmp_path):
    with meterbill.Store.open(tmp_path / "town.db", create=True) as store:
        for what, document in (("billing_policy", POLICY), ("tariff", WATER), ("accounts", ACCOUNTS)):
            store.put(what, document)
        yield store


def test_a_close_step_by_step(town, tmp_path):
    town.put_rows("readings", READINGS.replace("W3,2026-02-01T00:00+08:00,30\n", ""))
    said = []
    for sums in town.closing(*JANUARY, at=at(2, 1), budget=1):
        said.append((sums["done"], sums["contracts"], sums["billed"], sums["refused"]))
        town.ledger.tick(at(2, 1))  # between two steps the store may be used
    assert said[-1] == (3, 3, 2, 1) and [done for done, *_ in said[:3]] == [1, 2, 3]
    assert sums["total"] == 90 and sums["refusals"][0]["account"] == "A3"
    told = []
    again = town.close_span(*JANUARY, at=at(2, 1), progress=lambda done, of: told.append((done, of)))
    assert (again["already"], again["billed"], told[-1]) == (2, 0, (3, 3))
    # One that is left in the middle is simply begun again; what its callback raises ends it.
    for _ in town.closing(dt.date(2026, 2, 1), dt.date(2026, 3, 1), at=at(3, 1), budget=1):
        break
    with pytest.raises(ZeroDivisionError):
        town.close_span(*JANUARY, at=at(2, 1), progress=lambda done, of: 1 // 0)
    walk = town.closing(*JANUARY, at=at(2, 1), budget=1)
    next(walk)
    town.close()
    with pytest.raises(ValueError):
        next(town.closing(*JANUARY, at=dt.datetime(2026, 2, 1)))
    assert next(walk)["done"] == 2  # the close keeps what it is in
    walk.close()
    with pytest.raises(errors.ClosedError):
        next(town.closing(*JANUARY, at=at(2, 1)))


def test_an_empty_span_and_a_budget_of_nothing(town):
    for call in (lambda: town.close_span(*JANUARY[::-1], at=at(2, 1)), lambda: list(town.closing(*JANUARY, at=at(2, 1), budget=0))):
        with pytest.raises(errors.MeterbillError) as caught:
            call()
        assert caught.value.status is meterbill.Status.E_RANGE


def test_readings_as_columns(town):
    registers = [town.register_number(meter) for meter in ("W1", "W2", "W3")]
    assert registers == [town.register_number(meter, "volume") for meter in ("W1", "W2", "W3")]
    first, last = int(at(1, 1).timestamp()), int(at(2, 1).timestamp())
    columns = {"registers": array.array("q", registers * 2), "times": array.array("q", [first] * 3 + [last] * 3), "values": array.array("q", [0] * 3 + [10_000_000, 20_000_000, 30_000_000])}
    assert town.ingest(**columns) == {"added": 6, "same": 0, "corrected": 0, "behind_bill": 0}
    assert town.put_rows("readings", READINGS)["same"] == 6
    assert town.ingest(**columns, marks=bytes(6))["same"] == 6
    assert town.close_span(*JANUARY, at=at(2, 1))["billed"] == 3
    columns["values"][5] += 1_000_000
    with pytest.raises(errors.MeterbillError) as caught:
        town.ingest(**columns)
    assert caught.value.status is meterbill.Status.E_EXISTS_DIFFERENT and caught.value.index == 5
    assert town.ingest(**columns, correct=True) == {"added": 0, "same": 5, "corrected": 1, "behind_bill": 1}
    for wrong in ({**columns, "times": columns["times"][:5]}, {**columns, "values": array.array("q")}, {**columns, "ends": columns["times"][:1]}, {**columns, "marks": b"x"},
                  {**columns, "registers": [99] * 6}):
        with pytest.raises(errors.MeterbillError):
            town.ingest(**wrong)
    for wrong in ({**columns, "values": array.array("d", [1.0] * 6)}, {**columns, "times": None}, {**columns, "values": [1.5] * 6}):
        with pytest.raises(TypeError):
            town.ingest(**wrong)
    with pytest.raises(errors.MeterbillError):
        town.register_number("W9")


def test_stores_in_eight_threads(tmp_path):
    seen = []

    def work(number):
        with meterbill.Store.open(tmp_path / f"{number}.db", create=True) as store:
            for what, document in (("billing_policy", POLICY), ("tariff", WATER), ("accounts", ACCOUNTS)):
                store.put(what, document)
            store.put_rows("readings", READINGS)
            for sums in store.closing(*JANUARY, at=at(2, 1), budget=1):
                seen.append(sums["done"])
            seen.append(sums["total"])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen.count(180) == 8 and seen.count(1) == seen.count(2) == 8


def test_a_gateway():
    signers = [meterbill.Signer(SECRET), meterbill.Signer(bytes(range(2, 34)))]
    roles = {"relay": signers[0], "root": signers[1]}
    document = {"meterbill": 1, "kind": "keyset", "version": 1, "ends": "2027-01-01T00:00:00Z", "threshold": 1, "roots": [signers[1].public().hex()],
                "keys": [{"public": signers[0].public().hex(), "role": "relay", "begins": "2026-01-01T00:00:00Z", "ends": "2027-01-01T00:00:00Z", "longest_s": 600, "prefix": "",
                          "quota": {"commands": 2}}]}
    keyset = meterbill.Keyset.pin([signers[1].public()], threshold=1, version=0).next(roles["root"].sign_keyset(meterbill.Keyset.payload(document), realm=REALM), realm=REALM)
    trip = signers[0].sign(command(1), realm=REALM)
    assert gateway.signer(trip) == meterbill.kid(signers[0].public())
    with pytest.raises(errors.MeterbillError):
        gateway.signer(trip, 1)
    state = gateway.count_quota(trip, keyset=keyset, realm=REALM, now=NOW)
    state = gateway.count_quota(trip, state, keyset=keyset, realm=REALM, now=NOW)
    with pytest.raises(errors.CommandError) as caught:
        gateway.count_quota(trip, state, keyset=keyset, realm=REALM, now=NOW)
    assert caught.value.status is meterbill.Status.E_QUOTA
    pace = gateway.count_pace(command(1), limit=1, now=NOW)
    assert gateway.count_pace(command(1, "alarm_on"), pace, limit=1, now=NOW) == pace
    with pytest.raises(errors.CommandError) as caught:
        gateway.count_pace(command(2), pace, limit=1, now=NOW)
    assert caught.value.status is meterbill.Status.E_PACE
    assert gateway.count_pace(command(2), pace, limit=1, now=NOW + dt.timedelta(seconds=61)) != pace
    relays = meterbill.Keyset.trust("relay", [signer.public() for signer in signers])
    group = {"hash": meterbill.targets_hash(METERS).hex(), "targets": 2}
    alarm = signers[0].sign(command(3, "alarm_on", "grp/east", group=group), realm=REALM)
    gateway.check_targets(alarm, METERS, keyset=relays, realm=REALM, now=NOW)
    for message, targets, status in ((alarm, METERS[:1], "E_GROUP"), (trip, METERS, "E_GROUP"), (signers[0].sign(command(4, "trip", "grp/east", group=group), realm=REALM), METERS, "E_THRESHOLD")):
        with pytest.raises(errors.CommandError) as caught:
            gateway.check_targets(message, targets, keyset=relays, realm=REALM, now=NOW)
        assert caught.value.status.name == status
    poor = command(5, **{"if": {"balance_below": "0"}})
    gateway.may_run(poor, now=NOW, balance="-0.01")
    gateway.may_run(command(6, **{"if": {"status": {"mask": "0010", "value": "0010"}}}), now=NOW, status_word=0x50)
    for document, options, status in ((poor, {}, "E_PRECONDITION"), (poor, {"balance": 1}, "E_PRECONDITION"), (poor, {"balance": "-1", "keeps_power": True}, "E_KEEP_POWER"),
                                      (command(7), {"now": NOW.replace(month=2)}, "E_EXPIRED")):
        with pytest.raises(errors.CommandError) as caught:
            gateway.may_run(document, **{"now": NOW, **options})
        assert caught.value.status.name == status
    assert [gateway.judge("trip", answer, status_word=0x0050) for answer in ("none", "accepted")] == ["confirmed"] * 2
    assert (gateway.judge("trip", "accepted"), gateway.judge("trip", "refused"), gateway.judge("trip", "other")) == ("accepted", "refused", "unknown")
    assert (gateway.judge("valve_close", "accepted", valve="closed"), gateway.judge("clock", "none", same=True)) == ("confirmed", "confirmed")
    for call in (lambda: gateway.judge("burn", "none"), lambda: gateway.judge("trip", "maybe")):
        with pytest.raises(errors.MeterbillError):
            call()
    with pytest.raises(ValueError):
        gateway.judge("valve_close", "none", valve="ajar")
    receipt = {"meterbill": 1, "kind": "receipt", "state": "accepted", "at": "2026-01-01T00:01:02Z", "id": f"{1:032x}", "seq": 1, "command": "aa" * 32, "reply": "68010000000000689c006d16"}
    gateway.is_from(receipt, METERS[0])
    with pytest.raises(errors.MeterbillError) as caught:
        gateway.is_from(receipt, METERS[1])
    assert caught.value.status is meterbill.Status.E_ADDRESS
