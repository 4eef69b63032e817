# SPDX-License-Identifier: Apache-2.0
"""DL/T 645 frames against the slow model: what is taken, by which layer the rest is refused, what is said, and the same bytes back."""

import json
import os
import pathlib
import subprocess

from hypothesis import given, settings, strategies as st
import pytest

import model_dlt645 as model

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
    """Any control byte with any data, but those whose times and tables the model does not judge."""
    control = draw(controls.filter(lambda one: one not in (0x08, 0x16, 0x1C, 0x14, 0x18, 0x19, 0x1A, 0x1B, 0x11, 0x92, 0xB1, 0xB2, 0x91)))
    return model.frame(draw(address), control, bytes(draw(st.lists(octets, max_size=20))), draw(st.integers(0, 5)))


@st.composite
def damaged(draw):
    """A whole frame with a byte changed, cut or added."""
    wire = bytearray(draw(st.one_of(reads(), others())))
    at = draw(st.integers(0, len(wire) - 1))
    how = draw(st.sampled_from(["change", "cut", "add"]))
    if how == "change":
        wire[at] ^= draw(st.integers(1, 255))
    elif how == "cut":
        del wire[at:]
    else:
        wire.append(draw(st.integers(0, 255)))
    return bytes(wire)


def unjudged(wire):
    """Its control byte is one that the model does not judge: a change may have made it so."""
    try:
        control = model.outer(wire)[1]
    except model.Refused:
        return False
    return control in (0x08, 0x16, 0x1C, 0x14, 0x18, 0x19, 0x1A, 0x1B, 0x11, 0x92, 0xB1, 0xB2)


@MANY
@given(st.one_of(reads(), reads(), others(), damaged()).filter(lambda wire: not unjudged(wire)))
def test_as_the_model(frames, wire):
    document = json.loads(frames.ask(wire.hex()))
    try:
        says = model.judge(wire)
    except model.Refused as refused:
        assert document.get("layer") == refused.layer, document
        return
    assert document["kind"] == "frame", document
    for key, value in says.items():
        assert document[key] == value, (key, document)
    assert frames.ask(json.dumps(document)) == wire.hex().upper()
    members = {key: value for key, value in document.items() if key not in ("data", "length")}
    if "-0." not in json.dumps(document) and not minus_nothing(wire):
        assert frames.ask(json.dumps(members)) == wire.hex().upper()


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
