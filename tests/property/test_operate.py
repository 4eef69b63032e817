# SPDX-License-Identifier: Apache-2.0
"""Tasks and custom charges against their models: lives with random answers, lost ones, late ones and ones given twice; periods and their parts by fractions."""

import calendar
import collections
import datetime
import hashlib
import json
import pathlib
import zoneinfo
from fractions import Fraction

import model_numbers
import model_task as model
import pytest
from conftest import Driver, Refused
from hypothesis import given, strategies as st

T0 = 1767225600  # 2026-01-01
EPOCH = datetime.date(1970, 1, 1)


class Operate(Driver):
    """Its refusals are the status alone."""

    def ask(self, *words):
        self.process.stdin.write(("\t".join(str(word) for word in words) + "\n").encode())
        self.process.stdin.flush()
        answer = self.process.stdout.readline().decode().rstrip("\n").split("\t")
        assert answer[0] in ("ok", "no"), f"the driver ended at {words!r}"
        if answer[0] == "no":
            raise Refused([answer[1], "-1", "", "refused"])
        return answer[1:]


@pytest.fixture(scope="module")
def operate(program):
    path = pathlib.Path(program).with_name("operate_driver")
    if not path.exists():
        pytest.skip("a build of numbers and calendar alone has no tasks")
    running = Operate(str(path))
    yield running
    running.end()


# --- tasks ---------------------------------------------------------------------------------------------------------------------------

@st.composite
def retries(draw):
    retry = {"attempts": draw(st.integers(2, 4)), "delay_s": draw(st.integers(0, 100)),
             "on": draw(st.lists(st.sampled_from(["failed", "busy", "no_answer"]), min_size=1, unique=True))}
    if draw(st.booleans()):
        retry.update(growth=draw(st.sampled_from(["1", "1.5", "2", "3.333"])), cap_s=retry["delay_s"] + draw(st.integers(0, 400)))
    return retry


@st.composite
def starts(draw):
    kind = draw(st.sampled_from(["now", "at", "every", "every"]))
    if kind == "now":
        return "now"
    if kind == "at":
        return {"at": "2026-01-01T%02d:00:00Z" % draw(st.integers(0, 23))}
    day = datetime.date(2025, 12, 20) + datetime.timedelta(draw(st.integers(0, 110)))
    start = {"every": {draw(st.sampled_from(["days", "weeks", "months", "quarters", "years"])): draw(st.integers(1, 3))}, "from": day.isoformat(),
             "time": draw(st.sampled_from(["00:00", "02:30", "23:59"])), "zone": draw(st.sampled_from(["CET-1CEST,M3.5.0,M10.5.0/3", "CST-8"])),
             "missed": draw(st.sampled_from(["each", "latest"]))}
    if draw(st.booleans()):
        start["until"] = (day + datetime.timedelta(draw(st.integers(1, 60)))).isoformat()
    return start


@st.composite
def tasks(draw):
    host = {"lease_s": draw(st.integers(1, 200))}
    if draw(st.booleans()):
        host["parallel"] = draw(st.integers(1, 4))
    if draw(st.integers(0, 3)):
        host["retry"] = draw(retries())
    document = {"meterbill": 1, "kind": "task", "id": "%032x" % draw(st.integers(1, 2**64)), "made_by": "ann", "dual_control": draw(st.integers(0, 3)) == 0,
                "do": {"switch": "off"}, "start": draw(starts()), "host": host, "targets": [f"M{n}" for n in range(draw(st.integers(1, 6)))]}
    if draw(st.booleans()):
        document["expires_after_s"] = draw(st.sampled_from([1, 60, 1000, 100000]))
    return document


EVENTS = st.one_of(st.tuples(st.just("due"), st.integers(0, 7)), st.tuples(st.just("pump"), st.integers(1, 6)),
                   st.tuples(st.just("answer"), st.integers(0, 5), st.integers(0, 2), st.sampled_from([1, 1, 1, 2, 3, 4, 5]), st.booleans()),
                   st.tuples(st.just("step"), st.integers(1, 4), st.sampled_from(["ann", "bob"])))
WAITS = st.one_of(st.integers(0, 120), st.integers(0, 120), st.sampled_from([3600, 86400, 40 * 86400]))


def compare(operate, own):
    answer = [int(word) for word in operate.ask("state")]
    assert answer[:7] == [own.life, own.run, own.at, own.ends, own.finished, own.missed, own.begun], answer
    items = [tuple(answer[i:i + 5]) for i in range(7, len(answer), 5)]
    assert items == [(item.state, item.attempts, item.outcome, item.counts, item.at) for item in own.items]
    return items


@given(document=tasks(), events=st.lists(st.tuples(WAITS, EVENTS), max_size=40))
def test_lives_of_tasks(operate, document, events):
    now = T0
    own = model.Task(document, now)
    assert [int(word) for word in operate.ask("task", json.dumps(document), now)] == [own.life, own.run, own.at, own.ends]
    done, begun = set(), 0
    for wait, event in events:
        now += wait
        if event[0] == "due":
            words = operate.ask("due", now, event[1])
            work = [(words[i], int(words[i + 1]), int(words[i + 2]), int(words[i + 3])) for i in range(0, len(words), 4)]
            assert work == own.hand_out(now, event[1])
        elif event[0] == "pump":  # nobody answers for a while
            for _ in range(event[1]):
                now += 150
                assert operate.ask("due", now, 7)[::4] == [work[0] for work in own.hand_out(now, 7)]
        elif event[0] == "answer" and own.items:
            item = own.items[event[1] % len(own.items)]
            attempt = item.attempts - event[2]
            verdict = own.answer(item, attempt, event[3], now)
            assert int(operate.ask("result", item.id, attempt, event[3], now)[0]) == verdict
            if event[4]:  # once more
                again = int(operate.ask("result", item.id, attempt, event[3], now)[0])
                assert again == own.answer(item, attempt, event[3], now) and again not in (model.TAKEN, model.LATE_TAKEN)
        elif event[0] == "step":
            try:
                operate.ask("step", event[1], event[2], now)
                allowed = True
            except Refused as refusal:
                assert refusal.status == "MBILL_E_INVALID"
                allowed = False
            assert allowed == own.step(event[1], event[2], now)
        items = compare(operate, own)
        done, begun = (done if begun == own.finished else set()), own.finished
        states = collections.Counter(state for state, *_ in items)
        assert sum(states.values()) == len(items) and states[model.I_OUT] <= own.parallel
    for item in own.items:
        assert item.state != model.I_DONE or item.outcome == model.O_DONE
        risky = [attempt for attempt, outcome in item.history.items() if outcome == model.O_NO_ANSWER and attempt < item.attempts]
        assert not risky or (own.retry and "no_answer" in own.retry["on"]), "what may have been done was handed out again"


# --- custom charges --------------------------------------------------------------------------------------------------------------------

HOWS = ["half_up", "half_even", "down", "up", "floor", "ceiling"]


def text_of(value, scale):
    """An exact decimal of a scaled integer."""
    whole, rest = divmod(value, 10**scale)
    return f"{whole}.{rest:0{scale}}"


@st.composite
def charges(draw):
    first = datetime.date(2026, 1, 1) + datetime.timedelta(draw(st.integers(-40, 400)))
    rates, day = [], first - datetime.timedelta(draw(st.integers(0, 50)))
    for _ in range(draw(st.integers(1, 4))):
        nano = draw(st.integers(0, 10**13))
        rates.append({"from": day.isoformat(), "amount": text_of(nano, 9)} if draw(st.booleans()) else {"from": day.isoformat(), "rate": text_of(nano, 9), "fact": draw(st.sampled_from(["area", "persons"]))})
        day += datetime.timedelta(draw(st.integers(1, 90)))
    document = {"meterbill": 1, "kind": "charge", "id": draw(st.sampled_from(["fee", "rent-2", "物业费"])), "zone": draw(st.sampled_from(["CST-8", "CET-1CEST,M3.5.0,M10.5.0/3"])),
                "rates": rates, "round": {"step": draw(st.sampled_from(["0.01", "0.05", "1", "7", "0.000001"])), "how": draw(st.sampled_from(HOWS))}, "to": "balance", "accounts": "all"}
    if draw(st.integers(0, 5)) == 0:
        return dict(document, once=first.isoformat())
    document.update({"every": {draw(st.sampled_from(["days", "weeks", "months", "quarters", "years"])): draw(st.integers(1, 3))}, "from": first.isoformat(),
                     "due": {"at": draw(st.sampled_from(["start", "end"])), "days": draw(st.integers(0, 40))}, "prorate": draw(st.sampled_from(["days", "days", "whole", "full_only"]))})
    if draw(st.booleans()):
        document["until"] = (first + datetime.timedelta(draw(st.integers(1, 500)))).isoformat()
    return document


def later(first, every, n):
    (unit, times), = every.items()
    if unit in ("days", "weeks"):
        return first + datetime.timedelta(n * times * (7 if unit == "weeks" else 1))
    months = first.month - 1 + n * times * {"months": 1, "quarters": 3, "years": 12}[unit]
    year, month = first.year + months // 12, months % 12 + 1
    return datetime.date(year, month, min(first.day, calendar.monthrange(year, month)[1]))


def period_of(document, n):
    """First day, the one behind the last, due day; None: there is none."""
    if "once" in document:
        day = datetime.date.fromisoformat(document["once"])
        return (day, day + datetime.timedelta(1), day) if n == 0 else None
    first = datetime.date.fromisoformat(document["from"])
    begin, end = later(first, document["every"], n), later(first, document["every"], n + 1)
    if "until" in document and begin >= datetime.date.fromisoformat(document["until"]):
        return None
    return begin, end, (end if document["due"]["at"] == "end" else begin) + datetime.timedelta(document["due"]["days"])


def value_of(rows, day):
    """The last of rising (day, value) that has begun; None: none has."""
    known = [value for begin, value in rows if begin <= day]
    return known[-1] if known else None


def price_of(document, n, has, pauses, facts):
    """Amount, days, days of the period by fractions; the amount is None where a fact is not known."""
    begin, end, _ = period_of(document, n)
    until = datetime.date.fromisoformat(document.get("until", "9999-12-31"))
    days = [begin + datetime.timedelta(i) for i in range((end - begin).days)]
    active = [day for day in days if has[0] <= day < min(has[1], until) and not any(a <= day < b for a, b in pauses)]
    prorate = document.get("prorate", "whole")
    if not active or (prorate == "full_only" and len(active) < len(days)):
        return Fraction(0), 0, len(days)
    total = Fraction(0)
    for day in active if prorate == "days" else active[:1]:
        rate = value_of([(datetime.date.fromisoformat(one["from"]), one) for one in document["rates"]], day)
        fact = value_of(facts[rate["fact"]], day) if "fact" in rate else Fraction(1)
        if fact is None:
            return None, len(active), len(days)
        total += Fraction(rate.get("amount", rate.get("rate"))) * fact
    if prorate == "days":
        total /= len(days)
    step = Fraction(document["round"]["step"])
    return model_numbers.round_to(total, step, document["round"]["how"]), len(active), len(days)


def number_of(day):
    return (day - EPOCH).days


@given(document=charges(), data=st.data())
def test_prices_of_periods(operate, document, data):
    operate.ask("charge", json.dumps(document, ensure_ascii=False))
    number = data.draw(st.integers(0, 12))
    known = period_of(document, number)
    if known is None:
        with pytest.raises(Refused) as refused:
            operate.ask("period", number)
        assert refused.value.status == "MBILL_E_NOT_FOUND"
        return
    begin, end, due = known
    zone = zoneinfo.ZoneInfo("Asia/Shanghai" if document["zone"] == "CST-8" else "Europe/Berlin")
    instant = int(datetime.datetime(due.year, due.month, due.day, tzinfo=zone).timestamp())
    assert [int(word) for word in operate.ask("period", number)] == [number_of(begin), number_of(end), number_of(due), instant]
    near = st.integers(-20, (end - begin).days + 20).map(lambda n: begin + datetime.timedelta(n))
    has = sorted(data.draw(st.tuples(near, near))) if data.draw(st.booleans()) else [datetime.date(1900, 1, 1), datetime.date(2999, 12, 31)]
    cuts = sorted(data.draw(st.lists(near, max_size=6, unique=True)))
    pauses = list(zip(cuts[::2], cuts[1::2]))
    facts = {name: sorted((day, Fraction(micro, 10**6)) for day, micro in data.draw(st.dictionaries(near, st.integers(0, 10**9), max_size=3)).items()) for name in ("area", "persons")}
    for name in facts:
        if data.draw(st.integers(0, 3)):
            facts[name].insert(0, (datetime.date(1900, 1, 1), Fraction(data.draw(st.integers(0, 10**9)), 10**6)))
    words = ",".join(f"{name}:{number_of(day)}:{int(value * 10**6)}" for name, rows in facts.items() for day, value in rows)
    request = ("price", number, number_of(has[0]), number_of(has[1]), ",".join(f"{number_of(a)}:{number_of(b)}" for a, b in pauses), words)
    amount, n_days, of = price_of(document, number, has, pauses, facts)
    if amount is None:
        with pytest.raises(Refused) as refused:
            operate.ask(*request)
        assert refused.value.status == "MBILL_E_NOT_KNOWN"
        return
    assert operate.ask(*request) == [str(int(amount * 10**6)), str(n_days), str(of)]
    name = b"meterbill charge\0" + document["id"].encode() + b"\0A1\0" + number.to_bytes(8, "big")
    assert operate.ask("id", "A1", number) == [hashlib.blake2b(name, digest_size=32).hexdigest()[:32]]


@given(document=charges())
def test_periods_follow_each_other(operate, document):
    """Each day of the charge is in one period."""
    operate.ask("charge", json.dumps(document, ensure_ascii=False))
    behind = None
    for number in range(15):
        if period_of(document, number) is None:
            break
        begin, end = (int(word) for word in operate.ask("period", number)[:2])
        assert behind is None or begin == behind
        behind = end
