# SPDX-License-Identifier: Apache-2.0
"""The prepaid ledger once more, slow and plain: whole numbers of any size, dictionaries, state copied before a chain. Shares no code with the library.

Written from the rules (SMETS2 section 5, IEC 62056-6-2 classes 111 to 113, DL/T 645, and the comments of ledger.h and policy.h): what an operation is
answered, which legs it makes, and what an account shows after it. replay() follows the lines of ledger_driver.c and says where the two differ.
"""

import datetime
import zoneinfo

(OPEN, ACTIVATE, CLOSE, REOPEN, SET_POLICY, SELECT_EC, TARIFF_MARK, WALLET_INIT, TOP_UP, USAGE, ACCRUE, DEBT_LOAD, DEBT_ADJUST, WRITE_OFF, REFUND, OFFSET,
 HOLD, POST, VOID, EXPIRE, REVERSE, CORRECT, OBSERVE, ACCEPT, TRANSFER, ATTACH_METER) = range(1, 27)
LINKED, FORCE, PENDING, UP_TO, SUPPLY_OFF, ROLLOVER, REPLACED, GAP, INACTIVE = (1 << bit for bit in range(9))
HOLD_REFUND, HOLD_OFFSET, HOLD_TOP_UP, HOLD_TRANSFER = 1, 2, 3, 4
CASH, S_WRITE_OFF, ADJUST, REVENUE, S_FEE, S_TAX, DEBT_FUND, REFUND_CLEARING, SUSPENSE = range(1, 10)
PLAIN, CREDIT, EC_USED, ACCUM, DEBT = 0, 1, 8, 9, 16
P_PLAIN, P_DEBT, P_REPAY, P_FEE, P_TAX, P_RESERVE, P_RELEASE, P_MIRROR, P_SHORTFALL, P_LEVEL = range(1, 11)
PAY_DEBT, ST_DEBT, ST_ACCUM, TO_DISABLEMENT, ST_EC, ST_FEE, ST_TAX, ST_CREDITS, SELL = range(1, 10)
NEW, ACTIVE, SHUT = 1, 2, 3
COLLECT, ACCUMULATE, WAIT = 1, 2, 3
TIME, PAYMENT, INSTALMENT = 1, 2, 3
MOST, ALL, NONE = 2**63 - 1, 2**63 - 1, -1
EC_NET, FORCED, EC_EQUAL, RECLOSE_ABOVE, METER_OPENING = (1 << bit for bit in range(5))

OK, LINK_OPEN, LINKED_FAILED, BAD_ID, BAD_KIND, BAD_AMOUNT, BAD_POLICY, RESERVED = 0, 10, 11, 20, 21, 22, 23, 24
REFUSED_BEFORE, DIFFERENT, EXISTS = 30, 31, 32
NO_ACCOUNT, NO_METER, NO_PENDING, NO_ORIGINAL, ACCOUNT_EXISTS, NO_CHARGE = 40, 41, 42, 43, 44, 45
(NOT_ACTIVE, CLOSED, NOT_EMPTY, NOT_PENDING, ALREADY_POSTED, ALREADY_VOIDED, EXPIRED, NOT_REVERSIBLE, ALREADY_REVERSED, CUSTOMER_MISMATCH) = range(50, 60)
DUPLICATE_RECEIPT, SEQ_DUPLICATE, SEQ_GAP, REGRESSED, OVERLAP, READING_GAP, PERIOD_DONE = range(70, 77)
(EXCEEDS_AVAILABLE, EXCEEDS_REFUNDABLE, EXCEEDS_PENDING, EXCEEDS_TOPUP, EXCEEDS_HOARDING, FORCE_NOT_ALLOWED, EC_NOT_OFFERED) = range(80, 87)
OVERFLOW = 90

ZONES = [datetime.timezone.utc, datetime.timezone(datetime.timedelta(hours=8)), zoneinfo.ZoneInfo("Europe/Berlin")]
MEMBERS = ("id target kind flags account other meter amount channel receipt sequence charge hold period register from_ to tariff effective timeout customer "
           "unposted limit policy reason user_data").split()
# In the order in which bodies are compared; the place in this list is the number of the field.
COMPARED = ("kind flags account other meter amount channel receipt sequence target charge hold period register from_ to tariff effective timeout customer "
            "unposted limit policy reason user_data").split()

# Per kind: members that may be given, flags, and what the amount may be.
PAID, READ = "channel receipt", "register from_ to"
FORMS = {
    OPEN: (f"account meter amount {PAID} sequence customer policy limit", INACTIVE, lambda a: a >= 0),
    ACTIVATE: ("account", 0, None), CLOSE: ("account", 0, None), REOPEN: ("account", 0, None),
    SET_POLICY: ("account policy", 0, None), SELECT_EC: ("account charge", 0, None), TARIFF_MARK: ("account meter tariff", 0, None),
    WALLET_INIT: ("account meter amount channel", 0, lambda a: a >= 0),
    TOP_UP: (f"account meter amount {PAID} sequence customer", 0, lambda a: a > 0),
    USAGE: (f"account meter amount {READ} tariff", SUPPLY_OFF | ROLLOVER | REPLACED | GAP, lambda a: a >= 0),
    ACCRUE: ("account amount charge period tariff", SUPPLY_OFF, lambda a: a >= 0),
    DEBT_LOAD: ("account amount charge", 0, lambda a: a > 0), DEBT_ADJUST: ("account amount charge", 0, lambda a: a != 0 and a >= -MOST),
    WRITE_OFF: ("account amount charge", 0, lambda a: a > 0), REFUND: (f"account amount {PAID}", 0, lambda a: a > 0),
    OFFSET: ("account other meter amount channel sequence", 0, lambda a: a > 0),
    HOLD: (f"account other meter amount {PAID} sequence customer timeout hold", 0, lambda a: a > 0),
    POST: ("target amount", 0, lambda a: a > 0), VOID: ("target", 0, None), REVERSE: ("target", FORCE, None),
    CORRECT: ("account target amount", 0, lambda a: a != 0 and a >= -MOST),
    OBSERVE: ("account meter amount sequence unposted", 0, lambda a: a >= -MOST), ACCEPT: ("target", 0, None),
    TRANSFER: ("account other amount timeout", PENDING | UP_TO, lambda a: a > 0), ATTACH_METER: ("account meter", 0, None),
}
REST = {name: 0 for name in MEMBERS} | {"sequence": NONE, "charge": NONE, "period": NONE, "policy": None}
ALWAYS = {"id", "kind", "flags", "effective", "reason", "user_data"}
# Turned round: the members that may not be given.
FORMS = {kind: (sorted(set(MEMBERS) - set(members.split()) - ALWAYS), flags, amount) for kind, (members, flags, amount) in FORMS.items()}
REVERSIBLE = {TOP_UP, USAGE, ACCRUE, REFUND, OFFSET, CORRECT, POST, DEBT_LOAD, WRITE_OFF, TRANSFER, ACCEPT}


class Refusal(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def need(holds, code):
    if not holds:
        raise Refusal(code)


def system(kind, index=0):
    return -(kind * 2**32 + index)


def clip(value):
    return max(-2**63, min(MOST, value))


def at_step(value, step):
    return value // step * step


class Policy:
    def __init__(self, numbers):
        it = iter(numbers)
        take = lambda n: [next(it) for _ in range(n)]  # noqa: E731
        (self.flags, self.sink, self.sequence, self.sequence_n, self.overdraft, self.disablement, self.clearance, self.reclose, self.hoarding, self.max_top_up,
         self.ec_limit, self.ec_threshold, self.step, self.tolerance, zone) = take(15)
        self.zone = ZONES[zone]
        self.cap = take(4)
        self.shares = take(4)
        self.debts = [take(6) for _ in range(8)]      # kind, parts, share, total, first, period
        self.accruals = [(take(4), take(4)) for _ in range(8)]  # (debt, normal, in_ec, off), cap
        rest = list(it)
        self.stages = [tuple(rest[i:i + 3]) for i in range(0, len(rest), 3)]
        self.kinds = {stage[0] for stage in self.stages}
        self.numbers = tuple(numbers)

    def contradicts_itself(self):
        return self.step < 1 or self.clearance < self.disablement


class Account:
    def __init__(self, number, policy, limit):
        self.number, self.policy, self.limit = number, policy, limit
        self.state, self.customer, self.meters = ACTIVE, 0, frozenset()
        self.selected, self.selected_at = False, 0
        self.periods = {}

    def copy(self):
        other = Account.__new__(Account)
        other.__dict__.update(self.__dict__)
        other.periods = dict(self.periods)
        return other


class Record:
    __slots__ = ("op", "code", "at", "moved", "legs", "accounts", "reversed", "accepted")


class Hold:
    __slots__ = ("op", "kind", "debit", "credit", "amount", "expires", "state", "count", "before", "era", "record")


class Ledger:
    def __init__(self):
        self.accounts, self.sums, self.records, self.ids = {}, {}, [], {}
        self.holds, self.counts, self.receipts, self.marks = {}, {}, set(), {}
        self.clock = None
        self.touched = set()  # accounts and sums since they were last looked at
        self.op = self.now = self.legs = None

    # --- state as a whole

    def saved(self):
        return ({n: a.copy() for n, a in self.accounts.items()}, {k: list(v) for k, v in self.sums.items()}, len(self.records), dict(self.ids),
                {k: (h, h.state) for k, h in self.holds.items()}, {k: (list(v[0]), v[1], v[2]) for k, v in self.counts.items()}, set(self.receipts),
                dict(self.marks), self.clock, [(r, r.reversed, r.accepted) for r in self.records])

    def restore(self, saved):
        self.accounts, self.sums, n, self.ids, holds, self.counts, self.receipts, self.marks, self.clock, flags = saved
        del self.records[n:]
        self.holds = {}
        for key, (hold, state) in holds.items():
            hold.state = state
            self.holds[key] = hold
        for record, was_reversed, accepted in flags:
            record.reversed, record.accepted = was_reversed, accepted

    # --- numbers of an account

    def at(self, account, place):
        return self.sums.setdefault((account, place), [0, 0, 0, 0])

    def credit(self, account, index=0):
        d, c, _, _ = self.at(account.number, CREDIT + index)
        return c - d

    def owed(self, account, place):
        d, c, _, _ = self.at(account.number, place)
        return d - c

    def free(self, account):
        return self.credit(account) - self.at(account.number, CREDIT)[2]

    def spendable(self, account):
        return max(0, self.free(account) - account.policy.disablement)

    def ec_left(self, account):
        if not account.selected:
            return 0
        left = account.policy.ec_limit - self.owed(account, EC_USED)
        if account.policy.flags & EC_NET:
            left -= self.owed(account, ACCUM)
        return max(0, left)

    def offered(self, account):
        policy, free = account.policy, self.free(account)
        low = free <= policy.ec_threshold if policy.flags & EC_EQUAL else free < policy.ec_threshold
        return policy.ec_limit > 0 and self.owed(account, EC_USED) == 0 and low

    def to_clear(self, account):
        policy = account.policy
        used = self.owed(account, EC_USED) if ST_EC in policy.kinds else 0
        return self.owed(account, ACCUM) + used + max(0, policy.clearance - self.free(account))

    def available(self, account):
        return self.free(account) - account.policy.disablement + self.ec_left(account)

    def view(self, account):
        debts = [self.owed(account, DEBT + k) for k in range(8)]
        _, _, dp, cp = self.at(account.number, CREDIT)
        credit, left = self.credit(account), self.ec_left(account)
        return [account.number, account.state, int(self.offered(account)), int(account.selected), account.selected_at, credit, dp, cp, clip(self.free(account)),
                clip(self.spendable(account)), self.owed(account, EC_USED), left, clip(self.available(account)), self.owed(account, ACCUM),
                clip(self.to_clear(account)), clip(sum(debts)), max(0, credit), max(0, -credit), clip(max(0, credit) + left), *debts[:3],
                *(self.credit(account, k) for k in (1, 2, 3))]

    def decide(self, account, flags, tripped):
        """KEEP 1, TRIP 2, ARM 3, and the reasons."""
        is_open, was_tripped, postpaid, keep, calendar = (flags >> bit & 1 for bit in range(5))
        available, reasons = self.available(account), 0
        if not is_open:
            if postpaid or available > 0:
                return 1, 0
            return (1, 3) if keep or calendar else (2, 1)
        if not was_tripped:
            return 1, 0
        if available <= 0:
            return 1, 1
        if account.selected and account.selected_at >= tripped:
            return 3, 16
        if self.to_clear(account) != 0:
            reasons |= 4
        free, policy = self.free(account), account.policy
        if not (free > policy.reclose if policy.flags & RECLOSE_ABOVE else free >= policy.reclose):
            reasons |= 8
        return (1, reasons) if reasons else (3, 32)

    # --- legs

    def leg(self, debit, credit, amount, purpose=P_PLAIN, pending=0):
        if amount == 0:
            return
        assert amount > 0 and debit != credit
        d, c = self.at(*debit), self.at(*credit)
        self.touched |= {debit, credit, (debit[0], None), (credit[0], None)}
        change, offset = (-amount, 2) if pending < 0 else (amount, 2 if pending else 0)
        d[offset] += change
        c[offset + 1] += change
        if d[offset] > MOST or c[offset + 1] > MOST:
            self.too_much = True
        purpose = P_RESERVE if pending > 0 else P_RELEASE if pending < 0 else purpose
        self.legs.append((*debit, *credit, amount, purpose, pending))

    def take_back(self):
        for da, dp, ca, cp, amount, _, pending in self.legs:
            change, offset = (-amount, 2) if pending < 0 else (amount, 2 if pending else 0)
            self.at(da, dp)[offset] -= change
            self.at(ca, cp)[offset + 1] -= change
        self.legs = []

    # --- how money falls and is collected

    def taken_in(self, cap, account, counted):
        """What the cap leaves; counted gives the amount of a record."""
        window, first_weekday, seconds, amount = cap
        if window == 0:
            return None
        if window == 4:
            within = lambda at: self.now - seconds < at <= self.now  # noqa: E731
        else:
            span = lambda at: self.span(at, window, first_weekday, account.policy.zone)  # noqa: E731
            today = span(self.now)
            within = lambda at: span(at) == today  # noqa: E731
        taken = sum(counted(record) for record in self.records if record.code == OK and not record.reversed and within(record.at))
        return max(0, amount - taken)

    @staticmethod
    def span(at, window, first_weekday, zone):
        day = datetime.datetime.fromtimestamp(at, zone).date()
        if window == 1:
            return day
        if window == 2:
            return day - datetime.timedelta(days=(day.isoweekday() - first_weekday) % 7)
        return day.year, day.month

    def waterfall(self, account, payer, tender):
        """Gives what CREDIT gets."""
        policy, number, rest, credited = account.policy, account.number, tender, 0
        own = (number, CREDIT)

        def take(wanted, to, purpose=P_PLAIN):
            nonlocal rest, credited
            taken = max(0, min(wanted, rest))
            self.leg(payer, to, taken, purpose)
            rest -= taken
            credited += taken if to == own else 0
            return taken

        for kind, index, share in policy.stages:
            if kind == PAY_DEBT:
                left = self.taken_in(policy.cap, account, lambda r: sum(leg[4] for leg in r.legs if leg[5] == P_DEBT and leg[2] == number))
                for k, debt in enumerate(policy.debts):
                    if debt[0] == PAYMENT:
                        wanted = min(at_step(tender * debt[2] // 10000, policy.step), self.owed(account, DEBT + k))
                        taken = take(wanted if left is None else min(wanted, left), (number, DEBT + k), P_DEBT)
                        left = None if left is None else left - taken
            elif kind == ST_DEBT:
                take(self.due(account, index), (number, DEBT + index), P_REPAY)
            elif kind == ST_ACCUM:
                take(self.owed(account, ACCUM), (number, ACCUM), P_REPAY)
            elif kind == TO_DISABLEMENT:
                take(policy.disablement - self.credit(account), own)
            elif kind == ST_EC:
                take(self.owed(account, EC_USED), (number, EC_USED), P_REPAY)
            elif kind == ST_FEE:
                take(at_step(tender * share // 10000, policy.step), (system(S_FEE, index), PLAIN), P_FEE)
            elif kind == ST_TAX:
                twice = 2 * rest * 10000 // ((10000 + share) * policy.step)
                take(rest - (twice + 1) // 2 * policy.step, (system(S_TAX), PLAIN), P_TAX)
            elif kind == ST_CREDITS:
                kept = min(at_step(tender * policy.shares[0] // 10000, policy.step), rest)
                rest -= kept
                for k in (1, 2, 3):
                    take(at_step(tender * policy.shares[k] // 10000, policy.step), (number, CREDIT + k))
                rest += kept
            else:
                take(rest, (system(REVENUE), PLAIN))
        take(rest, own)
        return credited

    def due(self, account, k):
        kind, parts, _, total, first, period = account.policy.debts[k]
        owed = self.owed(account, DEBT + k)
        if kind != INSTALMENT:
            return owed
        if self.now < first:
            return 0
        n = (self.now - first) // period + 1
        due = total if n >= parts else at_step(n * total // parts, account.policy.step)
        return min(due - (total - owed), owed)

    def receive(self, account, payer, tender):
        room = self.room(account)
        credited = self.waterfall(account, payer, tender)
        need(room is None or credited <= room, EXCEEDS_HOARDING)

    def room(self, account):
        if account.policy.hoarding == 0:
            return None
        return account.policy.hoarding - self.credit(account) - self.at(account.number, CREDIT)[3]

    def collect(self, account, amount, mode, to):
        own = (account.number, CREDIT)
        from_credit = min(amount, self.spendable(account))
        self.leg(own, to, from_credit)
        rest = amount - from_credit
        if mode == COLLECT:
            from_ec = min(rest, self.ec_left(account))
            self.leg((account.number, EC_USED), to, from_ec)
            rest -= from_ec
        if mode != WAIT:
            self.leg((account.number, account.policy.sink), to, rest)

    def level_further(self, account):
        for k in (1, 2, 3):
            self.leg((account.number, CREDIT), (account.number, CREDIT + k), max(0, -self.credit(account, k)), P_LEVEL)

    def level_below(self, account):
        for place in [ACCUM, EC_USED] + [DEBT + k for k in range(8)]:
            self.leg((account.number, place), (account.number, CREDIT), max(0, -self.owed(account, place)), P_LEVEL)

    def level_free(self, account):
        for stage, place in ((ST_ACCUM, ACCUM), (ST_EC, EC_USED)):
            if stage in account.policy.kinds:
                self.leg((account.number, CREDIT), (account.number, place), min(max(0, self.owed(account, place)), self.spendable(account)), P_LEVEL)

    # --- the order of an operation

    def apply(self, ops, now):
        now = now if self.clock is None else max(now, self.clock)
        results, i = [], 0
        while i < len(ops):
            n = 1
            while i + n < len(ops) and ops[i + n - 1]["flags"] & LINKED:
                n += 1
            chain = ops[i:i + n]
            i += n
            if chain[-1]["flags"] & LINKED:
                results += [(LINKED_FAILED, 0, 0, 0, -1, 0)] * (n - 1) + [(LINK_OPEN, 0, 0, 0, -1, 0)]
            elif n == 1:
                results.append(self.one(chain[0], now, True))
            else:
                results += self.chain(chain, now)
        return results

    def chain(self, ops, now):
        known = [self.known(op) for op in ops]
        if all(result is not None and result[0] == EXISTS for result in known):
            return known
        if known[0] is None:
            self.expire(now)
        saved, results = self.saved(), []
        for i, op in enumerate(ops):
            results.append(self.one(op, now, False))
            if results[-1][0] != OK:
                break
        else:
            return results
        self.restore(saved)
        code, first, field, legs, record, moved = results[-1]
        if code >= NO_ACCOUNT:
            record = self.write(op, code, now, 0, [])
        elif record >= len(self.records):  # its id stands twice in the chain
            legs, record, moved = 0, -1, 0
        return [(code, first, field, legs, record, moved) if j == i else (LINKED_FAILED, 0, 0, 0, -1, 0) for j in range(len(ops))]

    def known(self, op):
        code = self.form(op)
        if code != OK:
            return code, 0, 0, 0, -1, 0
        at = self.ids.get(op["id"])
        if at is None:
            return None
        record = self.records[at]
        if record.code != OK:
            return REFUSED_BEFORE, record.code, 0, 0, at, 0
        for number, name in enumerate(COMPARED, 1):
            mine, other = record.op[name], op[name]
            if name == "policy":
                mine, other = (p and p.numbers for p in (mine, other))
            if mine != other:
                return DIFFERENT, OK, number, 0, at, 0
        return EXISTS, OK, 0, len(record.legs), at, record.moved

    def one(self, op, now, alone):
        known = self.known(op)
        if known is not None:
            return known
        if alone:
            self.expire(now)
        code, moved, legs = self.plan(op, now)
        at = self.write(op, code, now, moved, legs)
        return code, 0, 0, len(legs), at, moved

    def write(self, op, code, now, moved, legs):
        record = Record()
        record.op, record.code, record.at, record.moved, record.legs, record.reversed, record.accepted = op, code, now, moved, legs, False, False
        record.accounts = [n if n in self.accounts else 0 for n in self.concerned(op)]
        self.records.append(record)
        if op["id"] is not None:
            self.ids[op["id"]] = len(self.records) - 1
        self.clock = now
        return len(self.records) - 1

    def expire(self, now):
        while True:
            due = [hold for hold in self.holds.values() if hold.state == "open" and hold.expires is not None and hold.expires <= now]
            if not due:
                return
            hold = min(due, key=lambda h: (h.expires, h.record))
            op = dict(REST, id=None, kind=EXPIRE, target=hold.op["id"], effective=hold.expires, flags=0)
            code, moved, legs = self.plan(op, now)
            self.write(op, code, now, moved, legs)

    def original(self, op):
        at = self.ids.get(op["target"]) if op["target"] else None
        return None if at is None or self.records[at].code != OK else self.records[at]

    def concerned(self, op):
        original = self.original(op)
        if op["account"] == 0 and original is not None:
            return original.accounts
        return [op["account"], op["other"]]

    def plan(self, op, now):
        self.op, self.now, self.legs, self.too_much, self.moved = op, now, [], False, 0
        self.after = []  # what is remembered when all is well
        self.parties = [self.accounts.get(n) for n in self.concerned(op)]
        self.touched |= {(n, None) for n in self.concerned(op)}
        was = [(a, a.copy()) for a in self.parties if a]
        try:
            PLANS[op["kind"]](self)
            for account in self.parties:
                if account and account.policy:
                    self.level_further(account)
                    self.level_below(account)
                    self.level_free(account)
                    chosen = account.selected
                    account.selected = self.owed(account, EC_USED) > 0 or (chosen and self.offered(account))
                    if account.selected and not chosen:
                        account.selected_at = now
            need(not self.too_much, OVERFLOW)
        except Refusal as refusal:
            self.take_back()
            for account, copy in was:
                account.__dict__.update(copy.__dict__)
            return refusal.code, 0, []
        for remember in self.after:
            remember()
        return OK, self.moved, self.legs

    # --- form

    def form(self, op):
        kind = op["kind"]
        if op["id"] in (0, None):
            return BAD_ID
        if kind not in FORMS or (kind == HOLD and op["hold"] not in (1, 2, 3)):
            return BAD_KIND
        members, flags, amount = FORMS[kind]
        if amount is not None and not amount(op["amount"]):
            return BAD_AMOUNT
        if (kind == SET_POLICY and op["policy"] is None) or (op["policy"] is not None and op["policy"].contradicts_itself()):
            return BAD_POLICY
        if any(op[name] != REST[name] for name in members) or op["flags"] & ~(flags | LINKED):
            return RESERVED
        good = min(op["sequence"], op["charge"], op["period"]) >= -1
        good &= min(op[name] for name in "timeout meter channel receipt register tariff customer".split()) >= 0 and op["channel"] < 2**32
        good &= (kind == TRANSFER or min(op["account"], op["other"]) >= 0) and (op["other"] == 0 or op["other"] != op["account"])
        good &= kind != HOLD or (op["hold"] == HOLD_OFFSET) == (op["other"] != 0)
        if kind == OPEN:
            counted = op["sequence"] != NONE
            plain = op["policy"] is None and not counted
            good &= counted or not (op["amount"] or op["channel"] or op["receipt"])
            good &= not plain or (op["meter"] == 0 and op["customer"] == 0)
            good &= op["limit"] == 0 or plain
        return OK if good else RESERVED

    # --- checks

    def there(self, n=1):
        for account in self.parties[:n]:
            need(account is not None and account.policy is not None, NO_ACCOUNT)
        receiver, meter = self.parties[n - 1], self.op["meter"]
        need(not meter or not receiver.meters or meter in receiver.meters, NO_METER)

    def working(self, n=1):
        for state, code in ((NEW, NOT_ACTIVE), (SHUT, CLOSED)):
            for account in self.parties[:n]:
                need(account is None or account.state != state, code)

    def right_customer(self):
        known, given = self.parties[0].customer, self.op["customer"]
        need(not known or not given or known == given, CUSTOMER_MISMATCH)

    def fresh_receipt(self):
        need(not self.op["receipt"] or (self.op["channel"], self.op["receipt"]) not in self.receipts, DUPLICATE_RECEIPT)

    def count_of(self, account):
        return (account.number, self.op["meter"], self.op["channel"])

    def next_count(self, account):
        given = self.op["sequence"]
        if given == NONE:
            return
        recent, last, _ = self.counts.get(self.count_of(account), ([], 0, 0))
        policy = account.policy
        if policy.sequence == 3:
            known = recent[:policy.sequence_n]
            need(given not in known and (not known or given > min(known)), SEQ_DUPLICATE)
        elif policy.sequence == 2:
            need(given > last, SEQ_DUPLICATE)
            need(given <= last + policy.sequence_n, SEQ_GAP)
        else:
            need(given != last, SEQ_DUPLICATE)
            need(given == last + 1, SEQ_GAP)

    def remember_payment(self, account, take=True):
        op, key = self.op, self.count_of(account)

        def remember():
            if op["receipt"]:
                self.receipts.add((op["channel"], op["receipt"]))
            if op["sequence"] != NONE and take:
                recent, last, era = self.counts.get(key, ([], 0, 0))
                self.counts[key] = ([op["sequence"]] + recent, max(last, op["sequence"]), era)
        self.after.append(remember)

    # --- kinds

    def open(self):
        op = self.op
        need(op["account"] > 0, NO_ACCOUNT)
        account, counted = self.parties[0], op["sequence"] != NONE
        if account is not None:
            again = account.policy and account.policy.flags & METER_OPENING and counted and op["policy"] is None
            need(again, ACCOUNT_EXISTS)
            need(account.state != SHUT, CLOSED)
            if account.state == ACTIVE:
                self.right_customer()
        else:
            need(op["policy"] is not None or not counted, NO_ACCOUNT)
            account = Account(op["account"], op["policy"], op["limit"])
            self.parties[0] = account

        if counted:
            _, last, _ = self.counts.get(self.count_of(account), ([], 0, 0))
            self.fresh_receipt()
            need(op["sequence"] in (last, last + 1), SEQ_GAP)
            if op["sequence"] == last + 1 and op["amount"]:
                need(not account.policy.max_top_up or op["amount"] <= account.policy.max_top_up, EXCEEDS_TOPUP)
                self.receive(account, (system(CASH, op["channel"]), PLAIN), op["amount"])
            self.remember_payment(account, op["sequence"] != last)

        def remember():
            self.accounts[account.number] = account
            account.state = NEW if op["flags"] & INACTIVE else ACTIVE
            account.customer = op["customer"] or account.customer
            if op["meter"]:
                account.meters |= {op["meter"]}
        self.after.append(remember)

    def change_state(self):
        account, kind = self.parties[0], self.op["kind"]
        need(account is not None, NO_ACCOUNT)
        if kind == REOPEN:
            need(account.state != NEW, NOT_ACTIVE)
        else:
            need(account.state != SHUT, CLOSED)
        if kind == CLOSE:
            need(all(d == c and dp == cp == 0 for (n, _), (d, c, dp, cp) in self.sums.items() if n == account.number), NOT_EMPTY)
        self.after.append(lambda: setattr(account, "state", SHUT if kind == CLOSE else ACTIVE))

    def setting(self):
        account, op = self.parties[0], self.op
        need(account is not None and account.policy is not None, NO_ACCOUNT)
        if op["kind"] == TARIFF_MARK:
            self.there()
        need(account.state != SHUT, CLOSED)
        if op["kind"] == SET_POLICY:
            account.policy = op["policy"]
        if op["kind"] == ATTACH_METER and op["meter"]:
            account.meters |= {op["meter"]}

    def select(self):
        index = self.op["charge"]
        self.there()
        need(index == NONE or 1 <= index <= 3, NO_CHARGE)
        self.working()
        account = self.parties[0]
        if index == NONE:
            need(self.offered(account), EC_NOT_OFFERED)
            account.selected, account.selected_at = True, self.now
            return
        self.moved = self.credit(account, index)
        self.leg((account.number, CREDIT + index), (account.number, CREDIT), self.moved)

    def wallet(self):
        op = self.op
        self.there()
        account = self.parties[0]
        need(account.state != SHUT, CLOSED)
        change, own = op["amount"] - self.credit(account), (account.number, CREDIT)
        self.leg((system(CASH, op["channel"]), PLAIN), own, max(0, change))
        self.leg(own, (system(ADJUST), PLAIN), max(0, -change))
        key = self.count_of(account)

        def remember():
            account.state, account.customer = NEW, 0
            if key in self.counts:
                self.counts[key] = ([], 0, self.counts[key][2] + 1)
        self.after.append(remember)

    def top_up(self):
        op = self.op
        self.there()
        self.working()
        account = self.parties[0]
        self.right_customer()
        self.fresh_receipt()
        self.next_count(account)
        need(not account.policy.max_top_up or op["amount"] <= account.policy.max_top_up, EXCEEDS_TOPUP)
        self.receive(account, (system(CASH, op["channel"]), PLAIN), op["amount"])
        self.remember_payment(account)

    def usage(self):
        op = self.op
        self.there()
        self.working()
        account, key = self.parties[0], (op["account"], op["meter"], op["register"])
        if op["register"]:
            if not op["flags"] & REPLACED:
                need(op["to"] >= op["from_"] or op["flags"] & ROLLOVER, REGRESSED)
                last = self.marks.get(key, op["from_"])
                need(op["from_"] >= last, OVERLAP)
                need(op["from_"] == last or op["flags"] & GAP, READING_GAP)
            self.after.append(lambda: self.marks.__setitem__(key, op["to"]))
        self.collect(account, op["amount"], COLLECT, (system(REVENUE), PLAIN))

    def accrue(self):
        op, charge = self.op, self.op["charge"]
        self.there()
        need(0 <= charge < 8, NO_CHARGE)
        self.working()
        account = self.parties[0]
        need(op["period"] > account.periods.get(charge, -1), PERIOD_DONE)
        (debt, normal, in_ec, off), cap = account.policy.accruals[charge]
        left = self.taken_in(cap, account, lambda r: 0 if r.op["kind"] != ACCRUE or r.op["charge"] != charge or account.number not in r.accounts
                             else sum(leg[4] for leg in r.legs if leg[5] == P_PLAIN))
        amount, to = op["amount"] if left is None else min(op["amount"], left), (system(REVENUE, 1 + charge), PLAIN)
        if debt != NONE:
            amount, to = min(amount, self.owed(account, DEBT + debt)), (account.number, DEBT + debt)
        mode = off if op["flags"] & SUPPLY_OFF else in_ec if account.selected else normal
        self.collect(account, amount, mode, to)
        account.periods[charge] = op["period"]

    def has_debt(self, index):
        return 0 <= index < 8 and self.parties[0].policy.debts[index][0] != 0

    def debt(self):
        op, index = self.op, self.op["charge"]
        self.there()
        need(self.has_debt(index), NO_CHARGE)
        self.working()
        account, fund = self.parties[0], (system(DEBT_FUND), PLAIN)
        place = (account.number, DEBT + index)
        need(-op["amount"] <= self.owed(account, DEBT + index), EXCEEDS_AVAILABLE)
        self.leg(place, fund, max(0, op["amount"]))
        self.leg(fund, place, max(0, -op["amount"]))

    def write_off(self):
        op, index = self.op, self.op["charge"]
        self.there()
        need(index == NONE or self.has_debt(index), NO_CHARGE)
        self.working()
        account, place = self.parties[0], ACCUM if index == NONE else DEBT + index
        need(op["amount"] <= self.owed(account, place), EXCEEDS_AVAILABLE)
        self.leg((system(S_WRITE_OFF), PLAIN), (account.number, place), op["amount"])

    def refund(self):
        op = self.op
        self.there()
        self.working()
        account = self.parties[0]
        self.fresh_receipt()
        need(op["amount"] <= max(0, self.free(account)), EXCEEDS_REFUNDABLE)
        self.leg((account.number, CREDIT), (system(REFUND_CLEARING), PLAIN), op["amount"])
        self.remember_payment(account)

    def offset(self):
        op = self.op
        self.there(2)
        self.working(2)
        payer, receiver = self.parties
        self.next_count(receiver)
        need(op["amount"] <= max(0, self.free(payer)), EXCEEDS_AVAILABLE)
        self.receive(receiver, (payer.number, CREDIT), op["amount"])
        self.remember_payment(receiver)

    def hold(self):
        op, kind = self.op, self.op["hold"]
        n = 2 if kind == HOLD_OFFSET else 1
        self.there(n)
        self.working(n)
        payer, receiver = self.parties[0], self.parties[n - 1]
        self.right_customer()
        self.fresh_receipt()
        self.next_count(receiver)
        need(kind != HOLD_OFFSET or op["amount"] <= max(0, self.free(payer)), EXCEEDS_AVAILABLE)
        need(kind != HOLD_REFUND or op["amount"] <= max(0, self.free(payer)), EXCEEDS_REFUNDABLE)
        if kind == HOLD_TOP_UP:
            need(not receiver.policy.max_top_up or op["amount"] <= receiver.policy.max_top_up, EXCEEDS_TOPUP)
        room = self.room(receiver)
        need(kind == HOLD_REFUND or room is None or op["amount"] <= room, EXCEEDS_HOARDING)
        debit, credit = {
            HOLD_REFUND: ((payer.number, CREDIT), (system(REFUND_CLEARING), PLAIN)),
            HOLD_OFFSET: ((payer.number, CREDIT), (receiver.number, CREDIT)),
            HOLD_TOP_UP: ((system(CASH, op["channel"]), PLAIN), (payer.number, CREDIT))}[kind]
        self.leg(debit, credit, op["amount"], pending=1)
        self.make_hold(kind, debit, credit, op["amount"], receiver)
        self.remember_payment(receiver)

    def make_hold(self, kind, debit, credit, amount, receiver):
        op, hold = self.op, Hold()
        hold.op, hold.kind, hold.debit, hold.credit, hold.amount, hold.state = op, kind, debit, credit, amount, "open"
        hold.expires = self.now + op["timeout"] if op["timeout"] else None
        hold.count = self.count_of(receiver) if receiver and op["sequence"] != NONE else None
        _, hold.before, hold.era = self.counts.get(hold.count, ([], 0, 0))

        def remember():
            hold.record = len(self.records)
            self.holds[op["id"]] = hold
        self.after.append(remember)

    def find_hold(self):
        original = self.original(self.op)
        need(original is not None, NO_PENDING)
        if self.op["kind"] == POST:
            need(all(a is None or a.state != SHUT for a in self.parties), CLOSED)
        hold = self.holds.get(self.op["target"])
        need(hold is not None, NOT_PENDING)
        need(hold.state == "open", {"posted": ALREADY_POSTED, "voided": ALREADY_VOIDED, "expired": EXPIRED}.get(hold.state))
        return hold

    def post(self):
        hold = self.find_hold()
        amount = hold.amount if self.op["amount"] == ALL else self.op["amount"]
        need(amount <= hold.amount, EXCEEDS_PENDING)
        self.leg(hold.debit, hold.credit, hold.amount, pending=-1)
        if hold.kind in (HOLD_TOP_UP, HOLD_OFFSET):
            self.waterfall(self.accounts[hold.credit[0]], hold.debit, amount)
        else:
            self.leg(hold.debit, hold.credit, amount)
        self.after.append(lambda: setattr(hold, "state", "posted"))

    def void(self):
        hold, state = self.find_hold(), "voided" if self.op["kind"] == VOID else "expired"
        self.leg(hold.debit, hold.credit, hold.amount, pending=-1)

        def remember():
            hold.state = state
            if hold.count is not None:
                recent, last, era = self.counts[hold.count]
                if era == hold.era and recent and recent[0] == hold.op["sequence"]:
                    self.counts[hold.count] = (recent[1:], hold.before, era)
        self.after.append(remember)

    def reverse(self):
        op, original = self.op, self.original(self.op)
        need(original is not None, NO_ORIGINAL)
        need(all(a is None or a.state != SHUT for a in self.parties), CLOSED)
        pending = original.op["kind"] == TRANSFER and original.op["flags"] & PENDING
        need(original.op["kind"] in REVERSIBLE and not pending, NOT_REVERSIBLE)
        need(not original.reversed, ALREADY_REVERSED)
        prepay = [a for a in self.parties if a and a.policy]
        before = [self.credit(a) for a in prepay]
        for da, dp, ca, cp, amount, _, is_pending in original.legs:
            if not is_pending:
                self.leg((ca, cp), (da, dp), amount, P_MIRROR)
        for account in prepay:
            self.level_further(account)
        lowered = [self.credit(a) < was for a, was in zip(prepay, before)]
        for account in prepay:
            self.level_below(account)
        for account, is_lower in zip(prepay, lowered):
            short = -account.policy.overdraft - self.free(account)
            if not is_lower or short <= 0:
                continue
            need(op["flags"] & FORCE, EXCEEDS_AVAILABLE)
            need(account.policy.flags & FORCED, FORCE_NOT_ALLOWED)
            if account.policy.sink != CREDIT:
                self.leg((account.number, ACCUM), (account.number, CREDIT), short, P_SHORTFALL)
        for account in self.parties:
            if account and not account.policy:
                d, c, dp, cp = self.at(account.number, PLAIN)
                need(account.limit != 1 or d + dp <= c, EXCEEDS_AVAILABLE)
                need(account.limit != 2 or c + cp <= d, EXCEEDS_AVAILABLE)
        self.after.append(lambda: setattr(original, "reversed", True))

    def correct(self):
        op, original, account = self.op, self.original(self.op), self.parties[0]
        need(account is not None and account.policy is not None, NO_ACCOUNT)
        need(original is not None and original.accounts[0] == op["account"], NO_ORIGINAL)
        self.working()
        adjust = (system(ADJUST), PLAIN)
        if op["amount"] > 0:
            self.leg(adjust, (account.number, CREDIT), op["amount"])
        else:
            self.collect(account, -op["amount"], COLLECT, adjust)

    def observe(self):
        op = self.op
        self.there()
        self.working()
        account = self.parties[0]
        arrived = sum(h.amount for h in self.holds.values() if h.state == "open" and h.credit == (account.number, CREDIT)
                      and h.op["meter"] == op["meter"] and NONE < h.op["sequence"] <= op["sequence"])
        self.moved = op["amount"] - (self.credit(account) + arrived - op["unposted"])
        need(-2**63 <= self.moved <= MOST, OVERFLOW)

    def accept(self):
        original = self.original(self.op)
        need(original is not None and original.op["kind"] == OBSERVE, NO_ORIGINAL)
        self.there()
        self.working()
        need(not original.accepted, ALREADY_POSTED)
        account, suspense = self.parties[0], (system(SUSPENSE), PLAIN)
        self.moved = original.moved
        if self.moved < 0:
            self.collect(account, -self.moved, COLLECT, suspense)
        else:
            self.leg(suspense, (account.number, CREDIT), self.moved)
        self.after.append(lambda: setattr(original, "accepted", True))

    def transfer(self):
        op, numbers = self.op, (self.op["account"], self.op["other"])
        for number, account in zip(numbers, self.parties):
            is_system = number < 0 and CASH <= -number >> 32 <= SUSPENSE
            need(is_system or (account is not None and account.policy is None), NO_ACCOUNT)
        self.working(2)
        moved = op["amount"]
        for is_debit, account in zip((True, False), self.parties):
            if account:
                d, c, dp, cp = self.at(account.number, PLAIN)
                if is_debit and account.limit == 1:
                    moved = min(moved, max(0, c - d - dp))
                if not is_debit and account.limit == 2:
                    moved = min(moved, max(0, d - c - cp))
        need(moved == op["amount"] or op["flags"] & UP_TO, EXCEEDS_AVAILABLE)
        debit, credit = ((n, PLAIN) for n in numbers)
        self.leg(debit, credit, moved, pending=1 if op["flags"] & PENDING else 0)
        if op["flags"] & PENDING:
            self.make_hold(HOLD_TRANSFER, debit, credit, moved, None)
        self.moved = moved


PLANS = {OPEN: Ledger.open, ACTIVATE: Ledger.change_state, CLOSE: Ledger.change_state, REOPEN: Ledger.change_state, SET_POLICY: Ledger.setting,
         SELECT_EC: Ledger.select, TARIFF_MARK: Ledger.setting, WALLET_INIT: Ledger.wallet, TOP_UP: Ledger.top_up, USAGE: Ledger.usage,
         ACCRUE: Ledger.accrue, DEBT_LOAD: Ledger.debt, DEBT_ADJUST: Ledger.debt, WRITE_OFF: Ledger.write_off, REFUND: Ledger.refund, OFFSET: Ledger.offset,
         HOLD: Ledger.hold, POST: Ledger.post, VOID: Ledger.void, EXPIRE: Ledger.void, REVERSE: Ledger.reverse, CORRECT: Ledger.correct,
         OBSERVE: Ledger.observe, ACCEPT: Ledger.accept, TRANSFER: Ledger.transfer, ATTACH_METER: Ledger.setting}


# --- beside the library

SHOWN = {(number, PLAIN): number for number in (*range(1, 7), 20, 21, 22)}
SHOWN |= {(system(kind, index), PLAIN): 100 * kind + index for kind in range(CASH, SUSPENSE + 1) for index in range(4)}


class Difference(Exception):
    """Where library and model differ: the operations, what the model expects, and what the library says."""


def replay(lines, seen=None):
    """Follow the driver's answer up to its line E; counts operations, and in seen how often each kind had each result."""
    n = 0
    ledger, policies = Ledger(), {}
    views, sums = {}, {}
    expected, ops = [], []

    def compare():
        for mine in expected:
            line = next(lines).rstrip()
            if line != mine:
                raise Difference(f"batch {len(ledger.records)}: {ops}\nmodel   {mine}\nlibrary {line}")

    for line in lines:
        what, numbers = line[0], line[1:].split()
        if what == "E":
            return n
        if what == "L":
            ledger, policies, views, sums = Ledger(), {}, {}, {}
        elif what == "P":
            policies[int(numbers[0])] = Policy([int(x) for x in numbers[1:]])
        elif what == "C":
            supply, reasons = ledger.decide(ledger.accounts[1], *(int(x) for x in numbers))
            expected = [f"D {supply} {reasons}"]
            compare()
        elif what == "B":
            now, count = int(numbers[0]), int(numbers[1])
            ops = []
            for _ in range(count):
                op = dict(zip(MEMBERS, (int(x) for x in next(lines)[1:].split())))
                op["policy"] = policies[op["policy"]] if op["policy"] >= 0 else None
                ops.append(op)
            first = len(ledger.records)
            ledger.touched.clear()
            results = ledger.apply(ops, now)
            if seen is not None:
                for op, result in zip(ops, results):
                    key = op["kind"], result[0]
                    seen[key] = seen.get(key, 0) + 1
            n += count
            expected = ["A " + " ".join(map(str, result)) for result in results]
            for record in ledger.records[first:]:
                expected.append(" ".join(map(str, ("R", record.op["kind"], record.code, record.at, record.moved, *(x for leg in record.legs for x in leg)))))
            for number in range(1, 7):
                account = ledger.accounts.get(number) if (number, None) in ledger.touched else None
                if account and account.policy:
                    view = ledger.view(account)
                    if views.get(number) != view:
                        views[number] = view
                        expected.append("V " + " ".join(map(str, view)))
            for key in sorted(ledger.touched & SHOWN.keys(), key=SHOWN.get):
                now_sums = ledger.sums.get(key, [0, 0, 0, 0])
                if sums.get(key, [0, 0, 0, 0]) != now_sums:
                    sums[key] = list(now_sums)
                    expected.append("S " + " ".join(map(str, (key[0], *now_sums))))
            compare()
        else:
            raise Difference(f"the library says more: {line}")
    raise Difference("the driver ended")
