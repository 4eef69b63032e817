# SPDX-License-Identifier: Apache-2.0
"""Lives of bills against the slow model: every state, entry, fee and part of a payment; and the laws that hold of any life."""

import datetime
from fractions import Fraction
import json
import os

from hypothesis import given, settings, strategies as st

from conftest import Driver
import model_cycle as model

FEW = settings(max_examples=int(os.environ.get("PROPERTY_EXAMPLES", "150")))
FIRST = datetime.date(2027, 12, 20)


def text(micro):
    return f"{'-' if micro < 0 else ''}{abs(micro) // 10**6}.{abs(micro) % 10**6:06}"


amounts = st.integers(1, 5 * 10**8).map(text)
rounds = st.fixed_dictionaries({"step": st.sampled_from(["0.000001", "0.01", "0.05", "1"]), "how": st.sampled_from(sorted(model.ROUND))})
caps = st.one_of(st.just("none"), st.fixed_dictionaries({"amount": amounts}), st.fixed_dictionaries({"share": st.sampled_from(["0", "0.0333", "0.1", "1", "2.5"])}),
                 st.fixed_dictionaries({"amount": amounts, "share": st.sampled_from(["0.01", "0.2"])}))
fees = st.one_of(st.just("none"), st.fixed_dictionaries({
    "rate": st.sampled_from(["0.0005", "0.001", "0.000333333", "0.000000001", "0.02"]), "grace_days": st.integers(0, 9), "from": st.sampled_from(["due", "grace"]),
    "compounds": st.booleans(), "cap": caps, "round": rounds}))
dues = st.one_of(st.fixed_dictionaries({"days": st.integers(0, 40)}), st.fixed_dictionaries({"month_day": st.integers(1, 31), "at_least": st.integers(0, 40)}))
reminders = st.lists(st.integers(-20, 30), max_size=4, unique=True).map(lambda days: [{"days": day, "channels": ["app", "sms"]} for day in sorted(days)])
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
written = st.lists(st.integers(0, 140), max_size=6, unique=True).map(lambda days: [
    str(FIRST + datetime.timedelta(day)) if day % 3 else f"{FIRST + datetime.timedelta(day)}/{FIRST + datetime.timedelta(day + 1)}" for day in sorted(days)])
observed = st.one_of(st.just({}), st.fixed_dictionaries({"observed": st.sampled_from(["next_monday", "nearest_weekday", "sunday_to_monday", {"wed": 2, "sun": -6}]), "itself": st.booleans()}))
yearly = st.builds(lambda rule, more: {**rule, **more}, st.one_of(
    st.fixed_dictionaries({"date": st.sampled_from(["12-25", "01-01", "02-29", "03-31"])}, optional={"plus": st.integers(-31, 31)}),
    st.fixed_dictionaries({"nth": st.sampled_from([1, 2, 5, -1]), "weekday": st.sampled_from(WEEK), "month": st.integers(1, 12)}),
    st.fixed_dictionaries({"easter": st.integers(-80, 80)}), st.fixed_dictionaries({"on_or_after": st.just("02-10"), "weekday": st.sampled_from(WEEK)})), observed)
days = st.builds(lambda one, other: one + other, written, st.lists(yearly, max_size=3))
MOVES = st.sampled_from(["stay", "next", "previous"])
off_days = st.fixed_dictionaries({"due": MOVES, "reminders": MOVES}, optional={"weekdays": st.lists(st.sampled_from(WEEK), min_size=1, max_size=6, unique=True), "dates": days.filter(len),
                                                                                "worked": days.filter(len)}).filter(lambda off: "weekdays" in off or "dates" in off)
policies = st.fixed_dictionaries({"zone": st.just("CST-8"), "due": dues, "pays": st.sampled_from(["amount_first", "fee_first"]), "late_fee": fees,
                                  "reminders": reminders, "review": st.just("none")}, optional={"off_days": off_days})
KINDS = ["review", "unreview", "issue", "cancel", "replace", "pay", "unpay", "correct", "dispute", "resolve", "remind", "write_off", "restore", "tick"]
LIKELY = ["pay"] * 6 + ["tick"] * 5 + ["unpay"] * 2 + ["correct"] * 2 + ["dispute", "resolve", "write_off", "restore", "remind"]


@st.composite
def lives(draw):
    names = [f"B{i}" for i in range(draw(st.integers(1, 3)))]
    day, steps = FIRST, []
    for name in names:
        if draw(st.integers(0, 9)):
            steps += [{"on": str(day), "do": kind, "bill": name} for kind in ("review", "issue")]
            day += datetime.timedelta(days=draw(st.integers(0, 3)))
    for _ in range(draw(st.integers(0, 14))):
        day += datetime.timedelta(days=draw(st.sampled_from([0, 0, 1, 2, 7, 30, -1])))
        step = {"on": str(day), "do": draw(st.sampled_from(LIKELY + KINDS)), "bill": draw(st.sampled_from(names))}
        if step["do"] in ("pay", "tick") and draw(st.booleans()):
            del step["bill"]
        if step["do"] in ("pay", "unpay"):
            step["amount"] = draw(amounts)
        if step["do"] == "correct":
            step["amount"] = draw(st.integers(-3 * 10**8, 3 * 10**8).map(text))
        if step["do"] == "write_off":
            step["reason"] = draw(st.integers(0, 3))
        if step["do"] == "remind":
            step["reminder"] = draw(st.integers(0, 4))
        steps.append(step)
    bills = [{"id": name, "amount": draw(st.one_of(amounts, st.integers(-10**8, 0).map(text)))} for name in names]
    return {"meterbill": 1, "kind": "cycle", "policy": draw(policies), "bills": bills, "steps": steps}


def run(driver, document):
    return json.loads(driver.ask("cycle", json.dumps(document))[0])["steps"]


def expect(bills, names, step):
    """What the model says of one step: (place, refusal or answer) of each bill that it concerns, and the rest."""
    if "bill" in step:
        places, parts, rest = [names.index(step["bill"])], {}, Fraction(0)
    elif step["do"] == "pay":
        parts, rest = model.settle(bills, Fraction(step["amount"]))
        places = sorted(parts)
    else:
        places, parts, rest = range(len(bills)), {}, Fraction(0)
    found = []
    for i in places:
        try:
            answer = bills[i].step({**step, "amount": parts[i]} if i in parts else step)
        except model.Refused as refused:
            answer = refused
        found.append((i, answer))
    return found, rest


def compare(bill, name, got, answer, day):
    assert got["bill"] == name
    assert got["state"] == bill.state, got
    assert {key: Fraction(got[key]) for key in ("open", "paid", "fees", "on_time")} == {
        "open": bill.open(), "paid": bill.paid, "fees": bill.fees, "on_time": bill.in_time()}, got
    assert got.get("due") == (None if bill.due is None else str(datetime.date.fromordinal(bill.due)))
    assert got.get("reminder") == bill.reminder(day)
    if isinstance(answer, model.Refused):
        assert got["status"] == str(answer)
        return
    entries, taken, rest = answer
    assert "status" not in got, got
    assert [(one["do"], one["for"], Fraction(one["amount"])) for one in got.get("book", [])] == entries
    assert (Fraction(got.get("taken", "0")), Fraction(got.get("rest", "0"))) == (taken, rest)


@FEW
@given(lives())
def test_lives(program, document):
    driver = Driver(program)
    names = [bill["id"] for bill in document["bills"]]
    bills = [model.Bill(document["policy"], bill["amount"]) for bill in document["bills"]]
    owed = Fraction(0)  # the ledger: what is booked, less payments that bills took and what went back to the account
    for step, got in zip(document["steps"], run(driver, document)):
        found, rest = expect(bills, names, step)
        assert Fraction(got.get("rest", "0")) == rest
        assert len(got["bills"]) == len(found)
        for (i, answer), one in zip(found, got["bills"]):
            compare(bills[i], names[i], one, answer, model.day_of(step["on"]))
            if isinstance(answer, model.Refused):
                continue
            entries, taken, back = answer
            owed += sum({"usage": amount, "correct": -amount, "write_off": -amount, "reverse": amount}[do] for do, _, amount in entries)
            owed += back - taken if step["do"] != "pay" else -taken
            owed += Fraction(step["amount"]) if step["do"] == "unpay" else 0
        assert owed == sum(bill.open() for bill in bills)
    driver.end()


@FEW
@given(lives(), st.lists(st.integers(0, 60), max_size=8))
def test_ticks_change_no_fee(program, document, days):
    """However often somebody looks, the fees at the end are the same."""
    driver = Driver(program)
    if document["policy"]["late_fee"] != "none":
        document["policy"]["late_fee"]["cap"] = "none"  # a cap moves with corrections, and what is booked stays booked
    steps = [step for step in document["steps"] if step["do"] in ("review", "issue")] + [
        step for step in document["steps"] if step["do"] == "pay" and "bill" in step]
    last = max(step["on"] for step in document["steps"] + [{"on": str(FIRST)}])
    end = {"on": str(datetime.date.fromisoformat(last) + datetime.timedelta(days=90)), "do": "tick"}
    extra = [{"on": str(datetime.date.fromisoformat(last) + datetime.timedelta(days=day)), "do": "tick"} for day in sorted(days)]
    plain, ticked = (run(driver, {**document, "steps": steps + more + [end]}) for more in ([], extra))
    assert [one["fees"] for one in plain[-1]["bills"]] == [one["fees"] for one in ticked[-1]["bills"]]
    driver.end()


scored = st.lists(st.tuples(st.integers(0, 800), st.booleans(), st.integers(-5, 10**9), st.integers(-5, 10**9)), max_size=12)


@FEW
@given(st.integers(1, 26), st.sampled_from(["count", "amount"]), st.integers(1, 5), scored, st.integers(0, 800))
def test_score(program, months, weight, least, bills, day):
    base = datetime.date(2026, 1, 31).toordinal()
    epoch = datetime.date(1970, 1, 1).toordinal()
    expected = model.score(months, weight, least, [(base + due, *rest) for due, *rest in bills], base + day)
    words = [word for due, disputed, amount, paid in bills for word in (base + due - epoch, int(disputed), amount, paid)]
    driver = Driver(program)
    ask = ("score", months, ["count", "amount"].index(weight) + 1, least, base + day - epoch, *words)
    assert driver.status(*ask) == "MBILL_E_NOT_KNOWN" if expected is None else driver.number(*ask) == expected
    driver.end()
