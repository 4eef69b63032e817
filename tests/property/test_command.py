# SPDX-License-Identifier: Apache-2.0
"""Signed messages against verifiers of others: `cryptography` with `cbor2`, pycose, and @auth0/cose where node and npm are there.

The law: what the program signs, others accept, and refuse once a bit is other; what others sign in the profile, the program accepts; and every published signature of the
vectors (the folder MBILL_VECTORS) is right or wrong as stated, whatever our profile says of its form."""

import copy
import json
import os
import pathlib
import random
import shutil
import subprocess

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pycose.headers import KID, Algorithm
from pycose.keys import OKPKey
from pycose.messages import Sign1Message
from pycose.messages.signmessage import SignMessage

ROOT = pathlib.Path(__file__).resolve().parents[2]
DRIVER = pathlib.Path(os.environ.get("MBILL_DRIVER", ROOT / "build/gcc/tests/property/driver")).resolve()
PROGRAM = DRIVER.parents[2] / "bindings/cli/meterbill"
SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")  # RFC 8032 section 7.1, test 1
KEY = Ed25519PrivateKey.from_private_bytes(SECRET)
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
KID_BYTES = bytes.fromhex("7849ac3049680be1")
AAD = b"libmeterbill/cmd/v1\0demo"
NOW = "2026-01-01T00:01:40Z"
TRIP = {"meterbill": 1, "kind": "command", "command": "trip", "target": "e/000000000001", "id": "000102030405060708090a0b0c0d0e0f", "seq": 123456,
        "made": "2026-01-01T00:00:00Z", "ends": "2026-01-01T00:05:00Z"}
CLAIMS = {3: "e/000000000001", 4: 1767225900, 6: 1767225600, 7: bytes(range(16)), -1: 123456, -2: 1}
N = int(os.environ.get("PROPERTY_EXAMPLES") or 40)


def program(*words):
    done = subprocess.run([PROGRAM, *map(str, words), "--json"], capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    path = tmp_path_factory.mktemp("key") / "relay.key"
    path.touch(mode=0o600)
    path.write_text(SECRET.hex() + "\n")
    return path


def signed(key, document, verb="sign"):
    code, answer = program("command", verb, json.dumps(document), "--key", key, "--realm", "demo")
    assert code == 0, answer
    return bytes.fromhex(answer["message"])


def opened(message, role="relay"):
    return program("command", "open", message.hex(), "--public", f"{role}:{PUBLIC.hex()}", "--realm", "demo", "--now", NOW)


def structure(context, *parts):
    return cbor2.dumps([context, *parts])


def is_right(public, message, aad):
    """By cbor2 and cryptography alone."""
    try:
        found = cbor2.loads(message)
        assert found.tag == 18
        header, unprotected, payload, signature = found.value
        assert unprotected == {}
        Ed25519PublicKey.from_public_bytes(public).verify(signature, structure("Signature1", header, aad, payload))
        return True
    except (InvalidSignature, AssertionError, ValueError, AttributeError, TypeError, cbor2.CBORError):
        return False


def pycose_says(message, aad):
    try:
        found = Sign1Message.decode(message)
        found.key = OKPKey(crv="Ed25519", x=PUBLIC)
        found.external_aad = aad
        return bool(found.verify_signature())
    except Exception:  # noqa: BLE001  (any way to refuse is one)
        return False


def documents():
    """Commands of a relay key, drawn again and again the same."""
    draw = random.Random(7)
    for _ in range(N):
        document = dict(TRIP, command=draw.choice(["trip", "permit_close", "direct_close", "alarm_on", "alarm_off", "valve_open", "valve_close", "read", "cancel"]),
                        target=draw.choice(["e/", "w/", "g/", "h/"]) + "".join(draw.choice("0123456789") for _ in range(12)), id=draw.randbytes(16).hex(),
                        seq=str(draw.randrange(1 << 63)) if draw.random() < 0.5 else draw.randrange(1 << 31))
        if isinstance(document["seq"], str) and int(document["seq"]) < 1 << 31:
            document["seq"] = int(document["seq"])
        if document["command"] == "read":
            document["di"] = draw.randbytes(4).hex()
        if document["command"] == "cancel":
            document["first"], document["last"] = sorted(draw.randrange(1 << 31) for _ in range(2))
        if draw.random() < 0.3:
            document["if"] = {"balance_below": str(draw.randrange(-100, 100))}
        yield document


def test_others_accept_ours_and_refuse_what_was_changed(key):
    draw, flips = random.Random(11), 0
    for document in documents():
        message = signed(key, document)
        assert is_right(PUBLIC, message, AAD) and pycose_says(message, AAD)
        assert not is_right(PUBLIC, message, b"") and not pycose_says(message, b"x")
        code, answer = opened(message)
        assert code == 0 and answer["command"] == document
        bit = draw.randrange(8 * len(message))
        changed = bytearray(message)
        changed[bit // 8] ^= 1 << bit % 8
        assert not is_right(PUBLIC, bytes(changed), AAD)
        flips += 1
        # what is signed is deterministic CBOR for another encoder too
        payload = cbor2.loads(message).value[2]
        assert cbor2.dumps(cbor2.loads(payload), canonical=True) == payload
    print(f"{flips} messages accepted and refused with one bit changed")


def test_every_flip_is_refused_by_the_other():
    message = bytes.fromhex(sign_by_hand(CLAIMS).hex())
    taken = 0
    for bit in range(8 * len(message)):
        changed = bytearray(message)
        changed[bit // 8] ^= 1 << bit % 8
        taken += is_right(PUBLIC, bytes(changed), AAD)
    print(f"{8 * len(message)} flips of {len(message)} bytes, {taken} taken by the other verifier")
    assert taken == 0


def sign_by_hand(claims, alg=-8):
    header, payload = cbor2.dumps({1: alg, 4: KID_BYTES}, canonical=True), cbor2.dumps(claims, canonical=True)
    return cbor2.dumps(cbor2.CBORTag(18, [header, {}, payload, KEY.sign(structure("Signature1", header, AAD, payload))]))


def test_ours_accepts_others():
    for alg in (-8, -19):
        code, answer = opened(sign_by_hand(CLAIMS, alg))
        assert code == 0 and answer["command"] == TRIP, answer
    message = Sign1Message(phdr={Algorithm: "EDDSA", KID: KID_BYTES}, uhdr={}, payload=cbor2.dumps(CLAIMS, canonical=True))
    message.key = OKPKey(crv="Ed25519", x=PUBLIC, d=SECRET)
    message.external_aad = AAD
    code, answer = opened(message.encode())
    assert code == 0 and answer["command"] == TRIP, answer
    for change, status in [({-6: 1}, "MBILL_E_CLAIMS"), ({4: 1767225900.0}, "MBILL_E_STRUCTURE"), ({3: "E/1"}, "MBILL_E_CLAIMS"), ({-2: 16}, "MBILL_E_CLAIMS"), ({-2: 8}, "MBILL_E_CLAIMS")]:
        assert opened(sign_by_hand({**CLAIMS, **change}))[1]["status"] == status
    payload = cbor2.dumps(dict(reversed(list(copy.copy(CLAIMS).items()))))
    header = cbor2.dumps({1: -8, 4: KID_BYTES}, canonical=True)
    twisted = cbor2.dumps(cbor2.CBORTag(18, [header, {}, payload, KEY.sign(structure("Signature1", header, AAD, payload))]))
    assert opened(twisted)[1]["status"] == "MBILL_E_NONCANONICAL"


def test_signed_by_two(key, tmp_path):
    group = {**TRIP, "target": "grp/block7", "group": {"hash": "65cadcfd82344fad3aa4184e7f13d4744f307e7dc3a1002780fee19299769c16", "targets": 3}}
    code, other = program("command", "keygen", tmp_path / "other.key")
    assert code == 0
    message = signed(key, group, "cosign")
    code, answer = program("command", "cosign", message.hex(), "--key", tmp_path / "other.key", "--realm", "demo")
    assert code == 0
    body, unprotected, payload, signatures = cbor2.loads(bytes.fromhex(answer["message"])).value
    assert (body, unprotected, len(signatures)) == (b"", {}, 2)
    publics = {KID_BYTES: PUBLIC, bytes.fromhex(other["kid"]): bytes.fromhex(other["public"])}
    for header, empty, signature in signatures:
        Ed25519PublicKey.from_public_bytes(publics[cbor2.loads(header)[4]]).verify(signature, structure("Signature", body, header, AAD, payload))
        assert empty == {}
    assert isinstance(SignMessage.decode(bytes.fromhex(answer["message"])), SignMessage)


def test_published_signatures():
    folder = os.environ.get("MBILL_VECTORS")
    if folder is None:
        pytest.skip("MBILL_VECTORS names no folder of vectors")
    n = 0
    for vector in json.loads((pathlib.Path(folder) / "frames.json").read_text(encoding="utf-8"))["vectors"]:
        if vector["protocol"] != "cose":
            continue
        fields = {name: bytes.fromhex(value) for name, value in vector["fields"].items() if name in ("public", "private", "tbs", "signature", "protected", "payload", "external_aad")}
        private = Ed25519PrivateKey.from_private_bytes(fields["private"])
        assert private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) == fields["public"]
        body = (b"\xa1\x03\x00",) if vector["fields"]["structure"] == "COSE_Sign" else ()
        parts = (*body, cbor2.dumps({1: -8}) if body else fields["protected"])
        context = "Signature" if body else "Signature1"
        assert structure(context, *parts, fields["external_aad"], fields["payload"]) == fields["tbs"], vector["id"]
        try:
            Ed25519PublicKey.from_public_bytes(fields["public"]).verify(fields["signature"], fields["tbs"])
            right = True
        except InvalidSignature:
            right = False
        assert right == (vector["expect"] == "valid" or vector["layer"] == "canonical"), vector["id"]
        assert not right or private.sign(fields["tbs"]) == fields["signature"], vector["id"]
        n += 1
    assert n >= 14
    print(f"{n} published signatures")


SCRIPT = """
import { Sign1, importJWK } from '@auth0/cose';
const [, , message, x, aad] = process.argv;
const key = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(x, 'hex').toString('base64url') };
const { webcrypto } = await import('node:crypto');
const imported = await webcrypto.subtle.importKey('jwk', key, { name: 'Ed25519' }, false, ['verify']);
try {
  await Sign1.decode(Buffer.from(message, 'hex')).verify(imported, { externalAAD: Buffer.from(aad, 'hex') });
  console.log('right');
} catch (refusal) { console.log('wrong ' + refusal.message); }
"""


def test_a_verifier_in_javascript(key, tmp_path):
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node or npm is not here")
    got = subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(tmp_path), "@auth0/cose@1.0.2"], capture_output=True, timeout=120, check=False)
    if got.returncode != 0:
        pytest.skip("npm has no @auth0/cose here")
    (tmp_path / "verify.mjs").write_text(SCRIPT.replace("Sign1, importJWK", "Sign1"), encoding="utf-8")

    def says(message, aad):
        return subprocess.run(["node", tmp_path / "verify.mjs", message.hex(), PUBLIC.hex(), aad.hex()], capture_output=True, text=True, timeout=60, check=True).stdout.strip()

    message = signed(key, TRIP)
    assert says(message, AAD) == "right"
    assert says(message, b"").startswith("wrong")
    changed = bytearray(message)
    changed[40] ^= 1
    assert says(bytes(changed), AAD).startswith("wrong")
