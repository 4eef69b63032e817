# SPDX-License-Identifier: Apache-2.0
"""Signed commands from the key to the receipt, with the bytes of the guide; tokens; the tables of meters."""

import datetime as dt
import json
import re

from conftest import ROOT
import pytest

import meterbill
from meterbill import errors

REALM = "demo"
SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
ROOT_SECRET = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
TRIP = {"meterbill": 1, "kind": "command", "command": "trip", "target": "e/000000000001", "id": "000102030405060708090a0b0c0d0e0f", "seq": 123456,
        "made": "2026-01-01T00:00:00Z", "ends": "2026-01-01T00:05:00Z"}
NOW = dt.datetime(2026, 1, 1, 0, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def signer():
    return meterbill.Signer(SECRET)


@pytest.fixture(scope="module")
def message(signer):
    return signer.sign(TRIP, realm=REALM)


def test_it_is_the_message_of_the_guide(message, signer):
    guide = (ROOT / "examples/guide/commands.md").read_text(encoding="utf-8")
    assert message.hex() == re.search(r"^d2844d\w+$", guide, flags=re.M).group() and signer.public().hex() in guide
    assert meterbill.kid(signer.public()) in message and len(meterbill.command_hash(message)) == 32
    assert signer.cosign(meterbill.command_payload(TRIP), realm=REALM) != b""


def test_a_receiver_checks(message, signer):
    relay = meterbill.Keyset.trust("relay", [signer.public()])
    opened = relay.open(message, realm=REALM, now=NOW)
    assert opened.command["command"] == "trip" and opened.hash == meterbill.command_hash(message).hex() and opened.signers == 1 and not opened.keyset_expired
    bad = bytearray(message)
    bad[-1] ^= 1
    for call, status in ((lambda: meterbill.Keyset.trust("money", [signer.public()]).open(message, realm=REALM, now=NOW), "E_ROLE"),
                         (lambda: relay.open(message, realm="town", now=NOW), "E_SIGNATURE"), (lambda: relay.open(bytes(bad), realm=REALM, now=NOW), "E_SIGNATURE"),
                         (lambda: relay.open(message, realm=REALM, now=NOW.replace(month=2)), "E_EXPIRED"), (lambda: relay.open(message[:50], realm=REALM, now=NOW), "E_TRUNCATED"),
                         (lambda: meterbill.Keyset.trust("relay", [meterbill.Signer(ROOT_SECRET).public()]).open(message, realm=REALM, now=NOW), "E_KID_UNKNOWN")):
        with pytest.raises(errors.CommandError) as caught:
            call()
        assert caught.value.status.name == status
    first = meterbill.Admitted.first().admit(opened, message)
    again = first.admit(opened, message, known=meterbill.command_hash(message))
    assert not first.repeat and again.repeat
    other = signer.sign({**TRIP, "id": "ff" * 15 + "00"}, realm=REALM)
    with pytest.raises(errors.CommandError):
        first.admit(relay.open(other, realm=REALM, now=NOW), other)


def test_a_keyset_is_signed_by_its_roots(message, signer):
    root = meterbill.Signer(bytearray(ROOT_SECRET))
    document = {"meterbill": 1, "kind": "keyset", "version": 1, "ends": "2027-01-01T00:00:00Z", "threshold": 1, "roots": [root.public().hex()],
                "keys": [{"public": signer.public().hex(), "role": "relay", "begins": "2026-01-01T00:00:00Z", "ends": "2027-01-01T00:00:00Z", "longest_s": 600, "prefix": "e/",
                          "quota": {"commands": 200}}]}
    signed = root.sign_keyset(meterbill.Keyset.payload(document), realm=REALM)
    pinned = meterbill.Keyset.pin([root.public()], threshold=1, version=0)
    keyset = pinned.next(signed, realm=REALM)
    assert keyset.show()["keys"][0]["public"] == signer.public().hex()
    assert keyset.open(message, realm=REALM, now=NOW).command == TRIP
    with pytest.raises(errors.CommandError) as caught:
        pinned.next(signer.sign_keyset(meterbill.Keyset.payload(document), realm=REALM), realm=REALM)
    assert caught.value.status is meterbill.Status.E_THRESHOLD
    pinned.close()
    with pytest.raises(errors.ClosedError):
        pinned.next(signed, realm=REALM)


def test_wrong_keys():
    for secret in (b"", b"short", b"x" * 33):
        with pytest.raises(errors.MeterbillError):
            meterbill.Signer(secret)
    signer = meterbill.Signer(SECRET)
    signer.close()
    with pytest.raises(errors.ClosedError):
        signer.sign(TRIP, realm=REALM)


def test_alarms_in_use():
    configuration = {"meterbill": 1, "kind": "alarms", "alarms": [{"colour": "red"}]}
    reasons = meterbill.alarm_reasons(configuration)
    assert reasons and all(reason["status"].startswith("MBILL_E_") for reason in reasons)
    with pytest.raises(errors.MeterbillError):
        meterbill.AlarmBoard.open(configuration)


def cases_of(area, word):
    for path in sorted((ROOT / f"tests/golden/{area}/cases").glob("*.json")):
        for call in json.loads(path.read_text(encoding="utf-8"))["calls"]:
            if call["run"][:len(word)] == word:
                yield path.stem, call


def test_wrong_tokens():
    with pytest.raises(errors.MeterbillError):
        meterbill.TokenKeys({"meterbill": 1, "kind": "token_keys"})
    assert list(cases_of("token", ["token"]))
