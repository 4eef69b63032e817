# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of heat does: properties of water, coefficients, energy of meters, settlements, conversion of units."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ._native import Document, core, optional_text_of, text_of
from .money import Number, micro_of
from .tables import Column, int64_column, new_column

__all__ = ["Coefficient", "Conversion", "Water", "coefficient", "convert", "energies", "energy", "settle", "water"]

_SIDES = {"flow": 1, "return": 2}
_UNITS = {"kWh": 1, "MJ": 2}
_ROUND_HOW = {"half_up": 1, "half_even": 2, "down": 3, "up": 4, "floor": 5, "ceiling": 6}
_COLD = 1
_USUAL_MPA = "1.6"


@dataclasses.dataclass(frozen=True, slots=True)
class Water:
    """Liquid water by IAPWS-IF97, region 1: m3/kg and kJ/kg."""

    volume: Decimal
    enthalpy: Decimal


@dataclasses.dataclass(frozen=True, slots=True)
class Coefficient:
    """The heat coefficient of EN 1434-1: energy = volume x difference of temperatures x coefficient."""

    kwh: Decimal
    mj: Decimal


@dataclasses.dataclass(frozen=True, slots=True)
class Conversion:
    """A quantity in another unit: ``result`` = value x ``factor``, rounded once. ``text`` is the document."""

    result: Decimal
    factor: Fraction
    text: str


def _choice(name: str, value: str, choices: dict[str, int]) -> int:
    if value not in choices:
        raise ValueError(f'{name} is "{value}", expected one of: {", ".join(choices)}')
    return choices[value]


def water(temperature: Number, *, pressure_mpa: Number = _USUAL_MPA) -> Water:
    """Specific volume and enthalpy at 0 to 350 degrees Celsius; ``pressure_mpa`` 1.6, at which heat meters compute."""
    says = json.loads(core.mbill_face_heat_water(micro_of(temperature), micro_of(pressure_mpa)))
    return Water(Decimal(says["volume_pico"]).scaleb(-12), Decimal(says["enthalpy_nano"]).scaleb(-9))


def coefficient(flow: Number, back: Number, *, side: str, pressure_mpa: Number = _USUAL_MPA, cold: bool = False) -> Coefficient:
    """k for the temperatures of the flow and the return pipe in degrees Celsius.

    ``side``: the pipe in which the flow sensor stands, "flow" or "return"; ``cold``: the flow pipe is the colder one.
    """
    says = json.loads(core.mbill_face_heat_coefficient(
        micro_of(flow), micro_of(back), micro_of(pressure_mpa), _choice("side", side, _SIDES), _COLD if cold else 0))
    return Coefficient(Decimal(says["kwh_pico"]).scaleb(-12), Decimal(says["mj_pico"]).scaleb(-12))


def energy(records: Document) -> dict[str, Any]:
    """A document of kind "heat_records" counted: a document of kind "heat_energy"; its "registers" go on as "before" of the next."""
    answer: dict[str, Any] = json.loads(core.mbill_face_heat_energy(text_of(records)))
    return answer


def energies(volume: Column, flow: Column, back: Column, *, side: str, unit: str = "kWh") -> Any:
    """Energies of whole columns, 10^-6 each in and out: m3 and degrees Celsius to kWh or MJ. The GIL is released."""
    columns = [int64_column(column) for column in (volume, flow, back)]
    out = new_column(len(columns[0]))
    core.mbill_face_heat_energies(_choice("side", side, _SIDES), _choice("unit", unit, _UNITS), 0, 0, *columns, out)
    return out


def settle(settlement: Document) -> dict[str, Any]:
    """A document of kind "heat_settlement" settled: a document of kind "heat_settled", every step with its arithmetic."""
    answer: dict[str, Any] = json.loads(core.mbill_face_heat_settle(text_of(settlement)))
    return answer


def convert(value: Number, unit: str, to: str, *, facts: Document | None = None, round_to: tuple[Number, str] = ("0.000001", "half_even")) -> Conversion:
    """A quantity in another unit by an exact fraction: ``convert("21.6", "GJ", "kWh").result`` is 6000.

    ``facts``: what gas, hot water or allocator units are worth; ``round_to``: a step and a rule.
    """
    step, how = round_to
    text = core.mbill_face_convert(micro_of(value), unit, to, optional_text_of(facts), micro_of(step), _choice("the rule", how, _ROUND_HOW))
    says = json.loads(text)
    return Conversion(Decimal(says["result"]), Fraction(int(says["numerator"]), int(says["denominator"])), text)
