# SPDX-License-Identifier: Apache-2.0
"""DL/T 645-2007 frames as a whole: times, tables, orders, writes and parts of blocks, slowly, over the numbers of model_dlt645. Without a profile: what the bytes alone say."""

import calendar

from model_dlt645 import LISTS, SINGLE, Refused, check_address, digits, outer, possible, read_reply

TIMES = {0x04000101: ("date", "wDMY"), 0x04000102: ("time", "smh"), 0x0400010C: ("time", "smhwDMY"), 0x04000106: ("switch_time", "mhDMY"), 0x04000107: ("switch_time", "mhDMY"),
         0x04000108: ("switch_time", "mhDMY"), 0x04000109: ("switch_time", "mhDMY"), 0x05060001: ("time", "mhDMY")}
NUMBERS = {0x04000401: "address_value", 0x04000402: "meter_number", 0x0400040E: "customer_number"}
WORDS = {0x04000500 + which: 1 for which in range(1, 8)} | {0x040005FF: 7}
ZONES, SLOTS = ("zones", "NDM", "table", 8), ("slots", "Nmh", "rate", 63)
TABLES = {0x04010000: ZONES, 0x04020000: ZONES} | {base + table: SLOTS for base in (0x04010000, 0x04020000) for table in range(1, 9)}
ROWS_MOST = 14
LADDERS = {0x040604FF, 0x040605FF, 0x04060AFF, 0x04060BFF}
ORDERS = {0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x2A, 0x2B, 0x3A, 0x3B}
KNOWN = sorted([*SINGLE, *LISTS, *TIMES, *NUMBERS, *WORDS, *TABLES, *LADDERS])


def two_digits(octet):
    if octet & 15 > 9 or octet >> 4 > 9:
        raise Refused("value")
    return (octet >> 4) * 10 + (octet & 15)


def parts(letters, octets):
    """The numbers by letter; None: no time. Refused where no calendar has it."""
    if all(octet == 0xFF for octet in octets) or all(octet == 0x99 for octet in octets) or "D" in letters and not any(octets):
        return None
    of = dict(zip(letters, map(two_digits, octets)))
    most = {"s": 59, "m": 59, "h": 23, "w": 6, "M": 12, "D": 31}
    if any(of.get(letter, 0) > top for letter, top in most.items()) or of.get("M", 1) == 0 or of.get("D", 1) == 0:
        raise Refused("value")
    if "D" in of and "M" in of and of["D"] > calendar.monthrange(2000 + of.get("Y", 0), of["M"])[1]:
        raise Refused("value")
    return of


def time_text(of):
    day = "-".join(("20" if letter == "Y" else "") + f"{of[letter]:02d}" for letter in "YMD" if letter in of)
    hour = ":".join(f"{of[letter]:02d}" for letter in "hms" if letter in of)
    return "T".join(text for text in (day, hour) if text)


def time_members(key, letters, octets):
    of = parts(letters, octets)
    says = {key: time_text(of) if of else None}
    return dict(says, weekday=of["w"]) if of and "w" in of else says


def row(letters, key, most, octets):
    of = parts(letters, octets)
    if of is None:
        return None
    if key is None:
        return time_text(of)
    if of["N"] > most or of["N"] == 0 and any(octets):
        raise Refused("value")
    return {"from": time_text(of), key: of["N"]}


def rows(letters, key, most, octets):
    """The rows in the one order in which they read; None: in both."""
    found = []
    symmetric = all(octets[at] == octets[at + 2] for at in range(0, len(octets), 3))
    for turn in (1,) if symmetric else (1, -1):
        try:
            found.append([row(letters, key, most, octets[at:at + 3][::turn]) for at in range(0, len(octets), 3)])
        except Refused:
            pass
    if not found:
        raise Refused("value")
    return found[0] if len(found) == 1 else None


def ladder(payload):
    if len(payload) != 70:
        raise Refused("value")
    limits, prices = read_reply(0x040600FF, payload[:24])["limits"], read_reply(0x040601FF, payload[24:52])["prices"]
    days = rows("hDM", None, 0, payload[52:])
    return {"decided_by": "rows"} if days is None else {"limits": limits, "prices": prices, "settlement_days": days}


def table(di, payload):
    key, letters, number, most = TABLES[di]
    if not payload or len(payload) % 3 or len(payload) > 3 * ROWS_MOST:
        raise Refused("value")
    says = rows(letters, number, most, payload)
    return {"decided_by": "rows"} if says is None else {key: says}


def words(di, payload):
    if not payload or len(payload) % 2 or len(payload) // 2 > WORDS[di]:
        raise Refused("value")
    texts = [payload[at:at + 2][::-1].hex().upper() for at in range(0, len(payload), 2)]
    return {"status_words": texts} if di == 0x040005FF else {"status_word": texts[0]}


def values(di, payload):
    if di in TIMES:
        if len(payload) != len(TIMES[di][1]):
            raise Refused("value")
        return time_members(*TIMES[di], payload)
    if di in NUMBERS:
        if len(payload) != 6:
            raise Refused("value")
        try:
            return {NUMBERS[di]: None if payload == b"\xff" * 6 else digits(payload)}
        except ValueError as no_digit:
            raise Refused("value") from no_digit
    if di in WORDS:
        return words(di, payload)
    if di in TABLES:
        return table(di, payload)
    return ladder(payload) if di in LADDERS else read_reply(di, payload)


def width_of(di):
    """Octets of one value, and whether there may be several."""
    if di in SINGLE or di in LISTS:
        return (SINGLE[di] if di in SINGLE else LISTS[di][2])[0], di in LISTS
    return (3, True) if di in TABLES else (2, di == 0x040005FF) if di in WORDS else (70, False) if di in LADDERS else (6, False) if di in NUMBERS else (len(TIMES[di][1]), False)


def part_of_block(di, payload):
    """A part is read where it divides into values."""
    if di not in KNOWN:
        return {}
    width, several = width_of(di)
    divides = payload and len(payload) % width == 0 if several else len(payload) == width
    return values(di, payload) if divides else {}


def sender(data):
    return {"pa": data[:1].hex().upper(), "password": data[1:4].hex().upper()}


def sealed(data):
    """What follows level, password and operator: under 98H ciphertext of one length with its MAC, else nothing that is sealed."""
    if (data[0] == 0x98) != (len(data) == 28):
        raise Refused("value")
    says = sender(data) | {"operator": data[4:8].hex().upper()}
    return says | ({"cipher": data[8:24].hex().upper(), "mac": data[24:].hex().upper()} if data[0] == 0x98 else {})


def order(address, data):
    says = sealed(data)
    if data[0] != 0x98:
        of = parts("smhDMY", data[10:])
        says |= {"n1": data[8:9].hex().upper(), "n2": data[9:10].hex().upper(), "expiry": time_text(of) if of else None}
    if address.startswith("AA") or address == "9" * 12 or data[0] != 0x98 and (data[8] not in ORDERS or says["expiry"] is None):
        raise Refused("policy")
    return says


def write(di, data):
    says = sender(data) | {"operator": data[4:8].hex().upper()}
    level, payload = data[0], data[8:]
    if level in (0x98, 0x99):
        if len(payload) <= 4:
            raise Refused("value")
        says["mac"] = payload[-4:].hex().upper()
        payload = payload[:-4]
    if level == 0x98:
        says["cipher"] = payload.hex().upper()
    else:
        says |= {"payload": payload.hex().upper()} | values(di, payload)
    if di >> 8 == 0x040501 or di in (0x040604FF, 0x040605FF):
        raise Refused("policy")
    return says


def freeze(data):
    for octet, least, most in zip(data, (0, 0, 1, 1), (59, 23, 31, 12)):
        if two_digits(octet) != 99 and not least <= two_digits(octet) <= most:
            raise Refused("value")
    return {"freeze": data.hex().upper()}


def a_read(data):
    says = {"blocks": data[4]} if len(data) > 4 else {}
    return says | (time_members("from", "mhDMY", data[5:]) if len(data) > 5 else {})


def inner(address, control, di, data):
    """Members behind the identifier."""
    if control == 0x91:
        return values(di, data[4:])
    if control == 0xB1:
        return part_of_block(di, data[4:])
    if control in (0x92, 0xB2):
        return {"seq": data[-1]} | part_of_block(di, data[4:-1])
    if control == 0x11:
        return a_read(data)
    if control == 0x12:
        return {"seq": data[4]}
    if control == 0x14:
        return write(di, data[4:])
    if control == 0x18:
        return sender(data[4:]) | {"new_password": data[8:].hex().upper()}
    if control == 0x1C:
        return order(address, data)
    if control in (0x19, 0x1A, 0x1B):
        return sealed(data)
    return {0x08: lambda: time_members("time", "smhDMY", data), 0x16: lambda: freeze(data)}.get(control, dict)()


def judge(wire):
    """Members that the frame's document must have; Refused with the layer where one refuses."""
    address, control, data = outer(wire)
    says = {"preamble": len(wire) - len(wire.lstrip(b"\xfe")), "address": address, "control": f"{control:02X}", "length": len(data), "data": data.hex().upper()}
    if not possible(control, len(data)):
        raise Refused("function")
    check_address(address)
    di = None
    if control in (0x91, 0xB1, 0x92, 0xB2, 0x11, 0x12, 0x14, 0x18, 0x03) or control == 0x83 and data:
        di = int.from_bytes(data[:4], "little")
        says["di"] = f"{di:08X}"
    says |= inner(address, control, di, data)
    if control in (0x93, 0x15):
        if not data[::-1].hex().isdigit():
            raise Refused("value")
        says["reported_address" if control == 0x93 else "new_address"] = data[::-1].hex()
    if control & 0xC0 == 0xC0:
        says |= {"serr": data.hex().upper()} if control == 0xC3 else {"err": data[0]}
    return says
