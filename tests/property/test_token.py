# SPDX-License-Identifier: Apache-2.0
"""Tokens against an independent model: SipHash, MISTY1's place in a token, CRC, amount code, identifiers and windows written again from their definitions."""

import datetime
import hashlib
import hmac
import json
import os
import pathlib
import subprocess

import jsonschema
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("MBILL_DRIVER", ROOT / "build/gcc/tests/property/driver")).parents[2] / "bindings/cli/meterbill"
EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES") or 60)
BASES = (1993, 2014, 2035)
REGISTERS = {"clear_credit": 1, "tariff_rate": 2, "clear_tamper": 5, "water_factor": 7}
SERVICES = ["electricity", "water", "gas", "time"]
HEAD = {"meterbill": 1, "kind": "token_request"}

hexes = lambda n: st.binary(min_size=n, max_size=n).map(bytes.hex)


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("token")

    def call(verb, keys, request):
        """The answer, or the refusal's status."""
        path = folder / "keys.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps({"meterbill": 1, "kind": "token_keys", "keys": keys}))
        (folder / "request.json").write_text(json.dumps({**HEAD, **request}))
        done = subprocess.run([PROGRAM, "token", verb, folder / "request.json", "--keys", path, "--json"], capture_output=True, timeout=30, check=False)
        assert done.returncode in (0, 1), done.stderr
        answer = json.loads(done.stdout)
        return answer if done.returncode == 0 else answer["status"]
    return call


# --- the model ---

def siphash(key, data):
    """SipHash-2-4 (Aumasson and Bernstein, 2012)."""
    mask = (1 << 64) - 1
    k0, k1 = (int.from_bytes(key[at:at + 8], "little") for at in (0, 8))
    v = [k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573]
    turn = lambda x, n: (x << n | x >> (64 - n)) & mask

    def rounds(n):
        for _ in range(n):
            v[0] = v[0] + v[1] & mask; v[1] = turn(v[1], 13) ^ v[0]; v[0] = turn(v[0], 32)
            v[2] = v[2] + v[3] & mask; v[3] = turn(v[3], 16) ^ v[2]
            v[0] = v[0] + v[3] & mask; v[3] = turn(v[3], 21) ^ v[0]
            v[2] = v[2] + v[1] & mask; v[1] = turn(v[1], 17) ^ v[2]; v[2] = turn(v[2], 32)

    for at in range(0, len(data) // 8 * 8, 8):
        word = int.from_bytes(data[at:at + 8], "little")
        v[3] ^= word; rounds(2); v[0] ^= word
    last = int.from_bytes(data[len(data) // 8 * 8:], "little") | (len(data) & 255) << 56
    v[3] ^= last; rounds(2); v[0] ^= last
    v[2] ^= 255; rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def paygo(key, start, value, count, extended, restricted):
    limit = 10 ** 6 if extended else 1000
    end = (start + value) % limit
    code = start - start % limit + end
    for _ in range(count):
        if extended:
            code = siphash(key, code.to_bytes(8, "big")) >> 24
            code -= 99511627777 if code > 999999999999 else 0
        else:
            word = siphash(key, code.to_bytes(4, "big") * 2)
            code = ((word >> 32) ^ (word & 0xffffffff)) >> 2
            code -= 73741825 if code > 999999999 else 0
    code = code - code % limit + end
    if restricted:
        return "".join(str((code >> shift & 3) + 1) for shift in range(38 if extended else 28, -1, -2))
    return f"{code:0{12 if extended else 9}d}"


def crc(token_class, block):
    value = 0xffff
    for byte in (token_class << 48 | block >> 16).to_bytes(7, "big"):
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xa001 if value & 1 else 0)
    return (value & 255) << 8 | value >> 8


def amount_code(tenths):
    """The smallest code that means at least so much."""
    for exponent in range(4):
        first = sum(2 ** 14 * 10 ** n for n in range(exponent))
        mantissa = -(-(tenths - first) // 10 ** exponent)
        if mantissa < 2 ** 14:
            return exponent << 14 | mantissa
    raise AssertionError(tenths)


def tid_of(base, time):
    minute = (time - datetime.datetime(base, 1, 1)) // datetime.timedelta(minutes=1)
    return minute + (minute % 1440 == 1)


def derived(vending, base, cipher, meter):
    tag = lambda text: bytes([len(text)]) + text.encode()
    block = b"\4" + tag("04") + tag(f"{base % 100:02d}") + tag(cipher[2:]) + tag(meter["tariff_index"]) + b"\0\4" + tag(meter["supply_group"]) + tag(str(meter["key_type"]))
    block += tag(str(meter["key_revision"])) + tag(meter["account"]) + (128).to_bytes(4, "big")
    return hmac.new(vending, block, hashlib.sha256).digest()[:16]


def luhn(digits):
    total = sum(sum(divmod(int(digit) * (2 if at % 2 == 0 else 1), 10)) for at, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


# --- STS ---

counted = st.one_of(
    st.tuples(st.just("credit"), st.sampled_from(SERVICES), st.one_of(st.integers(0, 40000), st.integers(0, 18201624))),
    st.tuples(st.just("maximum_power"), st.none(), st.integers(0, 18201624)),
    st.tuples(st.sampled_from(sorted(REGISTERS)), st.none(), st.integers(0, 65535)))


@settings(max_examples=EXAMPLES)
@given(what=counted, base=st.sampled_from(BASES), minute=st.integers(0, 2 ** 24 - 2), reserved=st.booleans(), random=st.integers(0, 15), key=hexes(16))
def test_sts(ask, what, base, minute, reserved, random, key):
    make, of, number = what
    minute = minute // 1440 * 1440 + 1 if reserved else minute
    time = datetime.datetime(base, 1, 1) + datetime.timedelta(minutes=minute)
    keys = [{"name": "k", "protocol": "sts", "cipher": "EA11", "base": base, "key": key}]
    request = {"protocol": "sts", "make": make, "key": "k", "issued": time.isoformat() + "Z", "random": random}
    if make == "credit":
        request |= {"of": of, "amount": f"{number // 10}.{number % 10}"}
        subclass, register = SERVICES.index(of), amount_code(number)
    elif make == "maximum_power":
        request["power"] = str(number)
        subclass, register = 0, amount_code(number)
    else:
        request["register"] = number
        subclass, register = REGISTERS[make], number
    token_class = 0 if make == "credit" else 2
    token = ask("make", keys, request)["tokens"][0]
    block = subclass << 60 | random << 56 | tid_of(base, time) << 32 | register << 16
    block |= crc(token_class, block)
    assert token["block"] == f"{block:016x}"
    assert (int(token["digits"]) >> 27 & 3) == token_class and int(token["digits"]) < 2 ** 66
    read = ask("read", keys, {"protocol": "sts", "token": token["digits"], "used": {"tids": []}})
    assert read["token"] == {name: member for name, member in token.items() if name != "digits"}
    assert read["used"]["tids"] == [tid_of(base, time)]
    assert ask("read", keys, {"protocol": "sts", "token": token["digits"], "used": read["used"]}) == "MBILL_E_TOKEN_USED"


@settings(max_examples=EXAMPLES)
@given(vending=st.binary(min_size=16, max_size=64), base=st.sampled_from(BASES), account=st.text("0123456789", min_size=17, max_size=17).map(luhn), group=st.text("0123456789", min_size=6, max_size=6),
       index=st.text("0123456789", min_size=2, max_size=2), kind=st.integers(0, 3), revision=st.integers(1, 9))
def test_derivation(ask, vending, base, account, group, index, kind, revision):
    meter = {"account": account, "supply_group": group, "tariff_index": index, "key_type": kind, "key_revision": revision}
    one = {"name": "derived", "protocol": "sts", "cipher": "EA11", "base": base, "derive": "DKGA04", "vending_key": vending.hex(), **meter}
    other = {"name": "given", "protocol": "sts", "cipher": "EA11", "base": base, "key": derived(vending, base, "EA11", meter).hex()}
    request = {"protocol": "sts", "make": "clear_tamper", "key": "derived", "register": 0, "issued": f"{base}-05-05T05:05:00Z", "random": 1}
    digits = ask("make", [one, other], request)["tokens"][0]["digits"]
    assert ask("make", [one, other], {**request, "key": "given"})["tokens"][0]["digits"] == digits


# --- OpenPAYGO ---

@settings(max_examples=EXAMPLES)
@given(key=hexes(16), start=st.integers(0, 999999999), count=st.integers(0, 300), add=st.booleans(), extended=st.booleans(), restricted=st.booleans(), data=st.data())
def test_openpaygo(ask, key, start, count, add, extended, restricted, data):
    value = data.draw(st.integers(0, 999999 if extended else 995))
    keys = [{"name": "d", "protocol": "openpaygo", "key": key, "starting_code": start}]
    request = {"protocol": "openpaygo", "make": "add" if add else "set", "key": "d", "value": value, "extended": extended, "restricted": restricted, "purchase": 1,
               "sales": {"purchase": 0, "count": count}}
    answer = ask("make", keys, request)
    new = count + (2 if (count % 2 == 0) == add else 1)
    assert answer["tokens"][0]["count"] == answer["sales"]["count"] == new
    assert answer["tokens"][0]["digits"] == paygo(bytes.fromhex(key), start, value, new, extended, restricted)


class Device:
    """What a device takes, from the rules: a set of counts that are gone."""

    def __init__(self, count):
        self.count, self.gone = count, {count}

    def takes(self, count, kind):
        if count <= self.count and (count in self.gone or kind != "add" or count <= self.count - 16):
            return False
        self.gone |= {count} if kind == "add" else set(range(count + 1))
        self.count = max(self.count, count)
        return True


@settings(max_examples=max(EXAMPLES // 4, 5))
@given(key=hexes(16), start=st.integers(0, 999999999), begin=st.integers(0, 60), steps=st.lists(st.tuples(st.integers(-20, 110), st.sampled_from(["add", "set", "synchronise"])), min_size=1, max_size=8))
def test_device(ask, key, start, begin, steps):
    """A device's life: each token is taken or refused as the rules say, and its state says the same after every step."""
    keys = [{"name": "d", "protocol": "openpaygo", "key": key, "starting_code": start}]
    device, used = Device(begin), {"count": begin, "used": []}
    for step, kind in steps:
        count = device.count + step
        count += (count % 2 == 0) != (kind == "add")
        if count < 1:
            continue
        ahead = 100 if kind == "synchronise" else 64
        digits = paygo(bytes.fromhex(key), start, {"synchronise": 999}.get(kind, 7), count, False, False)
        answer = ask("read", keys, {"protocol": "openpaygo", "token": digits, "used": used})
        if isinstance(answer, dict) and answer["token"]["count"] != count:
            assume(False)  # two counts with one code: once in a thousand million
        if count > device.count + ahead:
            assert answer == "MBILL_E_TOKEN_CRC"
        elif device.takes(count, kind):
            used = answer["used"]
            assert used["count"] == device.count and answer["token"]["says"] == kind
        else:
            assert answer == "MBILL_E_TOKEN_USED"


# --- documents ---

def test_documents_fit_their_schemas():
    """Every request and key document of the golden cases that the program takes."""
    judges = {kind: jsonschema.Draft202012Validator(json.loads((ROOT / f"include/meterbill/schema/{kind}-1.schema.json").read_text())) for kind in ("token_keys", "token_request")}
    n = 0
    for path in sorted((ROOT / "tests/golden/token/cases").glob("*.json")):
        for call in json.loads(path.read_text())["calls"]:
            for document in call["documents"].values():
                error = jsonschema.exceptions.best_match(judges[document["kind"]].iter_errors(document))
                assert error is None, f"{path.name}: {error.message}\n{json.dumps(document)}"
                n += 1
    assert n > 100
