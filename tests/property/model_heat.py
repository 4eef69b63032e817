# SPDX-License-Identifier: Apache-2.0
"""Water and heat by exact fractions, from the equations' text: IAPWS-IF97 region 1, and the coefficient of EN 1434. Slow, and shares no code
with the library. The 34 terms are written as the release's table 2 prints them."""

from fractions import Fraction

TABLE_2 = """
0 -2 0.14632971213167e0
0 -1 -0.84548187169114e0
0 0 -0.37563603672040e1
0 1 0.33855169168385e1
0 2 -0.95791963387872e0
0 3 0.15772038513228e0
0 4 -0.16616417199501e-1
0 5 0.81214629983568e-3
1 -9 0.28319080123804e-3
1 -7 -0.60706301565874e-3
1 -1 -0.18990068218419e-1
1 0 -0.32529748770505e-1
1 1 -0.21841717175414e-1
1 3 -0.52838357969930e-4
2 -3 -0.47184321073267e-3
2 0 -0.30001780793026e-3
2 1 0.47661393906987e-4
2 3 -0.44141845330846e-5
2 17 -0.72694996297594e-15
3 -4 -0.31679644845054e-4
3 0 -0.28270797985312e-5
3 6 -0.85205128120103e-9
4 -5 -0.22425281908000e-5
4 -2 -0.65171222895601e-6
4 10 -0.14341729937924e-12
5 -8 -0.40516996860117e-6
8 -11 -0.12734301741641e-8
8 -6 -0.17424871230634e-9
21 -29 -0.68762131295531e-18
23 -31 0.14478307828521e-19
29 -38 0.26335781662795e-22
30 -39 -0.11947622640071e-22
31 -40 0.18228094581404e-23
32 -41 -0.93537087292458e-25
"""
TERMS = [(int(i), int(j), Fraction(n)) for i, j, n in (line.split() for line in TABLE_2.strip().splitlines())]
R = Fraction("0.461526")  # kJ/(kg K)


def kelvin(micro_c):
    return Fraction(micro_c, 10**6) + Fraction("273.15")


def volume(micro_c, pressure_pa):
    """m3/kg"""
    pi, tau = Fraction(pressure_pa) / 16530000, 1386 / kelvin(micro_c)
    gamma_pi = sum(-n * i * (Fraction("7.1") - pi) ** (i - 1) * (tau - Fraction("1.222")) ** j for i, j, n in TERMS if i)
    return R * 1000 * kelvin(micro_c) / pressure_pa * pi * gamma_pi


def enthalpy(micro_c, pressure_pa):
    """kJ/kg"""
    pi, tau = Fraction(pressure_pa) / 16530000, 1386 / kelvin(micro_c)
    gamma_tau = sum(n * (Fraction("7.1") - pi) ** i * j * (tau - Fraction("1.222")) ** (j - 1) for i, j, n in TERMS if j)
    return R * kelvin(micro_c) * tau * gamma_tau


def coefficient_mj(flow_micro_c, return_micro_c, pressure_pa, at_flow):
    """MJ/(m3 K), of two temperatures that differ."""
    rise = enthalpy(flow_micro_c, pressure_pa) - enthalpy(return_micro_c, pressure_pa)
    at = flow_micro_c if at_flow else return_micro_c
    return rise / 1000 / (Fraction(flow_micro_c - return_micro_c, 10**6) * volume(at, pressure_pa))


def half_up(value):
    return int(value + Fraction(1, 2)) if value >= 0 else -int(-value + Fraction(1, 2))


def counted(meter, records):
    """The energies as exact fractions, and the registers, of records (start, end, volume, flow, return, faults) in micro-units."""
    side, unit, flags, changeover, low, high = meter
    energies = []
    registers = dict.fromkeys("n until heat cold heat_volume cold_volume idle_volume fault_volume low_volume low_s counted_s fault_s".split(), 0)
    weighted = [0, 0]
    for start, end, volume_micro, flow, back, faults in records:
        registers["n"] += 1
        registers["until"] = end or registers["until"]
        energies.append(Fraction(0))
        if faults:
            registers["fault_volume"] += volume_micro
            registers["fault_s"] += end - start
            continue
        registers["counted_s"] += end - start
        weighted[0] += volume_micro * flow
        weighted[1] += volume_micro * back
        heats = flow > back and (not flags & 2 or flow > changeover)
        cools = flow < back and flags & 1 and (not flags & 2 or flow < changeover)
        registers["heat_volume" if heats else "cold_volume" if cools else "idle_volume"] += volume_micro
        if not heats and not cools:
            continue
        k = coefficient_mj(flow, back, 1600000, side == 1) / (Fraction("3.6") if unit == 1 else 1)
        energies[-1] = Fraction(volume_micro * (flow - back), 10**12) * k * 10**6
        hours = Fraction(end - start, 3600)
        if abs(flow - back) < low and (high == 0 or hours and volume_micro / hours > high):
            registers["low_volume"] += volume_micro
            registers["low_s"] += end - start
    return energies, registers, weighted


JOULES = {"J": 1, "kJ": 10**3, "MJ": 10**6, "GJ": 10**9, "TJ": 10**12, "Wh": 3600, "kWh": 3600 * 10**3, "MWh": 3600 * 10**6, "GWh": 3600 * 10**9,
          "kcal": Fraction("4186.8"), "Mcal": Fraction("4186.8") * 10**3, "Gcal": Fraction("4186.8") * 10**6}


def z_of(facts):
    if "gas_z" in facts:
        return facts["gas_z"]
    air = facts["gas_pressure_hpa"] if "gas_pressure_hpa" in facts else 1016 - Fraction("0.12") * facts["gas_altitude_m"]
    dry = air + facts["gas_gauge_hpa"] - facts.get("gas_humidity", 0) * facts.get("gas_vapour_hpa", 0)
    return Fraction("273.15") / (Fraction("273.15") + facts["gas_temperature"]) * dry / Fraction("1013.25") / facts.get("gas_k", 1)


def worth_j(unit, facts):
    """Joules of one of the unit."""
    kwh = 3600000
    if unit in JOULES:
        return Fraction(JOULES[unit])
    if unit == "hot_water_m3":
        if "hot_water_kwh_per_m3" in facts:
            return facts["hot_water_kwh_per_m3"] * kwh
        return facts["hot_water_kwh_per_m3_k"] * (facts["hot_temperature"] - facts["cold_temperature"]) * kwh
    if unit == "allocator_unit":
        return facts["allocator_kwh_per_unit"] * facts.get("allocator_kq", 1) * facts.get("allocator_kc", 1) * facts.get("allocator_kt", 1) * kwh
    calorific = facts["gas_kwh_per_m3"] * kwh if "gas_kwh_per_m3" in facts else facts["gas_mj_per_m3"] * 10**6
    return calorific * (z_of(facts) if unit == "gas_m3" else 1)
