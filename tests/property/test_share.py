# SPDX-License-Identifier: Apache-2.0
"""Apportionment against model_share.py, and the laws that every split keeps. More of them: share_campaign.py."""

import pathlib
import subprocess

import model_share as model
import pytest
from hypothesis import assume, given, strategies as st


class Sharer:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, request):
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        words = self.process.stdout.readline().split()
        assert words, f"the driver ended at {request}"
        if words[0] == "gap":
            return words[2], int(words[1])
        return ("ok", [int(word) for word in words[1:]]) if words[0] == "ok" else (words[0], int(words[1]))

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=30) == 0
        self.process.stdout.close()


@pytest.fixture(scope="session")
def sharer(program):
    path = pathlib.Path(program).with_name("share_driver")
    if not path.exists():
        pytest.skip("a build of numbers and calendar alone has no apportionment")
    running = Sharer(str(path))
    yield running
    running.end()


def listed(*lists):
    return " ".join(str(word) for one in lists for word in one)


def options_text(method="largest_remainder", zero_policy="error", tie_salt=0, absorb_key=0, step=1, check_keys=False, fallback=()):
    return listed([model.METHODS.index(method), model.ZERO.index(zero_policy), tie_salt, absorb_key, step, int(check_keys), len(fallback)], fallback)


def split_text(total, shares, **options):
    return f"split {total} {options_text(**options)} {len(shares)} " + " ".join(f"{key} {weight}" for key, weight in shares)


def by_model(function, *arguments, **options):
    """The answer in the driver's form; an index of None is not compared."""
    try:
        amounts, residual = function(*arguments, **options)
        return "ok", [*amounts, residual]
    except model.Refused as refused:
        return refused.status, getattr(refused, "gap", refused.index)


def same(got, wanted):
    return got == wanted or got[0] != "ok" and got[0] == wanted[0] and wanted[1] is None


# --- what is drawn ------------------------------------------------------------------------------------------------------------------

TOTALS = st.integers(-300, 300) | st.integers(-10**9, 10**9) | st.integers(-2**63, 2**63 - 1) | st.sampled_from([-2**63, 2**63 - 1, 0, 1, -1])
WEIGHTS = st.integers(0, 4) | st.integers(0, 10**6) | st.integers(0, 2**60) | st.integers(0, 2**64 - 1)
SALTS = st.just(0) | st.integers(0, 2**64 - 1)
STEPS = st.just(1) | st.sampled_from([0, 5, 10000, 50000]) | st.integers(1, 2**63 - 1)


@st.composite
def pools(draw, least=0, most=12):
    keys = draw(st.lists(st.integers(0, 20) | st.integers(0, 2**64 - 1), min_size=least, max_size=most, unique=draw(st.integers(0, 9)) > 0))
    like = draw(st.sampled_from([st.integers(0, 3), st.integers(0, 10**6), st.integers(0, 2**59), WEIGHTS]))
    return [(key, draw(like)) for key in keys]


@st.composite
def ways(draw, shares):
    fallback = [draw(st.integers(0, 5)) for _ in shares]
    policy = draw(st.sampled_from(model.ZERO))
    absorb = draw(st.sampled_from([key for key, _ in shares] + [7]))
    if policy == "fallback" and not shares:
        policy = "equal"
    return {"method": draw(st.sampled_from(model.METHODS)), "zero_policy": policy, "tie_salt": draw(SALTS), "absorb_key": absorb,
            "step": draw(STEPS), "check_keys": draw(st.integers(0, 5)) == 0, "fallback": fallback if policy == "fallback" else ()}


@given(data=st.data())
def test_split_is_the_model(sharer, data):
    shares = data.draw(pools())
    total, options = data.draw(TOTALS), data.draw(ways(shares))
    got, wanted = sharer.ask(split_text(total, shares, **options)), by_model(model.split, total, shares, **options)
    assert same(got, wanted), (got, wanted)


@given(data=st.data())
def test_laws_of_a_split(sharer, data):
    shares = data.draw(pools(least=1))
    total, options = data.draw(TOTALS), data.draw(ways(shares))
    assume(len({key for key, _ in shares}) == len(shares))
    status, numbers = sharer.ask(split_text(total, shares, **options))
    if status != "ok":
        return
    amounts, residual = numbers[:-1], numbers[-1]
    assert sum(amounts) + residual == total
    if total > -2**63:
        assert sharer.ask(split_text(-total, shares, **options)) == ("ok", [-number for number in numbers])
    if options["method"] != "first":
        turned = data.draw(st.permutations(range(len(shares))))
        fallback = [options["fallback"][i] for i in turned] if options["fallback"] else ()
        status, other = sharer.ask(split_text(total, [shares[i] for i in turned], **dict(options, fallback=fallback)))
        assert status == "ok" and other == [*(amounts[i] for i in turned), residual]
    if options["method"] not in ("absorb",) and sum(weight for _, weight in shares) > 0:
        assert all(amount == 0 for (_, weight), amount in zip(shares, amounts) if weight == 0)


@given(data=st.data())
def test_laws_of_largest_remainder(sharer, data):
    shares = data.draw(pools(least=1))
    weights = [weight for _, weight in shares]
    whole = sum(weights)
    assume(0 < whole < 2**64 and len({key for key, _ in shares}) == len(shares))
    total, salt = data.draw(TOTALS), data.draw(SALTS)
    status, numbers = sharer.ask(split_text(total, shares, tie_salt=salt))
    assert status == "ok"
    amounts = numbers[:-1]
    assert numbers[-1] == 0
    assert all(abs(amount * whole - total * weight) < whole for amount, weight in zip(amounts, weights))
    sign = -1 if total < 0 else 1
    for i, weight in enumerate(weights):
        for j, other in enumerate(weights):
            assert abs(amounts[i] - amounts[j]) <= 1 if weight == other else weight < other or sign * (amounts[i] - amounts[j]) >= 0
    times = data.draw(st.integers(1, max(1, (2**64 - 1) // whole)))
    assert sharer.ask(split_text(total, [(key, weight * times) for key, weight in shares], tie_salt=salt)) == ("ok", numbers)


@given(data=st.data())
def test_webster_never_falls_when_the_total_rises(sharer, data):
    shares = data.draw(pools(least=1))
    assume(0 < sum(weight for _, weight in shares) < 2**64 and len({key for key, _ in shares}) == len(shares))
    total = data.draw(st.integers(0, 2**63 - 2) | st.integers(0, 400))
    _, first = sharer.ask(split_text(total, shares, method="webster"))
    _, more = sharer.ask(split_text(total + 1, shares, method="webster"))
    assert all(b >= a for a, b in zip(first, more))


# --- bounds, carry, components, vacancy -----------------------------------------------------------------------------------------------

NO_MAXIMUM = 2**63 - 1


def flat(*lists):
    return " ".join(f"{len(one)} " + " ".join(map(str, one)) for one in lists)


@st.composite
def plain_ways(draw, shares):
    """Options of what is by largest remainder alone."""
    options = draw(ways(shares))
    del options["method"], options["absorb_key"]
    return options


@given(data=st.data())
def test_bounds_are_the_model(sharer, data):
    shares = data.draw(pools())
    options = data.draw(plain_ways(shares))
    step = options["step"] or 1
    total = data.draw(st.integers(-300, 300).map(lambda units: max(-2**63, min(2**63 - 1, units * step))) | TOTALS)
    room = data.draw(st.sampled_from([3, 40, 400])) if step < 10**6 or data.draw(st.booleans()) else 3
    low = [min(data.draw(st.integers(-1, 2 * room)) // 2 * step, 2**62) if data.draw(st.booleans()) else 0 for _ in shares]
    high = [data.draw(st.none() | st.integers(0, 3 * room).map(lambda more, floor=floor: min(floor + more * step, 2**63 - 2))) for floor in low]
    request = split_text(total, shares, **options).replace("split", "bounded", 1) + " " + flat(low, [NO_MAXIMUM if most is None else most for most in high])
    wanted = by_model(model.bounded, total, shares, low, high, **options)
    got = sharer.ask(request)
    assert same(got, wanted), (got, wanted)
    if got[0] == "ok":
        amounts = [abs(amount) for amount in got[1][:-1]]
        if any(amounts):
            assert all(least <= amount and (most is None or amount <= most) for amount, least, most in zip(amounts, low, high))


@given(data=st.data())
def test_bounds_on_small_totals(sharer, data):
    shares = [(key, data.draw(st.integers(0, 5))) for key in range(data.draw(st.integers(1, 7)))]
    low = [data.draw(st.integers(0, 4)) for _ in shares]
    high = [least + data.draw(st.integers(0, 9)) if data.draw(st.booleans()) else None for least in low]
    total = data.draw(st.integers(-50, 50))
    got = sharer.ask(split_text(total, shares).replace("split", "bounded", 1) + " " + flat(low, [NO_MAXIMUM if most is None else most for most in high]))
    assert same(got, by_model(model.bounded, total, shares, low, high))


@given(data=st.data())
def test_carry_is_the_model_month_after_month(sharer, data):
    shares = data.draw(pools())
    carry = [0] * len(shares)
    options = data.draw(plain_ways(shares))
    for _ in range(data.draw(st.integers(1, 6))):
        total = data.draw(st.integers(-500, 500) | st.integers(-9 * 10**12, 9 * 10**12) | TOTALS)
        got = sharer.ask(split_text(total, shares, **options).replace("split", "carry", 1) + " " + flat(carry))
        try:
            amounts, residual, after = model.carried(total, shares, carry, **options)
        except model.Refused as refused:
            assert same(got, (refused.status, refused.index))
            return
        assert got == ("ok", [*amounts, residual, *after])
        assert sum(amounts) + residual == total and sum(after) == 0 and all(abs(one) < 10**6 for one in after)
        carry = after


@given(data=st.data())
def test_bad_carries(sharer, data):
    shares = data.draw(pools(least=1))
    carry = [data.draw(st.integers(-10**6, 10**6)) for _ in shares]
    total = data.draw(TOTALS)
    got = sharer.ask(split_text(total, shares).replace("split", "carry", 1) + " " + flat(carry))
    try:
        amounts, residual, after = model.carried(total, shares, carry)
    except model.Refused as refused:
        assert same(got, (refused.status, refused.index))
        return
    assert got == ("ok", [*amounts, residual, *after])


@given(data=st.data())
def test_mixed_is_the_model(sharer, data):
    keys = data.draw(st.lists(st.integers(0, 30), max_size=7, unique=True))
    components, step = [], data.draw(STEPS)
    for _ in range(data.draw(st.integers(1, 4))):
        shares = [(key, data.draw(st.integers(0, 40))) for key in keys]
        components.append((data.draw(st.integers(0, 100)), shares, data.draw(ways(shares))))
    total = data.draw(TOTALS)
    text = f"mixed {total} {step} {len(components)} " + " ".join(f"{weight} " + split_text(0, shares, **options)[8:] for weight, shares, options in components)
    try:
        amounts, lines, totals, residual = model.mixed(total, step, components)
        wanted = "ok", [*amounts, *(amount for line in lines for amount in line), *totals, residual]
        assert sum(totals) + residual == total
    except model.Refused as refused:
        wanted = refused.status, refused.index
    assert same(sharer.ask(text), wanted)


@given(data=st.data())
def test_vacancy_is_the_model(sharer, data):
    shares = data.draw(pools())
    vacant = [data.draw(st.integers(0, 1)) for _ in shares]
    rule, numerator, denominator = data.draw(st.sampled_from(["owner", "exclude", "reduced"])), data.draw(st.integers(0, 5)), data.draw(st.integers(0, 5))
    got = sharer.ask(f"vacancy {['owner', 'exclude', 'reduced'].index(rule)} {numerator} {denominator} {len(shares)} "
                     + " ".join(f"{key} {weight}" for key, weight in shares) + " " + flat(vacant))
    try:
        wanted = "ok", model.vacancy(rule, numerator, denominator, shares, vacant)
    except model.Refused as refused:
        wanted = refused.status, refused.index
    assert got == wanted


# --- trees ------------------------------------------------------------------------------------------------------------------------------

@st.composite
def meters(draw):
    """(key, parent, reading, common weight) in any order; now and then a node that hangs wrongly."""
    n = draw(st.integers(0, 9))
    keys = draw(st.lists(st.integers(0, 30) | st.integers(0, 2**64 - 1), min_size=n, max_size=n, unique=draw(st.integers(0, 15)) > 0))
    like = draw(st.sampled_from([st.integers(0, 4), st.integers(0, 1000), st.integers(0, 2**58)]))
    tall = draw(st.integers(0, 30)) == 0
    rows = []
    for i, key in enumerate(keys):
        parent = None if i == 0 or draw(st.integers(0, 6)) == 0 else keys[i - 1] if tall else keys[draw(st.integers(0, i - 1))]
        if draw(st.integers(0, 40)) == 0:
            parent = draw(st.sampled_from([*keys, 31]))
        rows.append([key, parent, draw(like), draw(st.integers(0, 3) | like)])
    inner = {row[1] for row in rows}
    for row in rows:
        if row[0] in inner:
            below = sum(other[2] or 0 for other in rows if other[1] == row[0])
            row[2] = draw(st.none() | st.integers(max(0, below - 3), below + 20) | st.just(row[2]))
    return draw(st.permutations(rows))


@given(data=st.data())
def test_tree_is_the_model(sharer, data):
    rows = data.draw(meters())
    options = {"rest": data.draw(st.sampled_from(model.REST)), "negative": data.draw(st.sampled_from(model.NEGATIVE)), "zero_policy": data.draw(st.sampled_from(model.ZERO)),
               "tie_salt": data.draw(SALTS), "step": data.draw(STEPS), "tolerance_ppm": data.draw(st.sampled_from([0, 20000, 10**6]) | st.integers(0, 2**63 - 1))}
    total = data.draw(TOTALS)
    said = [(data.draw(st.sampled_from([None, (10, 20)])), data.draw(st.sampled_from([None, 3]))) for _ in rows]
    if said and data.draw(st.integers(0, 12)) == 0:
        said[0] = data.draw(st.sampled_from([((10, 21), 3), ((10, 20), 4)]))
    words = [total, model.REST.index(options["rest"]), model.NEGATIVE.index(options["negative"]), model.ZERO.index(options["zero_policy"]), options["tie_salt"], options["step"],
             options["tolerance_ppm"], len(rows)]
    for (key, parent, reading, common), (interval, unit) in zip(rows, said):
        words += [key, parent or 0, reading or 0, common, *(interval or (0, 0)), (parent is None) + 2 * (reading is not None), unit or 0]
    got = sharer.ask("tree " + " ".join(map(str, words)))
    try:
        nodes, residual = model.tree(total, [model.Node(*row, *more) for row, more in zip(rows, said)], **options)
    except model.Refused as refused:
        assert same(got, (refused.status, refused.index)), (got, refused)
        return
    wanted = []
    for node in nodes:
        wanted += [node.amount, node.common, node.bucket, node.owner, node.rest, node.loss, node.adjusted, int(node.warned), int(not node.children)]
    assert got == ("ok", [*wanted, residual])
    assert sum(node.amount + node.common for node in nodes if not node.children) + residual == total
    for node in nodes:  # conserved at every node
        if node.children:
            own = sum(child.amount for child in node.children) + (node.bucket if options["rest"] == "common" else 0)
            assert options["zero_policy"] == "owner" or options["rest"] == "owner" or own == node.amount


def test_levels_of_a_tree(sharer):
    """32 levels are taken, 33 are not; a circle of many is told from a long way."""
    def chain(n, root):
        rows = [[i, i - 1, 1, 1, 0, 0, 2 + (i == 1 and root), 0] for i in range(1, n + 1)]
        if not root:
            rows[0][1] = n
        return f"tree 100 0 1 0 0 1 0 {n} " + " ".join(str(word) for row in rows for word in row)
    assert sharer.ask(chain(32, True))[0] == "ok"
    assert sharer.ask(chain(33, True)) == ("MBILL_E_RANGE", 32)
    assert sharer.ask(chain(33, False)) == ("MBILL_E_CYCLE", 0)
    assert sharer.ask(chain(2, False)) == ("MBILL_E_CYCLE", 0)
    assert sharer.ask(chain(1, False)) == ("MBILL_E_CYCLE", 0)


# --- time -------------------------------------------------------------------------------------------------------------------------------

@given(data=st.data())
def test_segments_are_the_model(sharer, data):
    begin = data.draw(st.integers(-20000, 40000))
    end = begin + data.draw(st.integers(0, 3) | st.integers(1, 400) | st.integers(365, 800))
    cuts = sorted(data.draw(st.integers(begin, max(begin, end))) for _ in range(2 * data.draw(st.integers(0, 4))))
    parts = list(zip(cuts[::2], cuts[1::2]))
    if data.draw(st.integers(0, 9)) > 0:
        parts = [part for part in parts if part[0] < part[1]]
    elif parts:
        parts[0] = (parts[0][0] - data.draw(st.integers(-5, 5)), parts[0][1] + data.draw(st.integers(-5, 5)))
    parts = data.draw(st.permutations(parts))
    rule, table = data.draw(st.sampled_from(["days", "degree_days"])), data.draw(st.none() | st.lists(st.integers(0, 700), min_size=12, max_size=12))
    amount = data.draw(TOTALS)
    options = {"step": data.draw(STEPS), "zero_policy": data.draw(st.sampled_from(model.ZERO))}
    got = sharer.ask(f"segments {amount} {begin} {end} {int(rule != 'days')} " + flat(table or []) + " " + options_text(**options) + " " + flat([day for part in parts for day in part]))
    try:
        lines, residual = model.segments(amount, begin, end, parts, rule, table, **options)
        wanted = "ok", [*(number for line in lines for number in line), residual]
    except model.Refused as refused:
        wanted = refused.status, refused.index
    assert same(got, wanted) or got[0] == wanted[0] == "MBILL_E_OVERLAP", (got, wanted)


def test_a_year_of_degree_days():
    """1,132,740,000, leap or not; the values per day of published tables."""
    for year, days in ((2023, 365), (2024, 366)):
        first = (model.datetime.date(year, 1, 1) - model.EPOCH).days
        assert model.degree_weight(first, first + days) == 1132740000


# --- proofs -----------------------------------------------------------------------------------------------------------------------------

@given(data=st.data())
def test_proof_is_the_model(sharer, data):
    """The driver checks every amount against the proof alone, and that a wrong claim is seen."""
    shares = data.draw(pools())
    assume(len({key for key, _ in shares}) == len(shares))
    options, total = data.draw(plain_ways(shares)), data.draw(TOTALS)
    got = sharer.ask(split_text(total, shares, **options).replace("split", "explain", 1))
    try:
        wanted = "ok", model.explain(total, shares, **options)
    except model.Refused as refused:
        wanted = refused.status, refused.index
    assert same(got, wanted), (got, wanted)
