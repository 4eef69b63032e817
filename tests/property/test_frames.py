# SPDX-License-Identifier: Apache-2.0
"""Frames of CJ/T 188, Modbus RTU and M-Bus against the model: what is said, who refuses, the same bytes again, and streams in noise."""

from fractions import Fraction
import json
import os
import pathlib
import subprocess

from hypothesis import given, settings, strategies as st
import jsonschema
import pytest

import model_frame as model

SOME = settings(max_examples=int(os.environ.get("PROPERTY_EXAMPLES", "200")))


class Frames:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, verb, protocol, profile, text, request=""):
        setting = json.dumps({"meterbill": 1, "kind": "frame_profile", "protocol": protocol, **profile}) if profile else ""
        self.process.stdin.write("\t".join([verb, protocol, setting, text, request]) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()[:-1]

    def decode(self, protocol, profile, wire, request=b""):
        return json.loads(self.ask("decode", protocol, profile, wire.hex(), request.hex()))

    def encode(self, protocol, profile, document):
        return self.ask("encode", protocol, profile, json.dumps(document))


@pytest.fixture(scope="module")
def frames(program):
    path = pathlib.Path(program).with_name("frame_driver")
    if not path.exists():
        pytest.skip("a build of numbers and calendar alone has no frames")
    running = Frames(str(path))
    yield running
    running.process.stdin.close()
    assert running.process.wait(timeout=30) == 0
    running.process.stdout.close()


def bcd_of(number, size):
    return bytes.fromhex(str(number).rjust(2 * size, "0"))[::-1]


@st.composite
def field_bytes(draw, kind, size, unit_first):
    if kind in "qdn":
        digits = draw(st.one_of(st.integers(0, 10 ** (2 * size) - 1).map(lambda n: bcd_of(n, size)), st.just(b"\xff" * size)))
        if kind != "q":
            return digits
        unit = bytes([draw(st.one_of(st.sampled_from(sorted(model.UNITS)), st.integers(0, 255)))])
        return unit + digits if unit_first else digits + unit
    if kind == "D":
        return bcd_of(draw(st.integers(0, 40)), 1)
    if kind == "T":
        return b"".join(bcd_of(draw(st.integers(0, top)), 1) for top in (31, 12, 99))
    if kind == "t":
        moment = b"".join(bcd_of(draw(st.integers(0, top)), 1) for top in (59, 23, 23, 28, 12, 99))
        return draw(st.sampled_from([moment + b"\x20", moment + b"\x19", bytes(7), b"\x99" * 7]))
    return draw(st.binary(min_size=size, max_size=size))


@st.composite
def water_frames(draw):
    """A frame of one of the layouts under a profile, now and then with a byte that is another one and a new checksum."""
    profile = {"di_order": draw(st.sampled_from(["high_first", "low_first"])), "unit_first": draw(st.booleans())}
    (di, control, family), layouts = draw(st.sampled_from(sorted(model.LAYOUTS.items())))
    data = bytes.fromhex(di)[::1 if draw(st.integers(0, 3)) else -1][::1 if profile["di_order"] == "high_first" else -1]
    data += bytes([draw(st.integers(0, 255))])
    for _, kind, size, _ in model.fields(draw(st.sampled_from(layouts))):
        data += draw(field_bytes(kind, size, profile["unit_first"]))
    number = bytes.fromhex(draw(st.text("0123456789", min_size=10, max_size=10)))
    address = draw(st.one_of(st.just(number + draw(st.binary(min_size=2, max_size=2))), st.binary(min_size=7, max_size=7), st.just(b"\xaa" * 7), st.just(b"\x99" * 7)))
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(data) - 1))
        data = data[:at] + draw(st.binary(max_size=2)) + data[at + 1:]
    if draw(st.integers(0, 7)) == 0:
        control = draw(st.integers(0, 255))
    if draw(st.integers(0, 9)) == 0:
        del profile["di_order"]
    return profile, model.cjt188_frame(family + draw(st.integers(0, 9)), address, control, data, draw(st.integers(0, 4)))


def model_says(call, *arguments):
    try:
        return call(*arguments), None
    except model.Refused as refused:
        return None, refused.args[0]


@SOME
@given(water_frames())
def test_cjt188(frames, given_frame):
    profile, wire = given_frame
    document = frames.decode("cjt188", profile, wire)
    says, layer = model_says(model.cjt188, wire, profile)
    assert document.get("layer") == layer, document
    if layer is not None:
        return
    assert {key: document.get(key, "missing") for key in says} == says
    assert frames.encode("cjt188", profile, document) == wire.hex().upper()
    members = {key: value for key, value in document.items() if key not in ("data", "length")}
    assert frames.encode("cjt188", profile, members) == wire.hex().upper()


@SOME
@given(water_frames(), st.integers(0, 10**9), st.integers(0, 7))
def test_cjt188_flipped_bits(frames, given_frame, place, bit):
    """Any one bit, wherever: never another frame."""
    profile, wire = given_frame
    flipped = bytearray(wire)
    flipped[place % len(wire)] ^= 1 << bit
    says, layer = model_says(model.cjt188, bytes(flipped), profile)
    document = frames.decode("cjt188", profile, bytes(flipped))
    assert document.get("layer") == layer
    assert says is None or flipped[:len(wire) - len(wire.lstrip(b"\xfe"))] != wire[:len(wire) - len(wire.lstrip(b"\xfe"))]


codings = {"unsigned": False, "signed": True}


@SOME
@given(st.integers(1, 247), st.integers(0, 65000), st.integers(1, 4), st.integers(0, 20), st.integers(0, 20), st.sampled_from(["high_first", "low_first"]),
       st.sampled_from(["unsigned", "signed"]), st.integers(0, 9), st.data())
def test_modbus(frames, address, start, words, before, behind, order, coding, scale, data):
    registers = [data.draw(st.binary(min_size=2, max_size=2)) for _ in range(before + words + behind)]
    profile = {"registers": [{"name": "total", "address": start + before, "words": words, "word_order": order, "coding": coding, "scale": scale, "unit": "m3"}]}
    request = bytes([address, 3]) + start.to_bytes(2, "big") + len(registers).to_bytes(2, "big")
    reply = bytes([address, 3, 2 * len(registers)]) + b"".join(registers)
    request, reply = request + model.crc(request), reply + model.crc(reply)
    document = frames.decode("modbus", profile, reply, request)
    mine = registers[before:before + words]
    value = int.from_bytes(b"".join(mine if order == "high_first" else mine[::-1]), "big", signed=coding == "signed")
    if value >= 2**63:
        assert document["status"] == "MBILL_E_OVERFLOW"
        return
    assert document["registers"] == [one.hex().upper() for one in registers]
    assert document["values"] == {"total": {"value": model.decimal(value, scale), "unit": "m3"}}
    assert frames.encode("modbus", profile, document) == reply.hex().upper()
    del document["data"]
    assert frames.encode("modbus", profile, document) == reply.hex().upper()
    asked = frames.decode("modbus", profile, request)
    assert (asked["start"], asked["count"]) == (start, len(registers))


@st.composite
def records(draw):
    coding = draw(st.sampled_from(sorted(model.SIZES)))
    first, codes, *_ = draw(st.sampled_from(model.VIFS))
    vif, scale = first + draw(st.integers(0, codes - 1)), draw(st.sampled_from([None, *range(0x70, 0x78), 0x7D]))
    size = model.SIZES[coding]
    raw = draw(st.binary(min_size=size, max_size=size)) if coding < 9 else bcd_of(draw(st.integers(0, 10 ** (2 * size) - 1)), size)
    if coding >= 9 and draw(st.integers(0, 5)) == 0:
        raw = raw[:-1] + bytes([raw[-1] | 0xF0])
    dib = model.mbus_dib(coding, draw(st.integers(0, 2)), draw(st.one_of(st.just(0), st.integers(0, 2**41 - 1))),
                         draw(st.one_of(st.just(0), st.integers(0, 2**20 - 1))), draw(st.one_of(st.just(0), st.integers(0, 2**10 - 1))))
    vib = bytes([vif]) if scale is None else bytes([vif | 0x80, scale])
    power = 0 if scale is None else 3 if scale == 0x7D else scale - 0x76
    return dib, vib, raw, model.mbus_record(coding, vif, raw, power)


@SOME
@given(st.lists(records(), max_size=9), st.binary(min_size=12, max_size=12), st.binary(max_size=5))
def test_mbus(frames, given_records, header, maker):
    wire = model.mbus_frame(header + b"".join(dib + vib + raw for dib, vib, raw, _ in given_records) + b"\x0f" + maker)
    document = frames.decode("mbus", {}, wire)
    assert document["kind"] == "frame", document
    assert len(document["records"]) == len(given_records) + 1
    totals = []
    for record, (dib, vib, raw, (quantity, unit, value)) in zip(document["records"], given_records):
        assert (record["dif"], record["vif"], record["data"]) == (dib.hex().upper(), vib.hex().upper(), raw.hex().upper())
        assert (record["quantity"], record["unit"], Fraction(record["value"])) == (quantity, unit, value)
        whole = [("instantaneous", "maximum", "minimum").index(record["function"]), record["storage"], record["tariff"], record["subunit"]]
        assert model.mbus_dib(dib[0] & 15, *(int(number) for number in whole)) == dib
        if not any(int(number) for number in whole) and quantity in ("energy", "volume"):
            totals.append((quantity, unit, value))
    assert [(one["quantity"], one["unit"], Fraction(one["value"])) for one in document["totals"]] == totals
    assert frames.encode("mbus", {}, document) == wire.hex().upper()
    del document["data"]
    assert frames.encode("mbus", {}, document) == wire.hex().upper()


@SOME
@given(st.sampled_from(["cjt188", "mbus"]), st.data())
def test_streams(frames, protocol, data):
    """Frames in noise without a start byte, cut anywhere: all of them and no other."""
    expected, wire = [], b""
    for _ in range(data.draw(st.integers(0, 6))):
        wire += data.draw(st.binary(max_size=20)).replace(b"\x68", b"\x69")
        body = data.draw(st.binary(min_size=1, max_size=200))
        frame = model.cjt188_frame(0x10, b"\x68" * 7, 0x81, body) if protocol == "cjt188" else model.mbus_frame(body)
        expected.append(frame.hex().upper())
        wire += frame
    pieces, at = [], 0
    while at < len(wire):
        size = data.draw(st.integers(1, 300))
        pieces.append(wire[at:at + size].hex())
        at += size
    assert frames.ask("stream", protocol, {}, ",".join(pieces)).split() == expected


MEMBERS = {
    "dlt645": {"checksum": ["standard", "after_first", "from_second", "none"], "read_limit": [1, 255, 0, 256, "9"], "pa": ["02", "98", "2", "0G"], "n2": ["01", 1],
               "serr_bytes": [1, 2, 3], "topup_amount": ["bcd", "binary", "cents"], "topup_count": ["bcd", 1], "rows": ["low_first", "first"],
               "expiry_cap_s": [600, 0, 366 * 86400 + 1], "di_order": ["high_first"]},
    "cjt188": {"di_order": ["high_first", "low_first", "", 1], "unit_first": [True, False, "true"], "checksum": ["standard", "after_first", "from_second"],
               "valve_function": ["2A", "3f", "00", "40", "AA", "2"], "valve_codes": [{"77": "half_open"}, {}, {"7": "open"}, {"7a": "open"}, {"66": "shut"}, [],
                                                                                    {f"{n:02X}": "ask" for n in range(9)}],
               "st_valve": ["low", "high", "code", "bits"], "flow_decimals": [3, 4, 2, "3"], "writes": [True], "pa": ["02"]},
    "modbus": {"writes": [True, 1], "registers": [
        [{"name": "a", "address": 0, "words": 2, "word_order": "high_first", "coding": "unsigned", "scale": 2, "unit": "kWh"}],
        [{"name": "a", "address": 0, "words": 1, "coding": "bcd", "scale": 0, "unit": "", "function": 4}],
        [{"name": "a", "address": 0, "words": 2, "coding": "bcd", "scale": 0, "unit": ""}],
        [{"name": "a", "address": 65536, "words": 1, "coding": "bcd", "scale": 0, "unit": ""}],
        [{"name": "a", "address": 0, "words": 5, "word_order": "high_first", "coding": "bcd", "scale": 0, "unit": ""}],
        [{"name": "a", "address": 0, "words": 1, "coding": "float", "scale": 0, "unit": ""}],
        [{"name": "a", "address": 0, "words": 1, "coding": "bcd", "scale": 10, "unit": "kWh"}],
        [{"name": "a", "address": 0, "words": 1, "coding": "bcd", "scale": 1, "unit": "km"}],
        [{"name": "a", "address": 0, "words": 1, "coding": "bcd", "scale": 1, "unit": "V", "more": 1}],
        [{"address": 0, "words": 1, "coding": "bcd", "scale": 1, "unit": "V"}], [], {}], "di_order": ["high_first"]},
    "mbus": {"checksum": ["standard"], "writes": [True]},
}


@SOME
@given(st.sampled_from(sorted(MEMBERS)), st.data())
def test_profiles_and_their_schema(frames, protocol, data):
    """The library takes just what the schema takes."""
    names = data.draw(st.lists(st.sampled_from(sorted(MEMBERS[protocol])), max_size=2, unique=True))
    profile = {name: data.draw(st.sampled_from(MEMBERS[protocol][name])) for name in names}
    document = {"meterbill": 1, "kind": "frame_profile", "protocol": protocol, **profile}
    schema = json.loads((pathlib.Path(__file__).resolve().parents[2] / "include/meterbill/schema/frame_profile-1.schema.json").read_text(encoding="utf-8"))
    valid = jsonschema.Draft202012Validator(schema).is_valid(document)
    answer = frames.ask("decode", protocol, {**profile, "kind": "frame_profile"}, "00")
    assert answer.startswith("{") == valid, (document, answer)
