# SPDX-License-Identifier: Apache-2.0
"""Water, heat coefficient and energy against exact fractions."""

from fractions import Fraction
import os
import pathlib
import subprocess

from hypothesis import given, settings, strategies as st
import pytest

import model_heat as model

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
