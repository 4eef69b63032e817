# SPDX-License-Identifier: Apache-2.0
"""Commands as frames and replies as evidence, by the program: frames put together once more here, every pair of replies against the rules of what proves what, and the
documents against their schemas."""

import json
import os
import pathlib
import subprocess
import time

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("MBILL_DRIVER", ROOT / "build/gcc/tests/property/driver")).resolve().parents[2] / "bindings/cli/meterbill"
SOME = settings(max_examples=int(os.environ.get("PROPERTY_EXAMPLES") or 60))
NOW = 1767225660
ORDERS = {"trip": "1a", "permit_close": "1b", "direct_close": "1c", "alarm_on": "2a", "alarm_off": "2b", "keep_on": "3a", "keep_off": "3b"}
# What status word 3 must be, and of which bits: relay open 10H, told so 40H, alarm 80H, keep power 1000H.
WORDS = {"trip": (0x50, 0x50), "permit_close": (0x40, 0), "direct_close": (0x50, 0), "alarm_on": (0x80, 0x80), "alarm_off": (0x80, 0), "keep_on": (0x1000, 0x1000), "keep_off": (0x1000, 0)}
PROFILES = {"dlt645": {}, "cjt188": {"di_order": "high_first"}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("translate")


def schema(kind):
    return jsonschema.Draft202012Validator(json.loads((ROOT / f"include/meterbill/schema/{kind}-1.schema.json").read_text(encoding="utf-8")))


def program(*words):
    done = subprocess.run([PROGRAM, *map(str, words), "--json"], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def instant(second):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def wired(folder, protocol, means=None):
    profile, secret = folder / "profile.json", folder / "means.json"
    profile.write_text(json.dumps({"meterbill": 1, "kind": "frame_profile", "protocol": protocol, **PROFILES[protocol]}))
    secret.touch(mode=0o600)
    secret.write_text(json.dumps({"meterbill": 1, "kind": "meter_means", **(means or {})}))
    return "--protocol", protocol, "--profile", profile, "--now", instant(NOW), *(("--keys", secret) if means is not None else ())


def command(kind, target, lives=300, **more):
    return json.dumps({"meterbill": 1, "kind": "command", "command": kind, "target": target, "id": "0" * 31 + "1", "seq": 1, "made": instant(NOW), "ends": instant(NOW + lives), **more})


def power_frame(address, control, data):
    body = b"\x68" + bytes.fromhex(address)[::-1] + b"\x68" + bytes([control, len(data)]) + bytes((byte + 0x33) % 256 for byte in data)
    return body + bytes([sum(body) % 256, 0x16])


def water_frame(kind, address, control, data):
    body = b"\x68" + bytes([kind]) + bytes.fromhex(address)[::-1] + bytes([control, len(data)]) + data
    return body + bytes([sum(body) % 256, 0x16])


digits = st.integers(1, 10**12 - 2).map("{:012d}".format)
makers = st.tuples(st.binary(min_size=2, max_size=2), st.integers(0, 10**10 - 2)).map(lambda pair: pair[0].hex() + f"{pair[1]:010d}")


# --- frames --------------------------------------------------------------------------------------------------------------------------

@SOME
@given(kind=st.sampled_from(sorted(ORDERS)), address=digits, lives=st.integers(1, 600), password=st.binary(min_size=3, max_size=3), operator=st.binary(min_size=4, max_size=4),
       offset=st.integers(-50400, 50400))
def test_control_of_dlt645(folder, kind, address, lives, password, operator, offset):
    means = {"offset_s": offset, "password": password.hex(), "operator": operator.hex()}
    made = program("command", "frame", command(kind, f"e/{address}", lives), *wired(folder, "dlt645", means))
    until = time.strftime("%S%M%H%d%m%y", time.gmtime(NOW + min(lives, 600) + offset))
    assert made["frame"] == (b"\xfe" * 4 + power_frame(address, 0x1C, b"\x02" + password + operator + bytes.fromhex(ORDERS[kind]) + b"\0" + bytes.fromhex(until))).hex()
    assert made["read_back"] == (b"\xfe" * 4 + power_frame(address, 0x11, bytes.fromhex("03050004"))).hex()
    schema("command_frames").validate(made)


@SOME
@given(letter=st.sampled_from("whg"), place=st.integers(0, 9), address=makers, ser=st.integers(0, 255), cents=st.integers(1, 10**8 - 1), count=st.integers(1, 10**6))
def test_writes_of_cjt188(folder, letter, place, address, ser, cents, count):
    meter = {"w": 0x10, "h": 0x20, "g": 0x30}[letter] + place
    means = wired(folder, "cjt188", {"type": f"{meter:02x}", "ser": ser})
    amount = {"amount": f"{cents // 100}.{cents % 100:02d}", "count": count}
    writes = [("valve_open", "a017", b"\x55", "901f", {}), ("valve_close", "a017", b"\x99", "901f", {}),
              ("top_up", "a013", bytes.fromhex(f"{count % 100:02d}") + bytes.fromhex(f"{cents:08d}")[::-1], "8105", amount)]
    for kind, di, value, asked, more in writes:
        made = program("command", "frame", command(kind, f"{letter}/{address}", **more), *means)
        assert made["frame"] == (b"\xfe" * 4 + water_frame(meter, address, 0x04, bytes.fromhex(di) + bytes([ser]) + value)).hex()
        assert made["read_back"] == (b"\xfe" * 4 + water_frame(meter, address, 0x01, bytes.fromhex(asked) + bytes([(ser + 1) % 256]))).hex()
        schema("command_frames").validate(made)


# --- answers -------------------------------------------------------------------------------------------------------------------------

def state_of(answer, confirmed):
    """What the rules say: a refusal stands; else what was read back as ordered; else whether it was accepted."""
    if answer == "refused":
        return "refused"
    if confirmed:
        return "confirmed"
    return "accepted" if answer == "accepted" else "unknown"


ADDRESS = "000000000001"
POWER_REPLIES = {"none": None, "accepted": power_frame(ADDRESS, 0x9C, b""), "refused": power_frame(ADDRESS, 0xDC, b"\x04"), "other": None}
POWER_OTHERS = [power_frame("000000000002", 0x9C, b""), power_frame(ADDRESS, 0x94, b""), power_frame(ADDRESS, 0x9C, b"")[:-2] + b"\0\x16", power_frame(ADDRESS, 0x9C, b"")[:-1]]


@SOME
@given(kind=st.sampled_from(sorted(ORDERS)), answer=st.sampled_from(sorted(POWER_REPLIES)), other=st.sampled_from(POWER_OTHERS), word=st.integers(0, 0xFFFF), likely=st.booleans(),
       told=st.sampled_from(["right", "none", "address", "identifier", "checksum", "refused"]))
def test_what_replies_of_dlt645_prove(folder, kind, answer, other, word, likely, told):
    mask, value = WORDS[kind]
    word = (word & ~mask) | value if likely else word
    made = program("command", "frame", command(kind, f"e/{ADDRESS}"), *wired(folder, "dlt645", {"offset_s": 0, "password": "000000"}))
    right = power_frame(ADDRESS, 0x91, bytes.fromhex("03050004") + word.to_bytes(2, "little"))
    reply = other if answer == "other" else POWER_REPLIES[answer]
    read = {"right": right, "none": None, "address": power_frame("000000000003", 0x91, bytes.fromhex("03050004") + word.to_bytes(2, "little")), "checksum": right[:-2] + bytes([right[-2] ^ 1, 0x16]),
            "identifier": power_frame(ADDRESS, 0x91, bytes.fromhex("02050004") + word.to_bytes(2, "little")), "refused": power_frame(ADDRESS, 0xD1, b"\x02")}[told]
    got = program("command", "answer", json.dumps(made), *(one.hex() if one else "none" for one in (reply, read)), *wired(folder, "dlt645"))
    assert got["answer"] == answer
    assert got.get("status") == (f"{word:04x}" if told == "right" else None)
    assert got["state"] == state_of(answer, told == "right" and word & mask == value)


@SOME
@given(kind=st.sampled_from(["valve_open", "valve_close"]), answer=st.sampled_from(["none", "accepted", "refused", "other"]), ser=st.integers(0, 255), acknowledged=st.integers(0, 255),
       st_byte=st.integers(0, 255), told=st.sampled_from(["right", "none", "ser", "address", "type", "checksum", "refused"]))
def test_what_replies_of_cjt188_prove(folder, kind, answer, ser, acknowledged, st_byte, told):
    address, after = "1a2b0000000123", (ser + 1) % 256
    made = program("command", "frame", command(kind, f"w/{address}"), *wired(folder, "cjt188", {"type": "10", "ser": ser}))

    def acknowledgement(number):
        return water_frame(0x10, address, 0x84, bytes([0xA0, 0x17, number, acknowledged, 0]))

    def totals(meter=0x10, where=address, number=after):
        return water_frame(meter, where, 0x81, bytes([0x90, 0x1F, number]) + bytes.fromhex("341200002c" "001000002c" "00002221112620") + bytes([st_byte, 0]))
    reply = {"none": None, "accepted": acknowledgement(ser), "refused": water_frame(0x10, address, 0xC4, bytes([ser, 0, 0])), "other": acknowledgement(after)}[answer]
    right = totals()
    read = {"right": right, "none": None, "ser": totals(number=ser), "address": totals(where="1a2b0000000124"), "type": totals(meter=0x11), "checksum": right[:-2] + bytes([right[-2] ^ 1, 0x16]),
            "refused": water_frame(0x10, address, 0xC1, bytes([after, 0, 0]))}[told]
    got = program("command", "answer", json.dumps(made), *(one.hex() if one else "none" for one in (reply, read)), *wired(folder, "cjt188"))
    valve = ["open", "closed", None, "fault"][st_byte & 3] if told == "right" else None
    assert (got["answer"], got.get("valve")) == (answer, valve)
    assert got["state"] == state_of(answer, valve == {"valve_open": "open", "valve_close": "closed"}[kind])


# --- documents -----------------------------------------------------------------------------------------------------------------------

MEMBERS = {"offset_s": st.one_of(st.integers(-60000, 60000), st.text(max_size=2)), "password": st.one_of(st.binary(min_size=2, max_size=4).map(bytes.hex), st.just("12345g")),
           "operator": st.binary(min_size=3, max_size=5).map(bytes.hex), "customer": st.one_of(digits, st.just("12a"), st.integers(0, 9)), "type": st.binary(max_size=2).map(bytes.hex),
           "ser": st.integers(-1, 256), "di": st.binary(min_size=3, max_size=4).map(bytes.hex), "table": st.binary(max_size=9).map(bytes.hex), "sealed": st.binary(max_size=21).map(bytes.hex),
           "macs": st.one_of(st.binary(max_size=9).map(bytes.hex), st.booleans()), "secret": st.just("1")}


@SOME
@given(members=st.dictionaries(st.sampled_from(sorted(MEMBERS)), st.none(), max_size=4).flatmap(lambda keys: st.fixed_dictionaries({key: MEMBERS[key] for key in keys})))
def test_means_are_those_of_the_schema(folder, members):
    """The schema and the reader take the same documents, letter by letter."""
    answer = program("command", "frame", command("trip", f"e/{ADDRESS}"), *wired(folder, "dlt645", members))
    taken = not answer.get("path", "") and answer.get("status") not in {"MBILL_E_UNKNOWN_KEY", "MBILL_E_TYPE"}
    against = list(schema("meter_means").iter_errors({"meterbill": 1, "kind": "meter_means", **members}))
    assert taken == (not against), (answer, against)
