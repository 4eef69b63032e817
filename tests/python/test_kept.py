# SPDX-License-Identifier: Apache-2.0
"""Payment bills, tasks and custom charges that a store keeps: Python on one file, the program on a copy of it, step by step; both say and leave the same."""

import datetime as dt
from decimal import Decimal
import json
import shutil
import subprocess

import pytest
import same

import meterbill
from meterbill import errors

pytestmark = pytest.mark.skipif(not same.PROGRAM, reason="MBILL_PROGRAM does not name the program")
ZONE = dt.timezone(dt.timedelta(hours=8))
POLICY = {"meterbill": 1, "kind": "billing_policy", "zone": "CST-8", "due": {"days": 15}, "pays": "amount_first",
          "late_fee": {"rate": "0.0005", "grace_days": 3, "from": "due", "compounds": False, "cap": {"share": "1"}, "round": {"step": "0.01", "how": "half_up"}},
          "reminders": [{"days": -3, "channels": ["app"]}, {"days": 7, "channels": ["app", "sms"]}], "review": {"jump": "0.5", "least": "20"}}
WATER = {"meterbill": 1, "id": "water", "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2026-01-01", "to": None},
         "inputs": {"volume": {"register": "volume", "unit": "m3"}}, "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"},
         "charges": [{"id": "water", "quantity": "volume", "rate": "3"}]}
ACCOUNTS = {"meterbill": 1, "kind": "accounts", "accounts": [
    {"id": f"A{number}", "facts": {"area": "80"}, "contracts": [{"tariff": "water", "from": "2026-01-01", "payment": "postpaid", "meters": [
        {"id": f"W{number}", "registers": [{"register": "volume", "unit": "m3"}]}]}]} for number in (1, 2, 3)]}
READINGS = "meter,time,value\n" + "".join(f"W{number},2026-01-01T00:00+08:00,0\nW{number},2026-02-01T00:00+08:00,{number * 10}\n" for number in (1, 2, 3))
PAYMENTS = "id,account,amount,time,channel,receipt,operator,bill\n" + "".join(
    f"{number:032x},A{number},{amount},2026-02-1{number}T09:30+08:00,1,100{number},chen,\n" for number, amount in ((1, 30), (2, 50)))


def at(month, day, hour=0):
    return dt.datetime(2026, month, day, hour, tzinfo=ZONE)


@pytest.fixture
def both(tmp_path):
    """A store and a copy of its file for the program."""
    with meterbill.Store.open(tmp_path / "ours.db", create=True) as store:
        for what, document in (("billing_policy", POLICY), ("tariff", WATER), ("accounts", ACCOUNTS)):
            store.put(what, document)
        store.put_rows("readings", READINGS)
        store.close_span(dt.date(2026, 1, 1), dt.date(2026, 2, 1), at=at(2, 1))
        store.backup(tmp_path / "theirs.db")
        yield store, Program(tmp_path)


class Program:
    """The program on its copy."""

    def __init__(self, folder):
        self.folder, self.db = folder, folder / "theirs.db"

    def text(self, *words, feed=None, code=0):
        done = subprocess.run([same.PROGRAM, *words[:2], str(self.db), *words[2:], "--json"], input=feed, capture_output=True, timeout=60, check=False)
        assert done.returncode == code, done.stderr.decode()
        return done.stdout.decode()

    def __call__(self, *words):
        return json.loads(self.text(*words))

    def refusal(self, *words):
        error = json.loads(self.text(*words, code=1).splitlines()[-1])
        return error["status"], error.get("path", ""), error["message"]

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        return str(path)


def stamp(when):
    return ("--at", when.isoformat())


def now(when):
    return ("--now", when.isoformat())


def same_step(ours, theirs):
    assert (ours["do"], ours["done"], ours["refused"], ours["booked"]) == (theirs["do"], theirs["done"], theirs["refused"], Decimal(theirs["booked"]))


def test_bills_from_draft_to_write_off(both):
    store, program = both
    bills = store.billing
    same_step(bills.review(2, at=at(2, 2), by="ann", note="seen"), program("bill", "review", "2", *stamp(at(2, 2)), "--by", "ann", "--note", "seen"))
    same_step(bills.review(at=at(2, 2), plain=True), program("bill", "review", "plain", *stamp(at(2, 2))))
    issued = bills.issue(at=at(2, 2))
    same_step(issued, program("bill", "issue", "all", *stamp(at(2, 2))))
    assert issued["done"] == 3 and issued["booked"] == 180
    paid = program("bill", "pay", program.file("payments.csv", PAYMENTS))
    assert store.put_rows("payments", PAYMENTS)["added"] == paid["added"] == 2
    ticked = bills.tick(at=at(2, 27))
    same_step(ticked, program("bill", "overdue", *stamp(at(2, 27))))
    assert ticked["booked"] > 0
    theirs = [json.loads(line) for line in program.text("bill", "remind", *stamp(at(2, 27))).splitlines()]
    assert bills.remind(at=at(2, 27)) == [{**one, "open": Decimal(one["open"])} for one in theirs] and theirs and bills.remind(at=at(2, 27)) == []
    same_step(bills.correct(3, "-5.50", at=at(2, 28)), program("bill", "correct", "3", "--amount", "-5.50", *stamp(at(2, 28))))
    same_step(bills.write_off(3, 7, at=at(3, 1)), program("bill", "writeoff", "3", "--reason", "7", *stamp(at(3, 1))))
    bills.set_priority("A2", 5)
    program.text("bill", "priority", "A2", "5")
    when = at(3, 2)
    assert bills.rows(at=when) == program("bill", "list", *stamp(when))["bills"]
    assert bills.rows(at=when, states=["issued", "part_paid", "overdue"], order="account") == program("bill", "due", *stamp(when))["bills"] != []
    assert bills.rows_text(at=when, account="A2") == program.text("bill", "export", "bills", "--account", "A2", *stamp(when))
    assert bills.rows_text(at=when, what="arrears") == program.text("bill", "export", "arrears", *stamp(when))
    assert len(bills.arrears(at=when)) == 1
    assert bills.rows_text(at=when, csv=True).count("\n") == 4
    for bill in (1, 2, 3):
        assert bills.document(bill) == program("bill", "show", str(bill))
    totals = program("bill", "totals")
    assert bills.totals() == {key: Decimal(value) if isinstance(value, str) else value for key, value in totals.items() if key not in ("meterbill", "kind")}
    score = program("bill", "score", "A1", "--months", "12", "--weight", "amount", "--least", "1", *stamp(when))
    assert bills.score("A1", at=when, months=12, weight="amount", least=1) == (Decimal(score["score"]), score["bills"]) == (1, 1)


def test_bills_refuse_alike(both):
    store, program = both
    bills, when = store.billing, at(2, 2)
    for ours, theirs in (
            (lambda: bills.write_off(1, 1, at=when), ("bill", "writeoff", "1", "--reason", "1", *stamp(when))),
            (lambda: bills.issue(9, at=when), ("bill", "issue", "9", *stamp(when))),
            (lambda: bills.document(9), ("bill", "show", "9")),
            (lambda: bills.correct(1, 5, at=when), ("bill", "correct", "1", "--amount", "5", *stamp(when))),
            (lambda: bills.rows(at=when, account="nobody"), ("bill", "export", "bills", "--account", "nobody", *stamp(when))),
            (lambda: bills.set_priority("nobody", 1), ("bill", "priority", "nobody", "1")),
            (lambda: bills.set_priority("nowhere", 1, place=True), ("bill", "place-priority", "nowhere", "1")),
            (lambda: bills.score("A1", at=when, months=1, weight="count", least=3), ("bill", "score", "A1", "--months", "1", "--weight", "count", "--least", "3", *stamp(when)))):
        said = same.python(ours)
        assert isinstance(said, tuple) and said == program.refusal(*theirs), theirs
    for call in (lambda: bills.rows(at=when, states=["lost"]), lambda: bills.rows(at=when, order="size"), lambda: bills.score("A1", at=when, months=1, weight="luck", least=1)):
        with pytest.raises(ValueError):
            call()
    with pytest.raises(errors.MeterbillError):
        bills.step("pay", 1, at=when, amount=1)
    with pytest.raises(errors.MeterbillError):
        bills.step("burn", 1, at=when)
    store.close()
    with pytest.raises(errors.ClosedError):
        bills.totals()


def test_a_policy_is_tried_out(tmp_path):
    policy = {key: value for key, value in POLICY.items() if key not in ("meterbill", "kind")}
    cycle = {"meterbill": 1, "kind": "cycle", "policy": policy, "bills": [{"id": "january", "amount": "120"}],
             "steps": [{"on": "2026-02-01", "do": "review", "bill": "january"}, {"on": "2026-02-01", "do": "issue", "bill": "january"},
                       {"on": "2026-02-10", "do": "pay", "amount": "20"}, {"on": "2026-03-08", "do": "tick"}, {"on": "2026-03-09", "do": "restore", "bill": "january"}]}
    for document in (cycle, {**cycle, "bills": []}, {**cycle, "kind": "bill"}):
        theirs = same.program("bill", "try", "@cycle", files={"cycle": same.text_of(document)}, folder=tmp_path)
        ours = same.python(meterbill.try_billing, document)
        assert ours == (theirs if isinstance(theirs, tuple) else json.loads(theirs))


AID = {"meterbill": 1, "kind": "task", "id": "a1d00000000000000000000000000001", "title": "winter aid", "made_by": "ann", "dual_control": True,
       "do": {"top_up": {"channel": 9, "amount": "10"}}, "start": "now"}
OFF = {"meterbill": 1, "kind": "task", "id": "a1d00000000000000000000000000002", "made_by": "ann", "dual_control": False, "do": {"switch": "off"}, "start": "now",
       "host": {"lease_s": 60, "parallel": 50, "retry": {"attempts": 3, "delay_s": 30, "growth": "2", "cap_s": 600, "on": ["failed", "no_answer"]}}}
READ = {**OFF, "id": "a1d00000000000000000000000000003", "do": {"read": ["volume"]}, "targets": ["W3"]}


def test_tasks_from_draft_to_done(both):
    store, program = both
    tasks, when = store.tasks, at(2, 1)
    csv = "target,amount\nA1,\nA2,25\n"
    theirs = program("task", "add", program.file("aid.json", AID), program.file("targets.csv", csv), *now(when))
    assert [tasks.add(AID, targets=csv, at=when)] == theirs["tasks"] and [tasks.add(AID, targets=csv, at=when)] == theirs["tasks"]
    assert [tasks.step("approve", AID["id"], by="bob", at=at(2, 1, 8))] == program("task", "approve", AID["id"], "--by", "bob", *now(at(2, 1, 8)))["tasks"]
    ran = program("task", "run", *now(at(2, 1, 8)))
    assert tasks.run(at=at(2, 1, 8)) == {key: ran[key] for key in ("done", "refused", "left")} and ran["done"] == 2
    assert [tasks.get(AID["id"])] == program("task", "show", AID["id"])["tasks"]
    assert [tasks.add(OFF, selection='{"register": "volume"}', at=when)] == program("task", "add", program.file("off.json", OFF), "--selection", '{"register": "volume"}', *now(when))["tasks"]
    assert [tasks.add(READ, at=when)] == program("task", "add", program.file("read.json", READ), *now(when))["tasks"]
    work = tasks.due(at=when)
    assert work == [json.loads(line) for line in program.text("task", "due", *now(when)).splitlines()] and len(work) == 4
    later = at(2, 1) + dt.timedelta(seconds=10)
    for item, outcome, code, reason in ((work[0], "done", 0, None), (work[0], "done", 0, None), (work[1], "refused", 17, "the relay is stuck"), (work[0], "refused", 0, None)):
        line = {"item": item["item"], "attempt": item["attempt"], "outcome": outcome, **({"code": code} if code else {}), **({"reason": reason} if reason else {})}
        verdict = tasks.answer(item["item"], item["attempt"], outcome, at=later, code=code, reason=reason)
        said = program.text("task", "result", *now(later), feed=(json.dumps(line) + "\n").encode(), code=1 if verdict == "contradicts" else 0)
        assert json.loads(said.splitlines()[0])["verdict"] == verdict
    assert [tasks.step("cancel", READ["id"], by="ann", at=later)] == program("task", "cancel", READ["id"], "--by", "ann", *now(later))["tasks"]
    assert tasks.list() == program("task", "list")["tasks"] and len(tasks.list()) == 3
    assert json.loads(meterbill.canonical_task(AID, csv))["targets"] and meterbill.canonical_task(meterbill.canonical_task(AID, csv)) == meterbill.canonical_task(AID, csv)


def test_tasks_refuse_alike(both):
    store, program = both
    tasks, when = store.tasks, at(2, 1)
    unknown, aid = "ab" * 16, {**AID, "targets": ["A1"]}
    tasks.add(aid, at=when)
    program("task", "add", program.file("aid.json", aid), *now(when))
    for ours, theirs in (
            (lambda: tasks.add({**AID, "do": {}}, at=when), ("task", "add", program.file("none.json", {**AID, "do": {}}), *now(when))),
            (lambda: tasks.add({**aid, "title": "other"}, at=when), ("task", "add", program.file("other.json", {**aid, "title": "other"}), *now(when))),
            (lambda: tasks.add(OFF, selection='{"under": "west"}', at=when), ("task", "add", program.file("off.json", OFF), "--selection", '{"under": "west"}', *now(when))),
            (lambda: tasks.step("approve", AID["id"], by="ann", at=when), ("task", "approve", AID["id"], "--by", "ann", *now(when))),
            (lambda: tasks.step("resume", AID["id"], by="bob", at=when), ("task", "resume", AID["id"], "--by", "bob", *now(when))),
            (lambda: tasks.run(unknown, at=when), ("task", "run", unknown, *now(when))),
            (lambda: tasks.due(AID["id"], at=when), ("task", "due", AID["id"], *now(when))),
            (lambda: tasks.get(unknown), ("task", "show", unknown))):
        said = same.python(ours)
        assert isinstance(said, tuple) and said == program.refusal(*theirs), theirs
    with pytest.raises(errors.MeterbillError) as caught:
        tasks.add({**AID, "id": unknown, "targets": ["A1", "nobody"]}, at=when)
    assert caught.value.index == 1 and "nobody" in caught.value.message
    for call in (lambda: tasks.add(OFF, targets="target\nW1\n", selection="{}", at=when), lambda: tasks.step("burn", AID["id"], by="bob", at=when), lambda: tasks.due(at=when, most=0),
                 lambda: tasks.get("no id"), lambda: tasks.answer(unknown, 1, "lost", at=when)):
        with pytest.raises(errors.MeterbillError):
            call()
    assert tasks.answer(unknown, 1, "done", at=when) == "never_out"


FEE = {"meterbill": 1, "kind": "charge", "id": "property-fee", "title": "property fee", "zone": "CST-8", "every": {"months": 1}, "from": "2026-01-01",
       "due": {"at": "start", "days": 9}, "prorate": "days", "rates": [{"from": "2026-01-01", "rate": "2.5", "fact": "area"}, {"from": "2026-03-11", "rate": "2.6", "fact": "area"}],
       "round": {"step": "0.01", "how": "half_up"}, "to": "balance", "accounts": ["A1", {"account": "A2", "from": "2026-02-10", "suspended": ["2026-03-01/2026-03-06"]}]}


def same_run(ours, text):
    *periods, sums = [json.loads(line) for line in text.splitlines()]
    assert ours["periods"] == [{**one, "amount": Decimal(one["amount"])} if "amount" in one else one for one in periods]
    assert {**ours, "total": str(ours["total"])} | {"periods": 0} == {key: sums[key] for key in ("charged", "refused", "waiting", "total")} | {"periods": 0}


def test_charges(both):
    store, program = both
    charges, when = store.charges, at(3, 15)
    charges.put(FEE)
    charges.put(FEE)
    assert program("charge", "add", program.file("fee.json", FEE))["charges"] == charges.list()
    planned = charges.run(at=when, preview=True)
    same_run(planned, program.text("charge", "preview", *now(when)))
    charged = charges.run("property-fee", at=when)
    same_run(charged, program.text("charge", "run", "property-fee", *now(when)))
    assert charged["total"] == planned["total"] > 0 and charged["charged"] == 5 and charges.run(at=when)["charged"] == 0
    charges.end("property-fee", dt.date(2026, 7, 1))
    assert program("charge", "end", "property-fee", "--from", "2026-07-01")["charges"] == charges.list()
    assert meterbill.canonical_charge(meterbill.canonical_charge(FEE)) == meterbill.canonical_charge(FEE)
    for ours, theirs in (
            (lambda: charges.put({**FEE, "rates": []}), ("charge", "add", program.file("none.json", {**FEE, "rates": []}))),
            (lambda: charges.put({**FEE, "prorate": "whole"}), ("charge", "add", program.file("whole.json", {**FEE, "prorate": "whole"}))),
            (lambda: charges.put({**FEE, "id": "f", "accounts": ["nobody"]}), ("charge", "add", program.file("who.json", {**FEE, "id": "f", "accounts": ["nobody"]}))),
            (lambda: charges.end("rent", dt.date(2026, 7, 1)), ("charge", "end", "rent", "--from", "2026-07-01")),
            (lambda: charges.run("rent", at=when), ("charge", "run", "rent", *now(when)))):
        said = same.python(ours)
        assert isinstance(said, tuple) and said == program.refusal(*theirs), theirs


WATCH = {"meterbill": 1, "kind": "alarms", "channels": ["app"], "alarms": {
    "balance": {"watches": "balance", "decimals": 2, "levels": [{"name": "low", "when": "at_or_below", "limit": "20", "deadband": "5", "notice": {"channels": ["app"], "max_count": 1}}]},
    "leak": {"watches": "meter", "decimals": 1, "when": "above", "limit": "5", "on_s": 10, "off_s": 5}}}
SAMPLES = [{"t": t, "alarm": "leak", "key": "W1", "v": value} for t, value in ((1_769_904_000, "6"), (1_769_904_020, "7"), (1_769_904_040, "1"), (1_769_904_060, "1"))]
TOP_UP = "id,account,amount,time\n" + f"{9:032x},A1,10,2026-02-03T00:00:00Z\n"


def test_alarms(both):
    store, program = both
    alarms = store.alarms
    said = program("alarm", "put", "homes", program.file("alarms.json", WATCH))
    assert alarms.put("homes", WATCH) == {key: said[key] for key in ("added", "same")} and alarms.put("homes", WATCH)["same"] == 1
    assert alarms.choose("homes", "{}") == program("alarm", "choose", "homes", "--selection", "{}")["accounts"] == 3
    store.put_rows("top_ups", TOP_UP)
    subprocess.run([same.PROGRAM, "db", "import", str(program.db), program.file("top.csv", TOP_UP)], check=True, capture_output=True, timeout=60)
    done = subprocess.run([same.PROGRAM, "alarm", "run", "homes", "--store", str(program.db), "--json"], input="".join(json.dumps(line) + "\n" for line in SAMPLES).encode(), capture_output=True, timeout=60, check=False)
    answers = alarms.run("homes", SAMPLES)
    assert answers == [json.loads(line) for line in done.stdout.decode().splitlines()] and answers
    assert alarms.events() == [json.loads(line) for line in program.text("alarm", "events").splitlines()] and alarms.events()
    assert alarms.events(account="A2") == [] and alarms.events(account="A1") and len(alarms.run("homes", SAMPLES)) == 0 and alarms.events(end=at(1, 1)) == []
    alarms.tick(at=at(2, 5))
    program.text("alarm", "tick", *stamp(at(2, 5)))
    assert alarms.configurations() == program("alarm", "list")["configs"]
    for ours, theirs in ((lambda: alarms.default("none at all"), ("alarm", "default", "none at all")), (lambda: alarms.events(account="nobody"), ("alarm", "events", "--account", "nobody")),
                         (lambda: alarms.put("homes", {**WATCH, "alarms": {}}), ("alarm", "put", "homes", program.file("none.json", {**WATCH, "alarms": {}}))),
                         (lambda: alarms.choose("lost", "{}"), ("alarm", "choose", "lost", "--selection", "{}"))):
        said = same.python(ours)
        assert isinstance(said, tuple) and said == program.refusal(*theirs), theirs


def test_what_is_kept_stays(both, tmp_path):
    """The file is the whole of it: a copy says the same of bills, tasks and charges."""
    store, _ = both
    store.charges.put(FEE)
    store.tasks.add(READ, at=at(2, 1))
    said = store.billing.rows(at=at(2, 2)), store.tasks.list(), store.charges.list()
    store.close()
    shutil.copy(tmp_path / "ours.db", tmp_path / "copy.db")
    with meterbill.Store.open(tmp_path / "copy.db") as copy:
        assert (copy.billing.rows(at=at(2, 2)), copy.tasks.list(), copy.charges.list()) == said
