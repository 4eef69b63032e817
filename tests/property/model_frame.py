# SPDX-License-Identifier: Apache-2.0
"""CJ/T 188, Modbus RTU and M-Bus by the book, slowly: what bytes say, or the layer that refuses them. Shares no code with the library."""

import calendar
from fractions import Fraction
import re


class Refused(Exception):
    """args[0] is the layer."""


def check(holds, layer):
    if not holds:
        raise Refused(layer)


# --- CJ/T 188: fields as name:kind; q BCD with a unit, d BCD, n a BCD count, h bytes, H bytes high first, b a byte, D day, t clock, T date. After the kind
# bytes, and decimal places behind a point.
UNITS = {0x01: "J", 0x02: "Wh", 0x05: "kWh", 0x08: "MWh", 0x0A: "100 MWh", 0x0B: "kJ", 0x0E: "MJ", 0x11: "GJ", 0x13: "100 GJ", 0x14: "W", 0x17: "kW",
         0x1A: "MW", 0x29: "L", 0x2C: "m3", 0x32: "L/h", 0x35: "m3/h"}
END = "time:t7 st:h2"
TOTALS = "current:q4.2 settlement:q4.2 " + END
HEAT = "settlement:q4.2 current:q4.2 power:q{0}.2 flow:q{0}.4 volume:q4.2 supply_c:d{1}.2 return_c:d{1}.2 hours:d{2}.0 " + END
COLD = ("settlement:q4.2 settlement_cooling:q4.2 current:q4.2 current_cooling:q4.2 power:q4.2 flow:q4.4 volume:q4.2 supply_c:d3.2 return_c:d3.2 "
        "supply_mpa:d3.2 return_mpa:d3.2 hours:d3.0 " + END)
TABLE = "prices:d3.2 volumes:d3.0 prices:d3.2 volumes:d3.0 prices:d3.2"
GAS = "tier_kind:h1 " + "prices:d2.2 volumes:d3.0 " * 4 + "prices:d2.2 start_date:T3"
ANY, WATER, WARM = (0x10, 0x20, 0x30, 0x40), (0x10, 0x30, 0x40), (0x20,)
READS = [("901F", WATER, [TOTALS]), ("901F", WARM, [HEAT.format(4, 3, 3), HEAT.format(3, 2, 4)]), ("911F", WARM, [COLD]),
         ("8102", ANY, [TABLE]), ("8103", ANY, ["settlement_day:D1"]), ("8104", ANY, ["reading_day:D1"]),
         ("8105", ANY, ["purchase_no:n1 amount:d4.2 total_amount:d4.2 remaining:d4.2 st:h2"]), ("907F", ANY, ["time:t7"]),
         *((f"D1{0x20 + month:02X}", ANY, ["settlement:q4.2"]) for month in range(12))]
WRITES = [("A010", 0x04, [TABLE + " start_day:D1", GAS]), ("A011", 0x04, ["settlement_day:D1"]), ("A012", 0x04, ["reading_day:D1"]),
          ("A014", 0x04, ["key_version:b1 key:h8"]), ("A015", 0x04, ["time:t7"]), ("A016", 0x16, ["current:q4.2"]), ("A017", 0x04, ["valve_code:h1"]),
          ("A018", 0x15, ["new_address:H7"]), ("A019", 0x04, [""])]
LAYOUTS = {}  # (di, control, family) -> layouts


def _fill():
    for di, families, forms in READS:
        for family in families:
            LAYOUTS[di, 0x01, family], LAYOUTS[di, 0x81, family] = [""], forms
    for family in ANY:
        for di, function, forms in WRITES:
            LAYOUTS[di, function, family] = forms
            LAYOUTS[di, function | 0x80, family] = ["", "st:h2"] + (["key_version:b1"] if di == "A014" else [])
        LAYOUTS["A013", 0x04, family] = LAYOUTS["A013", 0x84, family] = ["purchase_no:n1 amount:d4.2"]
        LAYOUTS["8106", 0x09, family], LAYOUTS["8106", 0x89, family] = [""], ["key_version:b1"]
        LAYOUTS["810A", 0x03, family] = LAYOUTS["810A", 0x83, family] = [""]


_fill()


def fields(layout):
    for word in layout.split():
        name, kind, size, places = re.fullmatch(r"(\w+):(\w)(\d)(?:\.(\d))?", word).groups()
        yield name, kind, int(size), int(places or 0)


def length(layout):
    return 3 + sum(size + (kind == "q") for _, kind, size, _ in fields(layout))


def decimal(number, places):
    """Exactly, with all places."""
    sign, digits = ("-" if number < 0 else ""), str(abs(number)).rjust(places + 1, "0")
    return sign + (digits[:-places] + "." + digits[-places:] if places else digits)


def bcd(data):
    digits = data[::-1].hex()
    check(digits.isdigit(), "value")
    return int(digits)


def day_of(year, month, day):
    check(1 <= month <= 12 and 1 <= day <= calendar.monthrange(year if year > 0 else 400, month)[1], "value")
    return f"{year:04}-{month:02}-{day:02}"


def clock(data):
    if not any(data):
        return None
    second, minute, hour, day, month, year, century = (bcd(data[i:i + 1]) for i in range(7))
    check(second < 60 and minute < 60 and hour < 24, "value")
    return day_of(century * 100 + year, month, day) + f"T{hour:02}:{minute:02}:{second:02}"


def number(data, places, may_miss):
    return None if may_miss and set(data) == {0xFF} else decimal(bcd(data), places)


MEASURED = {"current", "settlement", "current_cooling", "settlement_cooling", "power", "flow", "volume", "supply_c", "return_c", "supply_mpa", "return_mpa",
            "hours"}


def field(name, kind, data, places, profile):
    if kind == "q":
        first = profile.get("unit_first", False)
        unit, data = (data[0], data[1:]) if first else (data[-1], data[:-1])
        check(unit in UNITS, "value")
        return {"value": number(data, places, name in MEASURED), "unit": UNITS[unit]}
    if kind == "d":
        return number(data, places, name in MEASURED)
    if kind == "D":
        check(1 <= bcd(data) <= 31, "value")
        return bcd(data)
    if kind == "T":
        return day_of(2000 + bcd(data[2:]), bcd(data[1:2]), bcd(data[:1]))
    return {"n": bcd, "b": lambda raw: raw[0], "t": clock, "h": lambda raw: raw.hex().upper(), "H": lambda raw: raw[::-1].hex().upper()}[kind](data)


def split_frame(wire):
    start = len(wire) - len(wire.lstrip(b"\xfe"))
    body = wire[start:]
    check(len(body) >= 13 and body[0] == 0x68 and len(body) == 13 + body[10] and body[-1] == 0x16, "frame")
    check(sum(body[:-2]) % 256 == body[-2], "frame")
    return start, body


POSSIBLE = {0x01: range(3, 4), 0x03: range(3, 4), 0x09: range(3, 4), 0x04: range(3, 256), 0x15: range(10, 11), 0x16: range(8, 9),
            **{0x80 | function: range(3, 256) for function in (1, 3, 4, 9, 0x15, 0x16)}}


def cjt188(wire, profile):
    """The members that the frame has."""
    start, body = split_frame(wire)
    control, data = body[9], body[11:-2]
    says = {"preamble": start, "type": f"{body[1]:02X}", "address": body[2:9][::-1].hex().upper(), "control": f"{control:02X}", "length": len(data),
            "data": data.hex().upper()}
    has_number = all(octet == 0xAA or f"{octet:02x}".isdigit() for octet in body[2:7])
    if control & 0x40:
        check(control & 0x80 and control & 0x3F in (1, 3, 4, 9, 0x15, 0x16) and 2 <= len(data) <= 5, "function")
        check(has_number, "value")
        check(len(data) == 3, "value")
        return {**says, "ser": data[0], "st": data[1:].hex().upper()}
    check(control in POSSIBLE and len(data) in POSSIBLE[control], "function")
    check(has_number and "di_order" in profile, "value")
    family = 0x20 if 0x20 <= body[1] <= 0x29 else 0x10
    order = 1 if profile["di_order"] == "high_first" else -1
    di = data[:2][::order].hex().upper()
    if (di, control, family) not in LAYOUTS and control & 0x80:
        di = di[2:] + di[:2]
        if (di, control, family) in LAYOUTS:
            says["mirrored"] = True
    fits = [layout for layout in LAYOUTS.get((di, control, family), ()) if length(layout) == len(data)]
    check(fits, "value")
    says.update({"di": di, "ser": data[2]})
    at = 3
    for name, kind, size, places in fields(fits[0]):
        size += kind == "q"
        value = field(name, kind, data[at:at + size], places, profile)
        at += size
        if name in ("prices", "volumes"):
            says.setdefault(name, []).append(value)
        else:
            says[name] = value
    if "st" in says:
        bits = int(says["st"][:2], 16)
        says.update({"valve": ("open", "closed", None, "fault")[bits & 3], "battery_low": bool(bits & 4)})
    to_all = set(body[2:9]) in ({0xAA}, {0x99})
    check(control & 0x80 or not (to_all and di in ("A013", "A014", "A017")), "policy")
    check(says.get("valve_code", "55") in ("55", "99") or control & 0x80, "policy")
    return says


def cjt188_frame(kind, address, control, data, preamble=0):
    body = bytes([0x68, kind]) + address + bytes([control, len(data)]) + data
    return b"\xfe" * preamble + body + bytes([sum(body) % 256, 0x16])


# --- Modbus RTU

def crc(data):
    """Bit by bit."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value.to_bytes(2, "little")


# --- M-Bus: quantities of the primary table, first code, codes, power of ten of the first, name, unit

VIFS = [(0x00, 8, -3, "energy", "Wh"), (0x08, 8, 0, "energy", "J"), (0x10, 8, -6, "volume", "m3"), (0x18, 8, -3, "mass", "kg"), (0x28, 8, -3, "power", "W"),
        (0x30, 8, 0, "power", "J/h"), (0x38, 8, -6, "flow", "m3/h"), (0x50, 8, -3, "mass_flow", "kg/h"), (0x58, 4, -3, "flow_temperature", "C"),
        (0x5C, 4, -3, "return_temperature", "C"), (0x60, 4, -3, "temperature_difference", "K"), (0x68, 4, -3, "pressure", "bar")]
SIZES = {1: 1, 2: 2, 3: 3, 4: 4, 6: 6, 7: 8, 9: 1, 10: 2, 11: 3, 12: 4, 14: 6}


def scaled(text):
    return None if text is None else Fraction(text)


def mbus_record(coding, vif, raw, scale=0):
    """(quantity, unit, value as a fraction) of a plain number; scale: a further power of ten."""
    first, _, power, quantity, unit = next(row for row in VIFS if row[0] <= vif < row[0] + row[1])
    if coding >= 9:
        digits = raw[::-1].hex()
        sign, digits = (-1, "0" + digits[1:]) if digits[0] == "f" else (1, digits)
        check(digits.isdigit(), "value")
        value = sign * int(digits)
    else:
        value = int.from_bytes(raw, "little", signed=True)
    return quantity, unit, value * Fraction(10) ** (power + vif - first + scale)


def mbus_dib(coding, function, storage, tariff, subunit):
    """The shortest data information block."""
    out = [coding | function << 4 | (storage & 1) << 6]
    storage >>= 1
    while storage or tariff or subunit:
        out[-1] |= 0x80
        out.append(storage & 15 | (tariff & 3) << 4 | (subunit & 1) << 6)
        storage, tariff, subunit = storage >> 4, tariff >> 2, subunit >> 1
    return bytes(out)


def mbus_frame(data):
    body = bytes([0x08, 0x05, 0x72]) + data
    return bytes([0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) % 256, 0x16])
