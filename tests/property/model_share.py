# SPDX-License-Identifier: Apache-2.0
"""Apportionment as its definitions say it, in exact fractions, unit by unit and without any thought of speed. It shares no code with the library.

Methods are by name; shares are (key, weight) pairs; a refusal is Refused with the status by name and the index of the share (-1: none in particular)."""

from fractions import Fraction

WORD = 2**64
METHODS = ["largest_remainder", "webster", "half_up_each", "floor_each", "first", "absorb"]
ZERO = ["error", "equal", "fallback", "owner"]


class Refused(Exception):
    def __init__(self, status, index=-1, message=""):
        super().__init__(f"{status} {index} {message}")
        self.status, self.index = "MBILL_E_" + status, index


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % WORD
    z = (z ^ z >> 27) * 0x94D049BB133111EB % WORD
    return z ^ z >> 31


def order(key, salt):
    return mix(key ^ salt) if salt else key


def refuse_twice(shares, key):
    raise Refused("DUPLICATE_KEY", [i for i, (other, _) in enumerate(shares) if other == key][1])


def hand_out(parts, wanted, claim, shares, salt, last=None):
    """One unit more to each of the `wanted` first by claim (the largest), then by the order of keys; who is `last` stands behind in every tie."""
    def place(i):
        return (-claim(i), i == last, order(shares[i][0], salt))
    ranked = sorted(range(len(parts)), key=place)
    if 0 < wanted < len(ranked) and place(ranked[wanted - 1]) == place(ranked[wanted]):
        refuse_twice(shares, shares[ranked[wanted]][0])
    for i in ranked[:wanted]:
        parts[i] += 1


def largest(units, weights, shares, salt, last=None):
    total = sum(weights)
    quotas = [Fraction(units * weight, total) for weight in weights]
    parts = [int(quota) for quota in quotas]
    hand_out(parts, units - sum(parts), lambda i: quotas[i] - int(quotas[i]), shares, salt, last)
    return parts


def webster(units, weights, shares, salt):
    """Where the claims are settled by the quotas is where they must be; the rest one by one. Small totals go one by one from the start."""
    total = sum(weights)
    parts = [0] * len(weights)
    if units > 60:  # every quota less n + 1 is given for certain: no claim below it can be the last served
        parts = [max(0, units * weight // total - len(weights) - 1) for weight in weights]
    last = None
    for _ in range(units - sum(parts)):
        claims = [(Fraction(weight, 2 * part + 1), -order(key, salt)) for weight, part, (key, _) in zip(weights, parts, shares)]
        last = max(range(len(weights)), key=lambda i: claims[i])
        served = claims[last]
        parts[last] += 1
    if last is not None:
        for i, (weight, part) in enumerate(zip(weights, parts)):
            if i != last and shares[i][0] == shares[last][0] and (Fraction(weight, 2 * part + 1), -order(shares[i][0], salt)) == served:
                refuse_twice(shares, shares[i][0])
    return parts


def half_up(value):
    return int(value + Fraction(1, 2))


def each(method, units, weights, shares, absorb_key):
    total = sum(weights)
    quotas = [Fraction(units * weight, total) for weight in weights]
    parts = [half_up(quota) if method == "half_up_each" else int(quota) for quota in quotas]
    left = units - sum(parts)
    if method == "first":
        for i in [i for i, weight in enumerate(weights) if weight > 0][:left]:
            parts[i] += 1
        left = 0
    if method == "absorb":
        found = [i for i, (key, _) in enumerate(shares) if key == absorb_key]
        if not found:
            raise Refused("NOT_FOUND")
        if len(found) > 1:
            refuse_twice(shares, absorb_key)
        parts[found[0]] += left
        left = 0
    return parts, left


def add_up(weights):
    total = 0
    for i, weight in enumerate(weights):
        total += weight
        if total >= WORD:
            raise Refused("RANGE", i)
    return total


def settle_weights(weights, policy, fallback):
    """The weights that are used; None when nobody pays."""
    if sum(weights) > 0:
        return weights
    if policy == "owner":
        return None
    if policy == "equal":
        weights = [1] * len(weights)
    if policy == "fallback":
        weights = fallback
        add_up(weights)
    if sum(weights) == 0:
        raise Refused("ZERO_WEIGHT")
    return weights


def split(total, shares, method="largest_remainder", zero_policy="error", tie_salt=0, absorb_key=0, step=1, check_keys=False, fallback=()):
    """(amounts, residual)"""
    weights = [weight for _, weight in shares]
    add_up(weights)
    keys = [key for key, _ in shares]
    twice = [key for key in keys if keys.count(key) > 1]
    if check_keys and twice:
        raise Refused("DUPLICATE_KEY", None)
    step = step or 1
    sign = -1 if total < 0 else 1
    units, beyond = divmod(abs(total), step)
    if total != 0:
        weights = settle_weights(weights, zero_policy, list(fallback))
    if total == 0 or weights is None:
        return [0] * len(shares), total
    left = 0
    if method == "largest_remainder":
        parts = largest(units, weights, shares, tie_salt)
    elif method == "webster":
        parts = webster(units, weights, shares, tie_salt)
    else:
        parts, left = each(method, units, weights, shares, absorb_key)
    residual = sign * (left * step + beyond)
    if residual == 2**63:
        raise Refused("OVERFLOW")
    return [sign * part * step for part in parts], residual


def bounded(total, shares, low, high, zero_policy="error", tie_salt=0, step=1, check_keys=False, fallback=()):
    """(amounts, residual); a maximum of None is none. The level is found by trying every bound's own, and the line between the two around it."""
    weights = [weight for _, weight in shares]
    add_up(weights)
    if check_keys and len({key for key, _ in shares}) < len(shares):
        raise Refused("DUPLICATE_KEY", None)
    step = step or 1
    for i, (least, most) in enumerate(zip(low, high)):
        if least < 0 or (most is not None and most < least) or least % step or (most or 0) % step:
            raise Refused("INVALID", i)
    sign = -1 if total < 0 else 1
    units, beyond = divmod(abs(total), step)
    if total != 0:
        weights = settle_weights(weights, zero_policy, list(fallback))
        if weights is None:
            return [0] * len(shares), total
    least = [value // step for value in low]
    most = [max(units, floor) if value is None else value // step for value, floor in zip(high, least)]
    gap = sum(least) - units
    if gap <= 0:
        gap = min(0, sum(most[i] if weights[i] else least[i] for i in range(len(shares))) - units)
    if gap:
        refused = Refused("INFEASIBLE")
        refused.gap = max(-(2**63 - 1), min(2**63 - 1, gap * step))
        raise refused

    def at(level):
        return [min(max(level * weight, floor), ceiling) if weight else floor for weight, floor, ceiling in zip(weights, least, most)]

    levels = sorted({Fraction(bound, weight) for weight, floor, ceiling in zip(weights, least, most) if weight for bound in (floor, ceiling)} | {Fraction(0)})
    above = next((level for level in levels if sum(at(level)) >= units), levels[-1])
    below = max((level for level in levels if sum(at(level)) <= units), default=above)
    exact = at(below)
    if sum(exact) < units:
        start, end = sum(exact), sum(at(above))
        exact = at(below + (above - below) * Fraction(units - start, end - start))
    parts = [int(value) for value in exact]
    hand_out(parts, units - sum(parts), lambda i: exact[i] - int(exact[i]), shares, tie_salt)
    return [sign * part * step for part in parts], sign * beyond


def carried(total, shares, carry, zero_policy="error", tie_salt=0, step=1, check_keys=False, fallback=()):
    """(amounts, residual, carry after)"""
    step = step or 1
    sign = -1 if total < 0 else 1
    units, beyond = divmod(abs(total), step)
    if units > 9 * 10**12:
        raise Refused("RANGE")
    if (units + 1) * step >= 2**63:
        raise Refused("OVERFLOW")
    weights = [weight for _, weight in shares]
    add_up(weights)
    if check_keys and len({key for key, _ in shares}) < len(shares):
        raise Refused("DUPLICATE_KEY", None)
    for i, one in enumerate(carry):
        if abs(one) >= 10**6:
            raise Refused("RANGE", i)
    if sum(carry):
        raise Refused("INVALID")
    if total != 0:
        weights = settle_weights(weights, zero_policy, list(fallback))
    if total == 0 or weights is None:
        return [0] * len(shares), total, list(carry)
    exact = [Fraction(part + sign * one, 10**6) for part, one in zip(largest(units * 10**6, weights, shares, tie_salt), carry)]
    parts = [value.numerator // value.denominator for value in exact]
    hand_out(parts, units - sum(parts), lambda i: exact[i] - exact[i].numerator // exact[i].denominator, shares, tie_salt)
    return [sign * part * step for part in parts], sign * beyond, [int(sign * (value - part) * 10**6) for value, part in zip(exact, parts)]


def mixed(total, step, components):
    """components: (weight, shares, options); (amounts of the components, lines, totals, residual)"""
    amounts, residual = split(total, [(i, weight) for i, (weight, _, _) in enumerate(components)], step=step)
    lines = []
    for amount, (_, shares, options) in zip(amounts, components):
        line, over = split(amount, shares, **dict(options, step=step))
        lines.append(line)
        residual += over
        if not -2**63 <= residual < 2**63:
            raise Refused("OVERFLOW")
    return amounts, lines, [sum(column) for column in zip(*lines)], residual


def vacancy(rule, numerator, denominator, shares, vacant):
    if rule == "reduced" and (denominator == 0 or numerator > denominator):
        raise Refused("INVALID")
    weights = []
    for i, ((_, weight), empty) in enumerate(zip(shares, vacant)):
        if rule == "reduced":
            weight *= numerator if empty else denominator
        if weight >= WORD:
            raise Refused("RANGE", i)
        weights.append(0 if rule == "exclude" and empty else weight)
    return weights
