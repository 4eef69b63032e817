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
