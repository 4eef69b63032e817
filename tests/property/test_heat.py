# SPDX-License-Identifier: Apache-2.0
"""Water, heat coefficient and energy against exact fractions."""

from fractions import Fraction
import os
import pathlib
import subprocess

from hypothesis import given, settings, strategies as st
import pytest

import model_heat as model
import model_settle

FEW = settings(max_examples=int(os.environ.get("PROPERTY_EXAMPLES", "60")))


class Heat:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, verb, *numbers):
        """The numbers of the answer; of a refusal the name of the status."""
        self.process.stdin.write(" ".join([verb, *map(str, numbers)]) + "\n")
        self.process.stdin.flush()
        words = self.process.stdout.readline().split()
        return words[0] if words[0].startswith("MBILL_E_") else [int(word) for word in words]


@pytest.fixture(scope="module")
def heat(program):
    path = pathlib.Path(program).with_name("heat_driver")
    if not path.exists():
        pytest.skip("a build of numbers and calendar alone has no heat")
    running = Heat(str(path))
    yield running
    running.process.stdin.close()
    assert running.process.wait(timeout=30) == 0
    running.process.stdout.close()


temperatures = st.integers(0, 200 * 10**6)
pressures = st.one_of(st.just(1600000), st.integers(1560000, 10**8))


@FEW
@given(temperatures, pressures)
def test_water(heat, micro_c, pressure_pa):
    volume, enthalpy = heat.ask("water", micro_c, pressure_pa)
    assert abs(volume - model.volume(micro_c, pressure_pa) * 10**12) <= 1
    assert abs(enthalpy - model.enthalpy(micro_c, pressure_pa) * 10**9) <= 1


@FEW
@given(temperatures, st.one_of(temperatures, st.integers(-50, 50)), pressures, st.integers(1, 2))
def test_coefficient(heat, flow, other, pressure_pa, side):
    """Of any two temperatures, also where they lie micro-kelvins apart."""
    back = min(max(flow + other, 0), 200 * 10**6) if abs(other) <= 50 else other
    if flow == back:
        return
    kwh, mj = heat.ask("k", flow, back, pressure_pa, side, 0 if flow > back else 1)
    expected = model.coefficient_mj(flow, back, pressure_pa, side == 1) * 10**12
    assert abs(mj - expected) <= 1
    assert abs(kwh - expected / Fraction("3.6")) <= 1


@FEW
@given(st.integers(0, 350 * 10**6), st.integers(1, 10**8))
def test_boils_or_not(heat, micro_c, pressure_pa):
    """Refused at some pressure, then at every lower one; hotter water boils no later."""
    taken = heat.ask("water", micro_c, pressure_pa) != "MBILL_E_RANGE"
    if taken:
        assert heat.ask("water", micro_c, min(2 * pressure_pa, 10**8)) != "MBILL_E_RANGE"
        assert heat.ask("water", micro_c // 2, pressure_pa) != "MBILL_E_RANGE"
    elif pressure_pa > 1:
        assert heat.ask("water", micro_c, pressure_pa // 2) == "MBILL_E_RANGE"


def records():
    """Hours that follow one another, some without times, some with faults; temperatures that often lie close."""
    record = st.tuples(st.booleans(), st.integers(0, 3 * 10**6) | st.integers(0, 10**10), st.integers(0, 150 * 10**6),
                       st.integers(-3 * 10**6, 10**6) | st.integers(-90 * 10**6, 90 * 10**6), st.sampled_from([0, 0, 0, 0, 1, 4]))
    return st.lists(record, max_size=12).map(lambda rows: [
        (3600 * (i + 1) if timed else 0, 3600 * (i + 2) if timed else 0, volume, flow, min(max(flow - drop, 0), 199 * 10**6), faults)
        for i, (timed, volume, flow, drop, faults) in enumerate(rows)])


@FEW
@given(st.tuples(st.integers(1, 2), st.integers(1, 2), st.integers(0, 3), st.integers(0, 60 * 10**6), st.sampled_from([0, 10**6, 40 * 10**6]),
                 st.sampled_from([0, 10**6])), records())
def test_count(heat, meter, rows):
    """Each energy is the exact one to half a micro-unit (and 10^-12 of it), and each register the sum of what belongs to it."""
    meter = (*meter[:3], meter[3] if meter[2] & 2 else 0, *meter[4:])
    answer = heat.ask("count", *meter, *(number for row in rows for number in row))
    exact, registers, weighted = model.counted(meter, rows)
    energies, told = answer[:len(rows)], answer[len(rows):]
    for got, energy in zip(energies, exact):
        assert abs(got - energy) <= Fraction(1, 2) + abs(energy) / 10**11
    registers["heat"] = sum(energy for energy in energies if energy > 0)
    registers["cold"] = -sum(energy for energy in energies if energy < 0)
    assert told[:12] == list(registers.values())
    assert [told[12] * 10**6 + told[14], told[13] * 10**6 + told[15]] == weighted


@FEW
@given(st.lists(st.integers(-2**63, 2**63 - 1), min_size=12, max_size=30))
def test_anything_is_counted_or_refused(heat, numbers):
    answer = heat.ask("count", 1 + numbers[0] % 2, 1 + numbers[1] % 2, numbers[2] % 2, 0, 0, 0, *numbers[6:6 + (len(numbers) - 6) // 6 * 6])
    assert isinstance(answer, list) or answer.startswith("MBILL_E_")


# --- conversion ---------------------------------------------------------------------------------------------------------------------

def micro(low, high):
    return st.integers(low, high) | st.integers(low // 10**6 + 1, high // 10**6).map(lambda whole: whole * 10**6)


UNITS = [*model.JOULES, "gas_m3", "gas_nm3", "hot_water_m3", "allocator_unit"]
STATE = st.fixed_dictionaries({"gas_temperature": micro(-40 * 10**6, 60 * 10**6), "gas_gauge_hpa": micro(0, 90 * 10**6)},
                              optional={"gas_k": micro(500000, 1500000 + 500000)}).flatmap(
    lambda state: st.one_of(micro(800 * 10**6, 1100 * 10**6).map(lambda value: {**state, "gas_pressure_hpa": value}),
                            st.integers(-4000000, 30000000).map(lambda steps: {**state, "gas_altitude_m": steps * 100})))
HUMID = st.one_of(st.just({}), st.fixed_dictionaries({"gas_humidity": st.integers(0, 10**6), "gas_vapour_hpa": micro(0, 70 * 10**6)}))
FACTS = st.tuples(
    st.one_of(micro(1, 2 * 10**6).map(lambda z: {"gas_z": z}), st.tuples(STATE, HUMID).map(lambda pair: {**pair[0], **pair[1]})),
    st.sampled_from(["gas_kwh_per_m3", "gas_mj_per_m3"]).flatmap(lambda name: micro(1, 50 * 10**6).map(lambda value: {name: value})),
    st.one_of(micro(1, 10**8).map(lambda value: {"hot_water_kwh_per_m3": value}),
              st.tuples(micro(1, 5 * 10**6), micro(0, 20 * 10**6), micro(21 * 10**6, 90 * 10**6)).map(
                  lambda t: {"hot_water_kwh_per_m3_k": t[0], "cold_temperature": t[1], "hot_temperature": t[2]})),
    st.fixed_dictionaries({"allocator_kwh_per_unit": micro(1, 10**7)}, optional={name: micro(1, 3 * 10**6) for name in ("allocator_kq", "allocator_kc", "allocator_kt")}),
).map(lambda parts: {name: value for part in parts for name, value in part.items()})


@FEW
@given(st.sampled_from(UNITS), st.sampled_from(UNITS), st.integers(-10**15, 10**15) | st.integers(-10**7, 10**7), st.sampled_from([1, 1, 10000, 10**6]), FACTS)
def test_convert(heat, source, target, value, step, facts):
    """The exact fraction, rounded half up once; or an overflow where 128 bits do not hold what is on the way."""
    exact = {name: Fraction(number, 10**6) for name, number in facts.items()}
    if source != target and {source, target} == {"gas_m3", "gas_nm3"}:
        factor = model.z_of(exact) if source == "gas_m3" else 1 / model.z_of(exact)
    else:
        factor = model.worth_j(source, exact) / model.worth_j(target, exact)
    answer = heat.ask("convert", source, target, value, step, 1, *(word for pair in facts.items() for word in pair))
    expected = model.half_up(value * factor / step) * step
    if answer == "MBILL_E_OVERFLOW":
        assert abs(expected) >= 2**63 or max(factor.numerator, factor.denominator) * max(abs(value), step) * 2 >= 2**126
    else:
        assert answer == [expected]


# --- settlement -----------------------------------------------------------------------------------------------------------------------

MONEY = st.integers(0, 10**10) | st.integers(0, 10**6).map(lambda cents: cents * 10**4)
PERCENT = st.integers(0, 10**8) | st.integers(0, 100).map(lambda whole: whole * 10**6)
KINDS = dict(enumerate("basic metered empty cap service floor paid carried".split(), 1)) | {100 + i: word for i, word in enumerate("refund credit wallet keep charge waive".split(), 1)}


@st.composite
def seasons(draw):
    days = draw(st.integers(1, 366))
    ends = sorted(draw(st.sets(st.integers(1, 9).map(lambda k: k * 10**6) | st.integers(1, 10**7), max_size=4)))
    bands = [(end, draw(PERCENT)) for end in [*ends, 0]]
    episodes, left = [], days
    while left > 0 and len(episodes) < 5 and draw(st.booleans()):
        episodes.append((draw(st.integers(5, 25).map(lambda c: c * 10**6) | st.integers(0, 3 * 10**7)), draw(st.integers(1, left))))
        left -= episodes[-1][1]
    empty = draw(st.sampled_from([0, 0, days]) | st.integers(0, days))
    return [days, draw(MONEY), draw(MONEY), draw(MONEY), draw(MONEY), draw(st.just(0) | MONEY), empty, draw(st.integers(1, 4)), draw(PERCENT), draw(st.integers(5, 6)),
            draw(st.integers(1, 2)), draw(st.just(-1) | st.integers(0, 2 * 10**8)), 18 * 10**6, draw(st.sampled_from([1, 10000, 10**6, 10**7])), draw(st.integers(1, 6)), bands, episodes]


@FEW
@given(seasons())
def test_settle(heat, season):
    """Every step and every result as the model has them; all steps together are 0."""
    bands, episodes = season[-2:]
    answer = heat.ask("settle", *season[:-2], len(bands), *(number for pair in bands + episodes for number in pair))
    steps, sums = model_settle.settle(*season)
    assert answer[:6] == sums
    told = [(KINDS[kind], amount) for kind, amount in zip(answer[6::2], answer[7::2])]
    assert told == steps and sum(amount for _, amount in told) == 0
