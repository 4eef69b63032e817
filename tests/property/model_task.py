# SPDX-License-Identifier: Apache-2.0
"""A slow model of a batch task and its items: what is due, what an answer means, what time does. Written from task.h alone."""

import calendar
import datetime
import hashlib
import zoneinfo

DRAFT, APPROVED, RUNNING, PAUSED, DONE, CANCELLED, EXPIRED = range(1, 8)
I_DUE, I_OUT, I_DONE, I_REFUSED, I_FAILED, I_EXPIRED, I_UNKNOWN = range(1, 8)
O_DONE, O_REFUSED, O_FAILED, O_BUSY, O_NO_ANSWER = range(1, 6)
TAKEN, LATE_TAKEN, SAME, LATE, CONTRADICTS, NEVER_OUT = range(1, 7)
NEVER = 2**63 - 1


class Item:
    def __init__(self, task, run, target, since):
        name = b"meterbill task item\0" + bytes.fromhex(task) + run.to_bytes(8, "big") + target.encode()
        self.id = hashlib.blake2b(name, digest_size=32).hexdigest()[:32]
        self.state, self.at, self.history = I_DUE, since, {}  # what is known of each attempt
        self.attempts = self.counts = 0  # counts: the attempt whose outcome decides

    @property
    def outcome(self):
        return self.history.get(self.counts, 0)

    def open(self):
        return self.state in (I_DUE, I_OUT) or (self.state == I_FAILED and self.at != NEVER)


class Task:
    """One life, driven by events in the order of time."""

    def __init__(self, document, now):
        self.document, self.items = document, []
        host = document.get("host", {})
        self.retry, self.lease, self.parallel = host.get("retry"), host.get("lease_s", 0), host.get("parallel", NEVER)
        self.life = DRAFT if document["dual_control"] else APPROVED
        self.resumes, self.begun, self.changed, self.finished, self.missed = 0, False, now, 0, 0
        self.made = now
        self.wait_for(0)

    # --- the calendar ---

    def day(self, n):
        start = self.document["start"]
        first = datetime.date.fromisoformat(start["from"])
        (unit, times), = start["every"].items()
        if unit in ("days", "weeks"):
            day = first + datetime.timedelta(days=n * times * (7 if unit == "weeks" else 1))
        else:
            months = first.month - 1 + n * times * {"months": 1, "quarters": 3, "years": 12}[unit]
            year, month = first.year + months // 12, months % 12 + 1
            day = datetime.date(year, month, min(first.day, calendar.monthrange(year, month)[1]))
        until = start.get("until")
        return None if until is not None and day >= datetime.date.fromisoformat(until) else day

    def due(self, n):
        """When run n is due; None: there is none."""
        start = self.document["start"]
        if start == "now":
            return self.made if n == 0 else None
        if "at" in start:
            return int(datetime.datetime.fromisoformat(start["at"].replace("Z", "+00:00")).timestamp()) if n == 0 else None
        day = self.day(n)
        if day is None:
            return None
        zone = zoneinfo.ZoneInfo({"CET-1CEST,M3.5.0,M10.5.0/3": "Europe/Berlin", "CST-8": "Asia/Shanghai"}[start["zone"]])
        hour, minute = map(int, start["time"].split(":"))
        local = datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
        utc = int(local.timestamp())
        shown = datetime.datetime.fromtimestamp(utc, zone).replace(tzinfo=None)
        if shown == local.replace(tzinfo=None):
            return utc
        low, high = utc - 86400, utc + 86400  # clocks skip it: when they do
        while high - low > 1:
            middle = (low + high) // 2
            if datetime.datetime.fromtimestamp(middle, zone).replace(tzinfo=None) > local.replace(tzinfo=None):
                high = middle
            else:
                low = middle
        return high

    def wait_for(self, n):
        self.run, self.at, self.begun, self.overtaken = n, self.due(n), False, False
        expires = self.document.get("expires_after_s")
        self.ends = NEVER if expires is None else self.at + expires

    # --- items ---

    def fail(self, item, outcome, now):
        item.counts = item.attempts
        item.history[item.attempts] = outcome
        words = {O_FAILED: "failed", O_BUSY: "busy", O_NO_ANSWER: "no_answer"}
        if self.retry and item.attempts < self.retry["attempts"] and words[outcome] in self.retry["on"]:
            delay, growth = self.retry["delay_s"], round(float(self.retry.get("growth", "1")) * 1000)
            for _ in range(item.attempts - 1):
                delay = delay * growth // 1000
            item.state, item.at = I_FAILED, now + min(delay, self.retry.get("cap_s", self.retry["delay_s"]))
        else:
            item.state, item.at = (I_UNKNOWN, now) if outcome == O_NO_ANSWER else (I_FAILED, NEVER)

    def end(self, item, now):
        if not item.open():
            return
        if item.state == I_OUT:
            item.counts = item.attempts
            item.history[item.attempts] = O_NO_ANSWER
        item.state, item.at = (I_UNKNOWN if item.outcome == O_NO_ANSWER else I_EXPIRED), now

    def answer(self, item, attempt, outcome, now):
        if not 1 <= attempt <= item.attempts:
            return NEVER_OUT
        decides = item.counts == attempt
        if decides and item.outcome == outcome:
            return SAME
        waited = item.state == I_OUT and attempt == item.attempts
        if outcome == O_DONE:
            if item.state == I_DONE:
                return SAME
            if item.state == I_REFUSED and decides:
                return CONTRADICTS
        elif waited and outcome != O_REFUSED:
            self.fail(item, outcome, now)
            return TAKEN
        elif not waited:
            if item.state == I_OUT or not decides or outcome == O_NO_ANSWER:
                return LATE
            if item.outcome != O_NO_ANSWER:
                return CONTRADICTS
            if outcome != O_REFUSED:  # now it is known that it was not done
                item.history[attempt] = outcome
                if item.state == I_UNKNOWN:
                    item.state, item.at = I_FAILED, NEVER
                return LATE_TAKEN
        item.state, item.at, item.counts = (I_DONE if outcome == O_DONE else I_REFUSED), now, attempt
        item.history[attempt] = outcome
        return TAKEN if waited else LATE_TAKEN

    # --- time ---

    def pass_time(self, now):
        start = self.document["start"]
        if not self.begun and self.life < DONE and isinstance(start, dict) and start.get("missed") == "latest":
            last = self.run
            while (at := self.due(last + 1)) is not None and at <= now:
                last += 1
            if last > self.run and self.at <= now:
                self.missed += last - self.run
                self.wait_for(last)
        if self.begun:
            for item in self.items:
                if item.state == I_OUT and item.at <= now:
                    self.fail(item, O_NO_ANSWER, item.at)
        if self.life >= DONE:
            return
        any_open = self.begun and any(item.open() for item in self.items)
        if now >= self.ends and (any_open or not self.begun):
            for item in self.items if self.begun else []:
                self.end(item, now)
            self.finish(now, True)
        elif self.begun and not any_open and self.life == RUNNING:
            self.finish(now, False)
        elif not self.begun and self.life == APPROVED and now >= self.at:
            self.items = [Item(self.document["id"], self.run, target, self.at) for target in self.document["targets"]]
            self.begun, self.life, self.changed = True, RUNNING, now

    def finish(self, now, overtaken):
        self.finished += 1
        self.changed = now
        repeats = isinstance(self.document["start"], dict) and "every" in self.document["start"]
        if self.due(self.run + 1) is not None:
            self.wait_for(self.run + 1)
            if self.life == RUNNING:
                self.life = APPROVED
            if self.life == PAUSED:
                self.resumes = APPROVED
        else:
            self.life = EXPIRED if overtaken and (not repeats or not self.begun) else DONE
            self.resumes = 0

    def hand_out(self, now, room):
        now = max(now, self.changed)
        self.pass_time(now)
        out = []
        if self.life != RUNNING:
            return out
        busy = sum(item.state == I_OUT for item in self.items)
        for place, item in enumerate(self.items):
            ready = item.state == I_DUE or (item.state == I_FAILED and item.at <= now)
            if len(out) < room and busy < self.parallel and ready:
                item.state, item.attempts, item.at = I_OUT, item.attempts + 1, now + self.lease
                busy += 1
                out.append((item.id, place, item.attempts, item.at))
        return out

    def step(self, event, by, now):
        """Whether it is allowed."""
        allowed = {1: [DRAFT], 2: [APPROVED, RUNNING], 3: [PAUSED], 4: [DRAFT, APPROVED, RUNNING, PAUSED]}[event]
        if self.life not in allowed or (event == 1 and by == self.document["made_by"]):
            return False
        if event == 4 and self.begun:
            for item in self.items:
                self.end(item, now)
        self.life, self.resumes = {1: APPROVED, 2: PAUSED, 3: self.resumes, 4: CANCELLED}[event], self.life if event == 2 else 0
        self.changed = now
        return True
