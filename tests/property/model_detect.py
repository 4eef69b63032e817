# SPDX-License-Identifier: Apache-2.0
"""Detectors by their definitions, slow and exact: the whole life is there, every instant that can matter is looked at, nothing is carried on but the truth before.

A life is a list of good readings (t, value, second) at rising times, estimated ones taken out: they count for nothing. events() gives what happens up to and
with `end` as (what, when). Shares no code with the library."""

import datetime
import fractions
import zoneinfo

DAY = 86400


def last_before(readings, t):
    """The readings up to and with t."""
    return [one for one in readings if one[0] <= t]


def changes(truth, instants):
    """RAISE and CLEAR where a truth changes, looked at in the order of time; before the first instant it is false."""
    out, was = [], False
    for t in sorted(instants):
        now = truth(t)
        if now != was:
            out.append(("RAISE" if now else "CLEAR", t))
        was = now
    return out


def comm_loss(rule, readings, end):
    def silent(t):
        heard = last_before(readings, t)
        return bool(heard) and t - heard[-1][0] > rule["timeout_s"]
    return changes(silent, range(readings[0][0], end + 1))


def failure(rule, readings, end):
    def stands(t):
        seen = last_before(readings, t)
        if not seen or seen[-1][1] == 0:
            return False
        return rule["window_s"] == 0 or t < seen[-1][0] + rule["window_s"]
    return changes(stands, range(readings[0][0], end + 1))


def arrears_trip(rule, readings, end):
    return changes(lambda t: last_before(readings, t)[-1][1] == 1, [one[0] for one in readings])


def flow_of_seconds(rule, readings, end):
    """For each second its flow, None where it is not known."""
    out = {}
    for i, (t, flow, _) in enumerate(readings):
        until = readings[i + 1][0] if i + 1 < len(readings) else end
        known = min(until, t + rule["max_hold_s"]) if rule["max_hold_s"] else until
        out.update({second: flow if second < known else None for second in range(t, until)})
    return out


def leak_flow(rule, readings, end):
    flow, window, quiet = flow_of_seconds(rule, readings, end), rule["window_s"], rule["quiet_s"]
    out, on = [], False
    for t in range(readings[0][0], end + 1):
        before = [flow.get(second) for second in range(t - window, t)]
        run = longest = 0
        for one in before:
            run = run + 1 if one is not None and one < rule["limit"] else 0
            longest = max(longest, run)
        if not on and None not in before and longest < quiet:
            out.append(("RAISE", t))
            on = True
        elif on and run >= quiet:
            out.append(("CLEAR", t))
            on = False
    return out


def leak_volume(rule, readings, end):
    def leaks(t):
        hours = last_before(readings, t)[-rule["times"]:]
        return len(hours) == rule["times"] and all(volume >= rule["limit"] for _, volume, _ in hours)
    return changes(leaks, [one[0] for one in readings])


def delayed(rule, readings, end, truth_of):
    """Up when the truth holds in all of [t - on, t], down when it fails in all of [t - off, t]; a reading that is too old counts as the policy says."""
    truth = {}
    for i, one in enumerate(readings):
        until = readings[i + 1][0] if i + 1 < len(readings) else end + 1
        for t in range(one[0], until):
            stale = rule["max_hold_s"] and t >= one[0] + rule["max_hold_s"]
            truth[t] = truth_of(one) if not stale else rule["stale_policy"] == 2
    out, on = [], False
    for t in range(readings[0][0], end + 1):
        span = [truth.get(second) for second in range(t - (rule["off_s"] if on else rule["on_s"]), t + 1)]
        if all(one is (not on) for one in span):
            on = not on
            out.append(("RAISE" if on else "CLEAR", t))
    return out


def burst(rule, readings, end):
    return delayed(rule, readings, end, lambda one: fractions.Fraction(one[1], rule["base"]) > fractions.Fraction(rule["permille"], 1000))


def high_flow(rule, readings, end):
    return delayed(rule, readings, end,
                   lambda one: fractions.Fraction(one[1], rule["base"]) > fractions.Fraction(rule["permille"], 1000) and one[2] < rule["dt_mk"])


def loss(rule, readings, end):
    def lost(one):
        master, below = one[1], one[2]
        if master == 0:
            return below != 0
        return abs(fractions.Fraction(master - below, master)) * 10**6 > rule["limit"]
    return delayed(rule, readings, end, lost)


def zero_use(rule, readings, end):
    def unmoved(t):
        seen = last_before(readings, t)
        if not seen or seen[-1][2] != 1:
            return False
        since = seen[-1][0]
        for earlier in reversed(seen):
            if earlier[1] != seen[-1][1] or earlier[2] != 1:
                break
            since = earlier[0]
        return t - since >= rule["times"] * DAY
    instants = {one[0] for one in readings} | {one[0] + rule["times"] * DAY for one in readings}
    return changes(unmoved, [t for t in instants if t <= end])


def night_flow(rule, readings, end):
    zone = zoneinfo.ZoneInfo(rule["zone"])

    def clock(t):
        local = datetime.datetime.fromtimestamp(t, zone)
        return local.date(), local.hour * 3600 + local.minute * 60 + local.second
    nights = {}
    for t, flow, _ in readings:
        day, second = clock(t)
        if rule["from_s"] <= second < rule["to_s"]:
            nights.setdefault(day, []).append((t, flow))
    out, row, on = [], 0, False
    for day in sorted(nights):
        minute = nights[day][0][0] // 60 * 60  # all offsets and all nights are whole minutes
        over = max(t for t in range(minute, minute + 27 * 3600, 60) if clock(t)[0] == day and rule["from_s"] <= clock(t)[1] < rule["to_s"]) + 60
        row = row + 1 if min(flow for _, flow in nights[day]) > rule["limit"] else 0
        if over <= end and (row >= rule["times"]) != on:
            on = not on
            out.append(("RAISE" if on else "CLEAR", over))
    return out


def reverse_flow(rule, readings, end):
    out, on = [], False
    for before, after in zip(readings, readings[1:]):
        forward = (after[1] - before[1]) % rule["modulus"] if rule["modulus"] else None
        rolled = after[1] < before[1] and forward is not None and forward <= rule["max_step"]
        back = after[1] < before[1] - rule["limit"] and not rolled
        if back != on:
            on = back
            out.append(("RAISE" if on else "CLEAR", after[0]))
        if rolled:
            out.append(("ROLLOVER", after[0]))
    return out


def switched(rule, readings, end, holds_at, restores):
    """Second by second: a trip, its end, and the lock of a day. holds_at(earlier, reading) is the truth of a reading, given those since the supply is on."""
    by_time, out = {one[0]: one for one in readings}, []
    since, tripped, until, trips, seen, before = None, False, None, [], [], None
    for t in range(readings[0][0], end + 1):
        if tripped and until == t:
            tripped, since, seen = False, None, []
            out.append(("CLEAR", t))
        if t in by_time:
            if not tripped:
                seen.append(by_time[t])
                holds = holds_at(seen, before)
                since = (since if since is not None else t) if holds else None
            before = by_time[t]
        if not tripped and since is not None and t - since >= rule["on_s"]:
            tripped = True
            day = (t + rule["east_s"]) // DAY
            trips = [one for one in trips if one == day] + [day]
            out.append(("RAISE", t))
            until = t + rule["reclose_s"] if len(trips) <= restores else None
            if until is None:
                out.append(("LOCK", t))
    return out


def over_power(rule, readings, end):
    def holds(seen, before):
        return sum(power >= rule["limit"] for _, power, _ in seen[-rule["of"]:]) >= rule["m"]
    return switched(rule, readings, end, holds, rule["per_day"] - 1)


def malicious_load(rule, readings, end):
    def heats(now, before):
        if before is None or (rule["max_hold_s"] and now[0] - before[0] > rule["max_hold_s"]):
            return False
        return any(low <= now[1] - before[1] <= high for low, high in rule["bands"]) and now[2] >= rule["power_factor_permille"]
    if rule["trips"]:
        return switched(dict(rule, on_s=0), readings, end, lambda seen, before: heats(seen[-1], before), rule["per_day"])
    truths = {one[0]: heats(one, readings[i - 1] if i else None) for i, one in enumerate(readings)}
    return changes(truths.get, list(truths))


def flapping(rule, readings, end):
    out, on, results = [], False, []
    for t, result, _ in readings:
        results = (results + [result])[-21:]
        padded = [results[0]] * (21 - len(results)) + results
        total = sum((fractions.Fraction(3, 4) + fractions.Fraction(x - 1, 38) for x in range(1, 21) if padded[x] != padded[x - 1]), fractions.Fraction(0))
        share = total / 20
        now = share > fractions.Fraction(rule["low_permille"], 1000) if on else share >= fractions.Fraction(rule["high_permille"], 1000)
        if now != on:
            on = now
            out.append(("RAISE" if on else "CLEAR", t))
    return out


def events(rule, readings, end):
    return globals()[rule["kind"]](rule, readings, end) if readings else []
