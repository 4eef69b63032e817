# SPDX-License-Identifier: Apache-2.0
"""DL/T 645 frames against the slow model: what is taken, by which layer the rest is refused, what is said, and the same bytes back."""

import json
import os
import pathlib
import subprocess

from hypothesis import given, settings, strategies as st
import pytest

import model_dlt645 as model
import model_dlt645_frame as whole

MANY = settings(max_examples=int(os.environ.get("PROPERTY_EXAMPLES", "300")))


class Frames:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, what):
        """The document of a frame in hexadecimal digits, the digits of a document, or the name of a status."""
        verb = "encode" if what.startswith("{") else "decode"
        self.process.stdin.write(f"{verb}\tdlt645\t\t{what}\t\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip("\n")


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


bcd = st.integers(0, 99).map(lambda number: int(str(number), 16))
octets = st.one_of(bcd, bcd, bcd, st.just(0xFF), st.integers(0, 255))
address = st.one_of(st.text("0123456789", min_size=12, max_size=12), st.sampled_from(["AAAAAAAAAAAA", "999999999999", "AAAA12345678", "12AAAAAAAAAA", "00000000000B"]))
controls = st.one_of(st.sampled_from(sorted([*model.EXACT, *model.LEAST])), st.integers(0, 255))


@st.composite
def reads(draw):
    """Replies to reads: values as they should be, or nearly."""
    di = draw(st.one_of(st.sampled_from(sorted(model.SINGLE)), st.sampled_from(sorted(model.LISTS))))
    width, most = (model.SINGLE[di][0], 1) if di in model.SINGLE else (model.LISTS[di][2][0], min(model.LISTS[di][1] + 1, 48))
    whole = width * draw(st.integers(1, most))
    near = draw(st.sampled_from([0, 0, 0, 0, -1, 1]))
    payload = draw(st.lists(octets, min_size=whole + near, max_size=whole + near))
    return model.frame(draw(address), 0x91, di.to_bytes(4, "little") + bytes(payload), draw(st.integers(0, 5)))


@st.composite
def others(draw):
    """Any control byte with any data."""
    control = draw(controls)
    return model.frame(draw(address), control, bytes(draw(st.lists(octets, max_size=20))), draw(st.integers(0, 5)))


@st.composite
def damaged(draw):
    """A whole frame with a byte changed, cut or added."""
    wire = bytearray(draw(st.one_of(reads(), spoken(), others())))
    at = draw(st.integers(0, len(wire) - 1))
    how = draw(st.sampled_from(["change", "cut", "add"]))
    if how == "change":
        wire[at] ^= draw(st.integers(1, 255))
    elif how == "cut":
        del wire[at:]
    else:
        wire.append(draw(st.integers(0, 255)))
    return bytes(wire)


TIME = {"s": 60, "m": 60, "h": 24, "w": 7, "M": 13, "D": 32, "Y": 100, "N": 65}


@st.composite
def times(draw, letters):
    """A time as it should be, or nearly, or none."""
    whole_time = bytes(int(str(draw(st.integers(1 if letter in "MD" else 0, TIME[letter] - draw(st.sampled_from([0, 1, 1, 1]))))), 16) for letter in letters)
    return draw(st.one_of(st.just(whole_time), st.just(whole_time), st.sampled_from([b"\x99", b"\xff", b"\x00"]).map(lambda octet: octet * len(letters))))


@st.composite
def table_rows(draw, letters, most):
    turn = draw(st.sampled_from([1, -1]))
    return b"".join(draw(times(letters))[::turn] for _ in range(draw(st.integers(1, most))))


@st.composite
def payloads(draw, di):
    """What an identifier carries, or nearly."""
    if di in whole.TIMES:
        return draw(times(whole.TIMES[di][1]))
    if di in whole.TABLES:
        return draw(table_rows(whole.TABLES[di][1], 15))
    if di in whole.LADDERS:
        turn = draw(st.sampled_from([1, -1]))
        return bytes(draw(st.lists(bcd, min_size=52, max_size=52))) + b"".join(draw(times("hDM"))[::turn] for _ in range(6))
    width, several = whole.width_of(di)
    n = width * (draw(st.integers(1, 8)) if several else 1)
    return bytes(draw(st.lists(octets, min_size=n, max_size=n)))


def senders(levels=(0x02, 0x04, 0x98, 0x99)):
    return st.tuples(st.sampled_from(levels), st.binary(min_size=7, max_size=7)).map(lambda pair: bytes([pair[0]]) + pair[1])


@st.composite
def spoken(draw):
    """Clocks, orders, freezes, reads, writes and parts of blocks, as masters and meters send them, or nearly."""
    di = draw(st.one_of(st.sampled_from(sorted([*whole.TIMES, *whole.TABLES, *whole.LADDERS, *whole.NUMBERS, *whole.WORDS, *model.MOST])), st.sampled_from(whole.KNOWN)))
    wire_di, seq = di.to_bytes(4, "little"), bytes([draw(st.integers(0, 255))])
    control = draw(st.sampled_from([0x08, 0x16, 0x1C, 0x1C, 0x19, 0x1B, 0x18, 0x11, 0x12, 0x14, 0x14, 0x14, 0x91, 0x91, 0x91, 0xB1, 0x92, 0xB2]))
    if control == 0x1C:
        opened = bytes([draw(st.sampled_from([*whole.ORDERS, 0x55])), draw(st.integers(0, 9))]) + draw(times("smhDMY"))
        data = draw(senders()) + draw(st.sampled_from([opened, opened, bytes(range(20))]))
    elif control in (0x19, 0x1B):
        data = draw(senders()) + (draw(st.sampled_from([b"" if control == 0x19 else wire_di, bytes(range(20))])))
    elif control == 0x14:
        data = wire_di + draw(senders((0x02, 0x02, 0x04, 0x98, 0x99))) + draw(payloads(di)) + draw(st.sampled_from([b"", b"", b"\xa1\xa2\xa3\xa4"]))
    else:
        data = {0x08: lambda: draw(times("smhDMY")), 0x16: lambda: bytes(draw(st.lists(bcd, min_size=4, max_size=4))), 0x18: lambda: wire_di + draw(senders()),
                0x11: lambda: wire_di + draw(st.sampled_from([b"", seq, seq + draw(times("mhDMY"))])), 0x12: lambda: wire_di + seq,
                0x91: lambda: wire_di + draw(payloads(di)), 0xB1: lambda: wire_di + draw(payloads(di))[:draw(st.integers(0, 90))],
                }.get(control, lambda: wire_di + draw(payloads(di)) + seq)()
    return model.frame(draw(address), control, data, draw(st.integers(0, 5)))


@MANY
@given(st.one_of(reads(), reads(), spoken(), spoken(), others(), damaged()))
def test_as_the_model(frames, wire):
    document = json.loads(frames.ask(wire.hex()))
    try:
        says = whole.judge(wire)
    except model.Refused as refused:
        assert document.get("layer") == refused.layer, document
        return
    assert document["kind"] == "frame", document
    for key, value in says.items():
        assert document[key] == value, (key, document)
    assert frames.ask(json.dumps(document)) == wire.hex().upper()
    members = {key: value for key, value in document.items() if key not in ("data", "length")}
    if from_members(document) and "-0." not in json.dumps(document) and not minus_nothing(wire):
        assert frames.ask(json.dumps(members)) == wire.hex().upper()


def from_members(document):
    """Its members say all of it without a profile: no row, no time that may be "none" in three ways, nothing sealed."""
    control, di = document["control"], int(document.get("di", "0"), 16)
    return control not in ("08", "B1", "92", "B2", "1C", "14", "11", "19", "1A", "1B") and (control != "91" or di in model.SINGLE or di in model.LISTS)


def minus_nothing(wire):
    """A 0 with a sign bit, which its members cannot tell from a plain one."""
    _, control, data = model.outer(wire)
    di = int.from_bytes(data[:4], "little") if control == 0x91 else None
    if di in model.SINGLE:
        width, signed = model.SINGLE[di][0], model.SINGLE[di][2]
    elif di in model.LISTS:
        width, signed = model.LISTS[di][2][0], model.LISTS[di][2][2]
    else:
        return False
    values = [data[at:at + width] for at in range(4, len(data), width)]
    return signed and any(value[-1] == 0x80 and not any(value[:-1]) for value in values)


@MANY
@given(st.one_of(reads(), others()), st.data())
def test_a_member_that_is_not_so_is_refused(frames, wire, data):
    document = json.loads(frames.ask(wire.hex()))
    if document["kind"] != "frame":
        return
    key = data.draw(st.sampled_from([one for one in document if one not in ("meterbill", "kind", "preamble")]))
    document[key] = "something else" if not isinstance(document[key], int) or isinstance(document[key], bool) else document[key] + 1
    assert frames.ask(json.dumps(document)).startswith("MBILL_E_")
