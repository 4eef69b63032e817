# SPDX-License-Identifier: Apache-2.0
"""Alarms worked out from how they are told, not as a machine: with v(t) the last value at or before t, RAISE at the first t whose whole [t - on, t] trips, CLEAR at the
first t whose whole [t - off, t] fails the relaxed comparison. What holds for how long is cut into stretches first; missing data puts stretches in, or stops the clock."""


def trips(config, value, active):
    """The comparison, with the deadband while active."""
    low = config["when"] in ("below", "at_or_below")
    limit = config["limit"] + (0 if not active else config["deadband"] if low else -config["deadband"])
    equal = config["when"] in ("at_or_below", "at_or_above") or (active and config["hold_at_equal"])
    return value == limit and equal or (value < limit if low else value > limit)


class Stretch:
    """From `start` on, by the alarm's own clock, something is true: `holds(active)`. `real` maps the clock back to time. `closed`: what ends exactly at the end ends within it."""

    def __init__(self, start, holds, shift):
        self.start, self.holds, self.shift, self.end, self.closed = start, holds, shift, None, False


def stretches(config, samples, end):
    """The good samples up to a tick at `end`, as stretches; a stretch's clock leaves out what stood still."""
    out, shift, hold = [], 0, config["max_hold_s"]
    for at, (time, value) in enumerate(samples):
        out.append(Stretch(time - shift, lambda active, value=value: trips(config, value, active), shift))
        following = samples[at + 1][0] if at + 1 < len(samples) else None
        lost = time + hold
        if hold == 0 or (following is not None and following <= lost) or (following is None and lost > end):
            continue
        if config["stale"] == "hold":  # the clock stops at `lost`, and what ends there ends
            out[-1].end, out[-1].closed = lost - shift, True
            shift += (following if following is not None else end + 1) - lost
        else:
            out.append(Stretch(lost - shift, lambda active, tripped=config["stale"] == "trip": tripped, shift))
    for one, following in zip(out, out[1:]):
        one.end = following.start if one.end is None else one.end
    if out and out[-1].end is None:
        out[-1].end, out[-1].closed = end - out[-1].shift, True
    return out


def first(parts, begin, wanted, active, delay):
    """(time, place of its stretch) at which `wanted` held for a whole delay, looking at the stretches from `begin` on; None: never."""
    since = None
    for at in range(begin, len(parts)):
        part = parts[at]
        if part.holds(active) != wanted:
            since = None
            continue
        since = part.start if since is None else since
        due = since + delay
        inside = due < part.end or (due == part.end and part.closed) or due == part.start  # a sample at the very time that still holds
        if inside and due >= part.start:
            return due + part.shift, at
    return None


def events(config, samples, end):
    """[(effective time, RAISE or CLEAR)] of good samples [(time, value)] in order, and a tick at the end."""
    parts, out, active, at = stretches(config, samples, end), [], False, 0
    while True:
        found = first(parts, at, not active, active, config["off_s"] if active else config["on_s"])
        if found is None:
            return out
        active = not active
        out.append((found[0], "RAISE" if active else "CLEAR"))
        at = found[1] + 1  # the stretch in which it changed holds on: the relaxed comparison fails only in another


def calls(config, script):
    """Events and refusals of a script [(kind, time, value)] that ends with a tick: late calls are left out."""
    samples, last, ticked, late = [], None, None, []
    for at, (kind, time, value) in enumerate(script):
        if (last is not None and time < last) or (kind != "tick" and ticked is not None and time <= ticked):
            late.append(at)
            continue
        last = time
        if kind == "tick":
            ticked = time
        elif kind == "sample":
            samples.append((time, value))
    return events(config, samples, last), late


def window(config, script):
    """[(time, RAISE or CLEAR)] of events [(time, who)] second by second; the last second is `script[-1][0]` and belongs to it."""
    reach, seen, active, out = config["within_s"] + (1 if config["closed"] else 0), [], False, []

    def count(now):
        inside = [(time, who) for time, who in seen if time > now - reach]
        return len({who for _, who in inside}) if config["distinct"] else len(inside)

    *given, (end, _) = script
    for now in range(end + 1):
        for time, who in given:
            if time == now:
                seen.append((time, who))
                if not active and count(now) >= config["n"]:
                    active = True
                    out.append((now, "RAISE"))
        if active and count(now) < config["n_clear"]:
            active = False
            out.append((now, "CLEAR"))
    return out


class Told:
    """One alarm's notice, second by second: what is due at a second comes after what is done at it, and nothing is ever looked for later than it was due."""

    def __init__(self, config):
        self.config, self.out, self.refused = config, [], []
        self.active = self.unacked = self.latched = False
        self.masks, self.shelf_end, self.once = set(), None, False
        self.clock = self.told = self.count = self.step = 0

    def notify(self, now):
        self.out.append((now, "NOTIFY"))
        self.told, self.count = now, self.count + 1

    def unmask(self, mask, now):
        self.masks.discard(mask)
        if not self.masks and self.active and self.unacked:
            self.clock = now
            self.notify(now)

    def holds(self, truth, now):
        if truth and not self.active:
            self.active = self.unacked = True
            self.latched = self.latched or self.config["latch"]
            self.clock, self.told, self.count, self.step = now, now, 0, 0
            if not self.masks:
                self.notify(now)
        elif not truth and self.active:
            self.active = False
            if self.masks or self.config["auto_ack"]:
                self.unacked = False
            if self.once:
                self.once, self.shelf_end = False, None
                self.masks.discard("shelf")

    def does(self, what, now, until):
        """False: it must be refused."""
        longest = self.config["max_shelve_s"]
        if what == "ack":
            if not self.unacked:
                return False
            self.unacked = False
        elif what == "reset":
            if not self.latched or self.active or self.unacked:
                return False
            self.latched = False
        elif what == "shelve":
            if until <= now or longest and until - now > longest:
                return False
            self.masks.add("shelf")
            self.shelf_end, self.once = until, False
        elif what == "shelve_once":
            self.masks.add("shelf")
            self.shelf_end, self.once = now + longest if longest else None, True
        elif what == "unshelve":
            if "shelf" not in self.masks:
                return False
            self.shelf_end, self.once = None, False
            self.unmask("shelf", now)
        elif what in ("suppress", "out_of_service"):
            self.masks.add(what)
        else:
            mask = {"unsuppress": "suppress", "in_service": "out_of_service"}[what]
            if mask in self.masks:
                self.unmask(mask, now)
        return True

    def end_of(self, now):
        if self.shelf_end == now:
            self.shelf_end, self.once = None, False
            self.unmask("shelf", now)
        if self.masks or not self.unacked:
            return
        repeat, most = self.config["repeat_s"], self.config["max_count"]
        if self.active and repeat and now - self.told == repeat and (most == 0 or self.count < most):
            self.notify(now)
        for step, after in enumerate(self.config["escalate"]):
            if step >= self.step and now - self.clock == after["after_s"]:
                self.out.append((now, "ESCALATE"))
                self.step = step + 1


def told(config, script):
    """[(time, NOTIFY or ESCALATE)] and the places of what is refused, of a script [(time, "holds" or an action, argument)] that ends with a tick."""
    notice, end = Told(config), script[-1][0]
    for now in range(end + 1):
        for at, (time, what, argument) in enumerate(script[:-1]):
            if time == now and what == "holds":
                notice.holds(argument, now)
            elif time == now and not notice.does(what, now, argument):
                notice.refused.append(at)
        notice.end_of(now)
    return notice.out, notice.refused
