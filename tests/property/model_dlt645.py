# SPDX-License-Identifier: Apache-2.0
"""DL/T 645-2007 frames, slowly: bytes from parts, the verdict of a frame and what it says. Shares no code with the library; a table of lengths and layouts of its own."""

from decimal import Decimal

WAKE, START, END = 0xFE, 0x68, 0x16


class Refused(Exception):
    """The layer that refuses first."""

    def __init__(self, layer):
        super().__init__(layer)
        self.layer = layer


def frame(address, control, data, preamble=0):
    """The bytes; address as people write it."""
    head = bytes([START]) + bytes.fromhex(address)[::-1] + bytes([START, control, len(data)]) + bytes((byte + 0x33) % 256 for byte in data)
    return bytes([WAKE]) * preamble + head + bytes([sum(head) % 256, END])


def outer(wire):
    """Address, control and data of one whole frame."""
    body = wire.lstrip(bytes([WAKE]))
    if len(body) < 12 or body[0] != START or body[7] != START or len(body) != body[9] + 12 or body[-1] != END or sum(body[:-2]) % 256 != body[-2]:
        raise Refused("frame")
    return body[6:0:-1].hex().upper(), body[8], bytes((byte - 0x33) % 256 for byte in body[10:-2])


EXACT = {0x08: {6}, 0x11: {4, 5, 10}, 0x12: {5}, 0x13: {0}, 0x15: {6}, 0x16: {4}, 0x17: {1}, 0x18: {12}, 0x19: {8, 28}, 0x1A: {8, 28}, 0x1B: {12, 28}, 0x1C: {16, 28},
         0x93: {6}, 0x94: {0}, 0x95: {0}, 0x96: {0}, 0x97: {0, 1}, 0x98: {0, 4}, 0x99: {0}, 0x9A: {0}, 0x9B: {0}, 0x9C: {0}, 0xC3: {1, 2},
         **{control: {1} for control in (0xD1, 0xD2, 0xD4, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xDB, 0xDC)}}
LEAST = {0x03: 8, 0x14: 12, 0x91: 4, 0xB1: 4, 0x92: 5, 0xB2: 5, 0x83: 4}


def possible(control, length):
    if control in EXACT:
        return length in EXACT[control]
    return control in LEAST and (LEAST[control] <= length <= 200 or (control, length) == (0x83, 0))


def digits(octets):
    """Low byte first; ValueError where a half byte is no digit."""
    text = octets[::-1].hex()
    if not text.isdigit():
        raise ValueError(text)
    return text


def check_address(address):
    while address.startswith("AA"):
        address = address[2:]
    if address and not address.isdigit():
        raise Refused("value")


def number(octets, places, signed):
    if all(octet == 0xFF for octet in octets):
        return None
    top, sign = octets[-1], ""
    if signed and top >= 0x80:
        top, sign = top - 0x80, "-"
    value = Decimal(digits(bytes(octets[:-1]) + bytes([top]))).scaleb(-places)
    return f"{'' if value == 0 else sign}{value:.{places}f}"


# (first, last identifier, step): bytes, places, sign, unit; the list's identifier with how many at most
def singles():
    for kind, signed, unit in ((0, True, "kWh"), (1, False, "kWh"), (2, False, "kWh"), (3, True, "kvarh"), (4, True, "kvarh")):
        for rate in range(64):
            for back in range(13):
                yield kind << 16 | rate << 8 | back, (4, 2, signed, unit)
    for phase in (1, 2, 3):
        yield 0x02010000 | phase << 8, (2, 1, False, "V")
        yield 0x02020000 | phase << 8, (3, 3, True, "A")
    for group, places, octets, unit in ((3, 4, 3, "kW"), (4, 4, 3, "kvar"), (5, 4, 3, "kVA"), (6, 3, 2, None)):
        for phase in range(4):
            yield 0x02000000 | group << 16 | phase << 8, (octets, places, True, unit)
    for rate in range(1, 64):
        for group, places, unit in ((0x0501, 4, "yuan/kWh"), (0x0502, 4, "yuan/kWh"), (0x0600, 2, "kWh"), (0x0601, 4, "yuan/kWh"), (0x0602, 2, "kWh"), (0x0603, 4, "yuan/kWh")):
            yield 0x04000000 | group << 8 | rate, (4, places, False, unit)
    for which in range(1, 6):
        yield 0x04001000 | which, (4, 2, False, "yuan")
    for which, octets in ((1, 1), (2, 1), (3, 1), (4, 1), (5, 2), (7, 1)):
        yield 0x04000200 | which, (octets, 0, False, None)
    yield from ((0x00900100, (4, 2, False, "kWh")), (0x00900200, (4, 2, False, "yuan")), (0x00900201, (4, 2, False, "yuan")), (0x02800020, (4, 4, False, "yuan/kWh")),
                (0x02800002, (2, 2, False, "Hz")), (0x1D000001, (3, 0, False, None)))


SINGLE = dict(singles())
def lists():
    for kind in range(5):
        for back in range(13):
            yield kind << 16 | 0xFF00 | back, ("values", 64, SINGLE[kind << 16])
    for group, most in ((1, 3), (2, 3), (3, 4), (4, 4), (5, 4), (6, 4)):
        yield 0x0200FF00 | group << 16, ("values", most, SINGLE[0x02000100 | group << 16])
    for group, key in ((0x0501, "prices"), (0x0502, "prices"), (0x0600, "limits"), (0x0601, "prices"), (0x0602, "limits"), (0x0603, "prices")):
        yield 0x040000FF | group << 8, (key, 63, SINGLE[0x04000001 | group << 8])


LISTS = dict(lists())
MOST = {0x04000201: 14, 0x04000202: 8, 0x04000203: 14, 0x04000204: 63}  # of what there can be: zones, day tables, slots, rates


def read_reply(di, payload):
    """Members of a read's reply in one part; Refused at value."""
    try:
        if di in SINGLE:
            octets, places, signed, unit = SINGLE[di]
            if len(payload) != octets:
                raise Refused("value")
            says = {"value": number(payload, places, signed)}
            if di in MOST and says["value"] is not None and int(says["value"]) > MOST[di]:
                raise Refused("value")
        elif di in LISTS:
            key, most, (octets, places, signed, unit) = LISTS[di]
            if not payload or len(payload) % octets or len(payload) // octets > most:
                raise Refused("value")
            says = {key: [number(payload[at:at + octets], places, signed) for at in range(0, len(payload), octets)]}
        else:
            return {}
    except ValueError as no_digit:
        raise Refused("value") from no_digit
    return dict(says, unit=unit) if unit else says
