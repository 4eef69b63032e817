# SPDX-License-Identifier: Apache-2.0
"""Bills that are paid afterwards, again and slowly: day by day, with exact fractions. Shares no code with the library."""

import datetime
import math
from fractions import Fraction

import model_clock

TAKES = {
    "draft": "review cancel replace", "reviewed": "unreview issue cancel replace", "issued": "pay correct dispute resolve remind",
    "part_paid": "pay unpay correct dispute resolve remind", "paid": "unpay correct dispute resolve",
    "overdue": "pay unpay correct dispute resolve remind write_off", "written_off": "restore", "cancelled": "", "replaced": ""}
ROUND = {
    "half_up": lambda x: math.floor(abs(x) + Fraction(1, 2)) * (1 if x >= 0 else -1),
    "half_even": round, "down": math.trunc, "floor": math.floor, "ceiling": math.ceil,
    "up": lambda x: math.ceil(x) if x > 0 else math.floor(x)}


class Refused(Exception):
    """The status by name."""


def day_of(text):
    return datetime.date.fromisoformat(text).toordinal()


def is_off(off, day):
    """Is a day (ordinal) one of a policy's days off?"""
    date = datetime.date.fromordinal(day)

    def named(entries):
        for entry in entries:
            if isinstance(entry, str):
                first, _, last = entry.partition("/")
                if entry == str(date) or last and first <= str(date) < last:
                    return True
            elif model_clock.is_yearly(entry, date):
                return True
        return False

    return not named(off.get("worked", [])) and (model_clock.WEEKDAYS[date.weekday()] in off.get("weekdays", []) or named(off.get("dates", [])))


def moved(off, way, day):
    while way != "stay" and is_off(off, day):
        day += 1 if way == "next" else -1
    return day


def due_day(policy, issued):
    off, day = policy.get("off_days", {"due": "stay"}), plain_due_day(policy, issued)
    before = moved(off, off["due"], day)
    return before if before >= issued else moved(off, "next", day)


def plain_due_day(policy, issued):
    due = policy["due"]
    if "days" in due:
        return issued + due["days"]
    day = issued + due["at_least"]
    while True:  # the first day that is the wanted one of its month, or its last
        date = datetime.date.fromordinal(day)
        last = (date.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
        if date.day == min(due["month_day"], last.day):
            return day
        day += 1


class Bill:
    """One bill: what was paid to what, and every day that went by."""

    def __init__(self, policy, amount):
        self.policy, self.amount, self.state, self.disputed = policy, Fraction(amount), "draft", False
        self.corrected = self.paid = self.paid_fees = self.fees = self.off = Fraction(0)
        self.due = self.day = self.on_time = None
        self.reminded = -1
        self.daily = []  # open amounts of the days that count; compounding: the fees of those days

    # --- what is owed ---

    def amount_open(self):
        return self.amount + self.corrected - (self.paid - self.paid_fees)

    def open(self):
        return self.amount_open() + self.fees - self.paid_fees if self.live() else Fraction(0)

    def live(self):
        return self.state in ("issued", "part_paid", "paid", "overdue")

    def in_time(self):
        if self.due is None:
            return Fraction(0)
        return self.paid - self.paid_fees if self.on_time is None else self.on_time

    # --- days ---

    def rounded(self, value):
        rule = self.policy["late_fee"]["round"]
        return ROUND[rule["how"]](value / Fraction(rule["step"])) * Fraction(rule["step"])

    def cap(self):
        cap = self.policy["late_fee"]["cap"]
        if cap == "none":
            return None
        found = [Fraction(cap["amount"])] if "amount" in cap else []
        if "share" in cap:
            found.append(Fraction(math.floor(max(self.amount + self.corrected, Fraction(0)) * Fraction(cap["share"]) * 10**6), 10**6))
        return min(found)

    def one_day(self, day):
        """The end of a day."""
        if day == self.due:
            self.on_time = self.paid - self.paid_fees
        fee = self.policy["late_fee"]
        if fee == "none" or not self.live():
            return
        first = self.due + 1 + (fee["grace_days"] if fee["from"] == "grace" else 0)
        if day >= first and not self.disputed and self.amount_open() > 0:
            if not fee["compounds"]:
                self.daily.append(self.amount_open())
            elif self.cap() is None or sum(self.daily) < self.cap():
                self.daily.append(self.rounded((self.amount_open() + sum(self.daily) - self.paid_fees) * Fraction(fee["rate"])))
        if day == self.due + fee["grace_days"] and self.amount_open() <= 0 and day > self.due:
            self.daily = []

    def pass_days(self, day):
        while self.day is not None and self.day < day:
            self.one_day(self.day)
            self.day += 1

    def fee_due(self):
        fee = self.policy["late_fee"]
        if fee == "none" or not self.live() or self.day <= self.due + fee["grace_days"]:
            return Fraction(0)
        whole = sum(self.daily) if fee["compounds"] else self.rounded(sum(self.daily) * Fraction(fee["rate"]))
        if self.cap() is not None:
            whole = min(whole, self.cap())
        return max(whole - self.fees, Fraction(0))

    def settle_state(self):
        if self.live():
            self.state = ("paid" if self.open() == 0 else "overdue" if self.day > self.due else "part_paid" if self.paid > 0 else "issued")

    # --- steps ---

    def give_back(self):
        surplus = -self.amount_open()
        if surplus <= 0:
            return Fraction(0)
        to_fees = min(surplus, self.fees - self.paid_fees)
        self.paid_fees += to_fees
        self.paid -= surplus - to_fees
        return surplus - to_fees

    def step(self, step):
        """(entries, taken, rest) of one step; Refused changes nothing."""
        kind, day = step["do"], day_of(step["on"])
        if kind != "tick" and kind not in TAKES[self.state].split():
            raise Refused("MBILL_E_ORDER")
        amount = Fraction(step.get("amount", "0"))
        if kind in ("dispute", "resolve") and self.disputed == (kind == "dispute"):
            raise Refused("MBILL_E_INVALID")
        if kind in ("pay", "unpay") and amount <= 0 or kind == "correct" and amount == 0 or kind == "write_off" and not step["reason"]:
            raise Refused("MBILL_E_INVALID")
        if kind == "remind" and step["reminder"] >= len(self.policy.get("reminders", [])):
            raise Refused("MBILL_E_INVALID")
        if kind == "unpay" and amount > max(self.paid - self.paid_fees, 0) + self.paid_fees:
            raise Refused("MBILL_E_RANGE")
        self.pass_days(day)
        answer = getattr(self, "do_" + kind)(amount, day, step) or ([], Fraction(0), Fraction(0))
        self.settle_state()
        return answer

    def do_review(self, *_):
        self.state = "reviewed"

    def do_unreview(self, *_):
        self.state = "draft"

    def do_cancel(self, *_):
        self.state = "cancelled"

    def do_replace(self, *_):
        self.state = "replaced"

    def do_issue(self, _, day, __):
        self.state, self.day, self.due = "issued", day, due_day(self.policy, day)
        entries = [("usage", "bill", max(self.amount, Fraction(0)))]
        if self.amount < 0:
            entries.append(("correct", "bill", -self.amount))
        return entries, Fraction(0), self.give_back()

    def do_pay(self, amount, *_):
        taken = min(amount, self.open())
        fees = self.fees - self.paid_fees
        self.paid_fees += min(taken, fees) if self.policy["pays"] == "fee_first" else max(taken - self.amount_open(), Fraction(0))
        self.paid += taken
        return [], taken, amount - taken

    def do_unpay(self, amount, *_):
        of_amount = max(self.paid - self.paid_fees, 0)  # below 0: the bill gave to the account
        self.paid_fees -= max(amount - of_amount, Fraction(0)) if self.policy["pays"] == "fee_first" else min(amount, self.paid_fees)
        self.paid -= amount
        if self.on_time is not None:
            self.on_time = min(self.on_time, self.paid - self.paid_fees)

    def do_correct(self, amount, *_):
        self.corrected += amount
        return [("correct", "difference", -amount)], Fraction(0), self.give_back()

    def do_dispute(self, *_):
        self.disputed = True

    def do_resolve(self, *_):
        self.disputed = False

    def do_remind(self, _, __, step):
        self.reminded = max(self.reminded, step["reminder"])

    def do_write_off(self, *_):
        self.off, self.state = self.open(), "written_off"
        return [("write_off", "write_off", self.off)], Fraction(0), Fraction(0)

    def do_restore(self, *_):
        entries = [("reverse", "write_off", self.off)]
        self.off, self.state = Fraction(0), "overdue"
        return entries, Fraction(0), Fraction(0)

    def do_tick(self, *_):
        due = self.fee_due()
        self.fees += due
        return ([("usage", "late_fee", due)] if due else []), Fraction(0), Fraction(0)

    def reminder(self, day):
        if self.open() <= 0 or self.disputed:
            return None
        off = self.policy.get("off_days", {"reminders": "stay"})
        due = [i for i, one in enumerate(self.policy.get("reminders", [])) if i > self.reminded and moved(off, off["reminders"], self.due + one["days"]) <= day]
        return due[-1] if due else None


def settle(bills, amount):
    """What each bill takes of a payment that names none, by its place."""
    parts = {}
    for i in sorted((i for i, bill in enumerate(bills) if bill.open() > 0), key=lambda i: (bills[i].disputed, bills[i].due, i)):
        parts[i] = min(amount, bills[i].open())
        amount -= parts[i]
    return {i: part for i, part in parts.items() if part > 0}, amount


def score(months, weight, least, bills, day):
    """In 1/10,000, or None; bills are (due, disputed, amount, on_time) with ordinals of days."""
    date = datetime.date.fromordinal(day)
    year, month = divmod(date.year * 12 + date.month - 1 - months, 12)
    last = (datetime.date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - datetime.timedelta(days=1)).day
    first = datetime.date(year, month + 1, min(date.day, last)).toordinal()
    counted = [(amount, max(min(paid, amount), 0)) for due, disputed, amount, paid in bills if first <= due < day and not disputed and amount > 0]
    if len(counted) < least:
        return None
    if weight == "count":
        return 10000 * sum(amount == paid for amount, paid in counted) // len(counted)
    return 10000 * sum(paid for _, paid in counted) // sum(amount for amount, _ in counted)
