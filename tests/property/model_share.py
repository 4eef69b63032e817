# SPDX-License-Identifier: Apache-2.0
"""Apportionment as its definitions say it, in exact fractions, unit by unit and without any thought of speed. It shares no code with the library.

Methods are by name; shares are (key, weight) pairs; a refusal is Refused with the status by name and the index of the share (-1: none in particular)."""

import calendar
import datetime
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


def explain(total, shares, zero_policy="error", tie_salt=0, step=1, check_keys=False, fallback=()):
    """weight, floor, remainder, rank, whether it got one of each; then the sum of weights, and how many were handed out."""
    split(total, shares, zero_policy=zero_policy, tie_salt=tie_salt, step=step, check_keys=check_keys, fallback=fallback)  # refuses what cannot be split
    weights = settle_weights([weight for _, weight in shares], zero_policy, list(fallback)) if total else None
    if weights is None:
        return [number for _, weight in shares for number in (weight, 0, 0, 0, 0)] + [0, 0]
    whole, units = sum(weights), abs(total) // (step or 1)
    extra = units - sum(units * weight // whole for weight in weights)
    ranked = sorted(range(len(shares)), key=lambda i: (-(units * weights[i] % whole), order(shares[i][0], tie_salt)))
    numbers = []
    for i, weight in enumerate(weights):
        numbers += [weight, units * weight // whole, units * weight % whole, ranked.index(i) + 1, int(ranked.index(i) < extra)]
    return [*numbers, whole, extra]


# --- trees ------------------------------------------------------------------------------------------------------------------------------

REST = ["common", "by_usage", "owner"]
NEGATIVE = ["error", "zero", "scale"]


class Node:
    """One node; parent is a key or None for a root, reading a number or None."""

    def __init__(self, key, parent, reading, common_weight=0, interval=None, unit=None):
        self.key, self.parent, self.reading, self.common_weight, self.interval, self.unit = key, parent, reading, common_weight, interval, unit
        self.amount = self.common = self.bucket = self.owner = self.rest = self.loss = 0
        self.children, self.warned = [], False

    def leaves(self):
        return [leaf for child in self.children for leaf in child.leaves()] if self.children else [self]

    def below(self):
        return sum(leaf.common_weight for leaf in self.leaves())


def hang(nodes):
    """The roots; children in their parents."""
    by_key = {}
    for i, node in enumerate(nodes):
        if node.key in by_key:
            raise Refused("DUPLICATE_KEY", None)
        by_key[node.key] = node
    for i, node in enumerate(nodes):
        if node.parent is not None and node.parent not in by_key:
            raise Refused("NO_PARENT", i)
    for i, node in enumerate(nodes):
        way, at = {node.key}, node
        while at.parent is not None:
            at = by_key[at.parent]
            if at.key in way:
                raise Refused("CYCLE", None)
            way.add(at.key)
        if len(way) > 32:
            raise Refused("RANGE", None)
    for node in nodes:
        if node.parent is not None:
            by_key[node.parent].children.append(node)
    return [node for node in nodes if node.parent is None]


def measure(node):
    for child in node.children:
        measure(child)
    below = sum(child.reading for child in node.children)
    if below >= 2**63 or node.below() >= WORD:
        raise Refused("RANGE", None)
    node.adjusted = node.reading = below if node.reading is None else node.reading
    node.rest = node.reading - below if node.children else 0


def to_zero(value):
    return -(-value.numerator // value.denominator) if value < 0 else value.numerator // value.denominator


def descend(node, options):
    rest, negative, zero_policy, salt, step = options
    children = node.children
    if node.rest < 0:
        if negative == "error":
            raise Refused("NEGATIVE_REST", None)
        if negative == "scale":
            pairs = [(child.key, child.reading) for child in children]
            for child, adjusted in zip(children, largest(node.reading, [child.reading for child in children], pairs, salt)):
                child.adjusted = adjusted
    has_bucket = node.rest > 0 and rest != "by_usage"
    pairs = [(child.key, child.reading) for child in children] + ([(None, node.rest)] if has_bucket else [])
    amounts, residual = split_with_last(node.amount, pairs, zero_policy, salt, step, [child.below() for child in children], has_bucket)
    node.owner += residual
    for child, amount in zip(children, amounts):
        child.amount = amount
    if has_bucket:
        node.bucket = amounts[-1]
        if rest == "owner":
            node.owner += node.bucket
        else:
            leaves = node.leaves()
            policy = "error" if zero_policy == "fallback" else zero_policy
            amounts, residual = split(node.bucket, [(leaf.key, leaf.common_weight) for leaf in leaves], zero_policy=policy, tie_salt=salt, step=step)
            node.owner += residual
            for leaf, amount in zip(leaves, amounts):
                leaf.common += amount
    for child in children:
        if child.children:
            descend(child, options)


def split_with_last(total, pairs, zero_policy, salt, step, fallback, has_last):
    """split() by largest remainder where the last may stand behind in every tie."""
    weights = [weight for _, weight in pairs]
    sign = -1 if total < 0 else 1
    units, beyond = divmod(abs(total), step)
    if total != 0:
        weights = settle_weights(weights, zero_policy, fallback + [0] * has_last)
    if total == 0 or weights is None:
        return [0] * len(pairs), total
    keyed = [(0 if key is None else key, weight) for key, weight in pairs]
    return [sign * part * step for part in largest(units, weights, keyed, salt, len(pairs) - 1 if has_last else None)], sign * beyond


def tree(total, nodes, rest="common", negative="error", zero_policy="error", tie_salt=0, step=1, tolerance_ppm=0):
    """The nodes with what came of them, and the residual."""
    roots = hang(nodes)
    for node in nodes:
        if node.reading is not None and node.reading < 0 or node.reading is None and not node.children:
            raise Refused("INVALID", None)
    for said in ("interval", "unit"):
        if len({getattr(node, said) for node in nodes} - {None}) > 1:
            raise Refused("ALIGN", None)
    top = Node(None, None, None)
    top.children, top.amount = roots, total
    for root in roots:
        measure(root)
    if not roots:
        if total and zero_policy != "owner":
            raise Refused("ZERO_WEIGHT")
        return nodes, total
    if sum(root.reading for root in roots) >= WORD:
        raise Refused("RANGE", None)
    try:
        descend(top, (rest, negative, zero_policy, tie_salt, step or 1))
    except Refused as refused:
        refused.index = None  # that of the node whose split failed
        raise
    for node in nodes:
        if node.reading:
            node.loss = max(-(2**63 - 1), min(2**63 - 1, to_zero(Fraction(10**6 * node.rest, node.reading))))
        node.warned = 10**6 * abs(node.rest) > tolerance_ppm * node.reading
    return nodes, top.owner + sum(node.owner for node in nodes)


# --- time -------------------------------------------------------------------------------------------------------------------------------

EPOCH = datetime.date(1970, 1, 1)
USUAL = [510, 450, 390, 240, 120, 40, 40, 40, 90, 240, 360, 480]


def degree_weight(begin, end, table=None):
    """Day by day."""
    total = Fraction(0)
    for day in range(begin, end):
        date = EPOCH + datetime.timedelta(days=day)
        total += Fraction((table or USUAL)[date.month - 1] * 377580, calendar.monthrange(date.year, date.month)[1])
    assert total.denominator == 1
    return int(total)


def segments(amount, begin, end, parts, rule="days", table=None, **options):
    """(lines of [from, to, segment or -1, weight, amount], residual)"""
    if begin >= end:
        raise Refused("INVALID")
    for i, (first, last) in enumerate(parts):
        if first >= last or first < begin or last > end:
            raise Refused("INVALID", i)
    owner = {}
    for i, (first, last) in sorted(enumerate(parts), key=lambda one: (one[1][0], one[0])):
        for day in range(first, last):
            if day in owner:
                raise Refused("OVERLAP", i)
            owner[day] = i
    lines = []
    for day in range(begin, end):
        who = owner.get(day, -1)
        if lines and lines[-1][2] == who:
            lines[-1][1] = day + 1
        else:
            lines.append([day, day + 1, who])
    weights = [last - first if rule == "days" else degree_weight(first, last, table) for first, last, _ in lines]
    amounts, residual = split(amount, list(enumerate(weights)), **dict(options, tie_salt=0, fallback=[last - first for first, last, _ in lines]))
    return [[*line, weight, part] for line, weight, part in zip(lines, weights, amounts)], residual
