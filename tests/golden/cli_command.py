#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signed commands from outside: cli_command.py PROGRAM SOURCE_ROOT. Keys, keysets by several roots, commands by one and by several, receipts; what each verb refuses; and
that no secret is ever printed. Prints TAP."""

import hashlib
import json
import os
import pathlib
import sqlite3
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import cli  # noqa: E402  (stands beside this file)
import cli_operate  # noqa: E402

NOW = "2026-01-01T00:01:40Z"
TRIP = {"meterbill": 1, "kind": "command", "command": "trip", "target": "e/000000000001", "id": "000102030405060708090a0b0c0d0e0f", "seq": 123456,
        "made": "2026-01-01T00:00:00Z", "ends": "2026-01-01T00:05:00Z"}
RECEIPT = {"meterbill": 1, "kind": "receipt", "state": "sent", "at": NOW, "id": TRIP["id"], "seq": 123456, "command": "a1" * 32, "previous": "00" * 32}
# RFC 8032 section 7.1, test 1; and what the source of V10 has of it.
SECRET = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
V10 = ("d2844da2012704487849ac3049680be1a05837a6036e652f303030303030303030303031041a6955ba2c061a6955b9000750000102030405060708090a0b0c0d0e0f201a0001e2402101"
       "584084b47ba93a181e979ef55fdb666e5e64e2c9e646f291de0c8ac3cb8dbbcc0c6b0d040ae0e923c6ca5fa9bc8a87eef224d125e807b4197fbf155854b238c3b702")


class Case(cli.Case):
    def run_words(self, *words, **more):
        done = subprocess.run([str(cli.PROGRAM), *map(str, words), "--json"], capture_output=True, text=True, timeout=30, check=False, **more)
        for secret in getattr(self, "secrets", []):
            self.assertNotIn(secret, done.stdout + done.stderr)
        return done.returncode, json.loads(done.stdout)

    def taken(self, *words, **more):
        code, answer = self.run_words(*words, **more)
        self.assertEqual(code, 0, answer)
        return answer

    def refusal(self, status, part, *words, **more):
        code, answer = self.run_words(*words, **more)
        self.assertEqual((code, answer["status"]), (1, "MBILL_" + status), answer)
        self.assertIn(part, answer["message"])

    def secret(self, name, text=SECRET, mode=0o600):
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(mode)
        return path

    def keygen(self, name):
        path = self.folder / name
        made = self.taken("command", "keygen", path)
        self.secrets = [*getattr(self, "secrets", []), path.read_text().strip()]
        return path, made


class Keys(Case):
    def test_a_secret_is_the_owner_s_alone(self):
        path, made = self.keygen("a.key")
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertRegex(path.read_text(), r"^[0-9a-f]{64}\n$")
        self.assertRegex(made["public"], r"^[0-9a-f]{64}$")
        self.assertNotEqual(made, self.keygen("b.key")[1])
        self.refusal("E_EXISTS", "exists", "command", "keygen", path)

    def test_what_is_no_secret(self):
        trip = json.dumps(TRIP)
        self.refusal("E_INVALID", "0600", "command", "sign", trip, "--key", self.secret("open.key", mode=0o640), "--realm", "demo")
        self.refusal("E_INVALID", "64 hex digits", "command", "sign", trip, "--key", self.secret("short.key", SECRET[:-1]), "--realm", "demo")
        self.refusal("E_INVALID", "64 hex digits", "command", "sign", trip, "--key", self.secret("long.key", SECRET + "0"), "--realm", "demo")
        self.refusal("E_INVALID", "random", "command", "sign", trip, "--key", self.secret("zero.key", "0" * 64), "--realm", "demo")
        self.refusal("E_NOT_FOUND", "", "command", "sign", trip, "--key", self.folder / "none.key", "--realm", "demo")
        self.assertEqual(self.run_words("command", "sign", trip, "--realm", "demo")[0], 2)
        self.assertEqual(self.run_words("command", "sign", trip, "--key", "x")[0], 2)

    def test_a_secret_by_descriptor(self):
        end, other = os.pipe()
        os.write(other, SECRET.encode())
        os.close(other)
        self.assertEqual(self.taken("command", "sign", json.dumps(TRIP), "--key", f"fd:{end}", "--realm", "demo", pass_fds=(end,))["message"], V10)
        os.close(end)


class Commands(Case):
    def test_the_same_bytes_as_the_source(self):
        signed = self.taken("command", "sign", json.dumps(TRIP), "--key", self.secret("v.key"), "--realm", "demo")
        self.assertEqual(signed, {"meterbill": 1, "kind": "command_sign", "message": V10, "bytes": 140})
        opened = self.taken("command", "open", V10, "--public", "relay:" + PUBLIC, "--realm", "demo", "--now", NOW)
        self.assertEqual(opened["command"], TRIP)
        path = self.folder / "message"
        path.write_text("\n".join(V10[at:at + 32] for at in range(0, len(V10), 32)))
        self.assertEqual(self.taken("command", "open", path, "--public", "relay:" + PUBLIC, "--realm", "demo", "--now", NOW), opened)
        text = subprocess.run([cli.PROGRAM, "command", "open", "-", "--public", "relay:" + PUBLIC, "--realm", "demo", "--now", NOW], input=V10, capture_output=True, text=True, check=True)
        self.assertEqual(json.loads(text.stdout), TRIP)

    def test_every_command_there_and_back(self):
        more = {"top_up": {"amount": "100.5", "count": 7}, "refund": {"amount": "0.000001", "count": "18446744073709551615"}, "tariff": {"tariff": "ab" * 32, "switch": "2026-02-01T00:00:00Z"},
                "clock": {"clock": "2026-01-01T00:02:00Z"}, "read": {"di": "04000503"}, "cancel": {"first": 3, "last": "5000000000"}}
        roles = {"relay": "trip permit_close direct_close alarm_on alarm_off valve_open valve_close read cancel", "money": "top_up refund", "tariff": "tariff", "clock": "clock", "root": "keep_on keep_off"}
        key = self.secret("v.key")
        for role, kinds in roles.items():
            for kind in kinds.split():
                document = {**TRIP, "command": kind, **more.get(kind, {})}
                message = self.taken("command", "sign", json.dumps(document), "--key", key, "--realm", "demo")["message"]
                opened = self.taken("command", "open", message, "--public", f"{role}:{PUBLIC}", "--realm", "demo", "--now", NOW)["command"]
                self.assertEqual(opened, document)

    def test_documents_that_are_refused(self):
        key = self.secret("v.key")
        for status, part, change in [("E_CLAIMS", "target", {"target": "E/1"}), ("E_CLAIMS", "group", {"target": "grp/a"}), ("E_UNKNOWN_KEY", "amounts", {"amounts": "1"}),
                                     ("E_CLAIMS", "parameter", {"amount": "1"}), ("E_INVALID", "", {"command": "open"}), ("E_AMBIGUOUS", "", {"ends": "2026-01-01T00:05:00"}),
                                     ("E_CLAIMS", "out of range", {"command": "top_up", "amount": "1"}), ("E_NUMBER", "whole", {"seq": "01"}), ("E_OVERFLOW", "64 bits", {"seq": "18446744073709551616"}),
                                     ("E_INVALID", "condition", {"if": {}}), ("E_CLAIMS", "before", {"ends": "2025-12-31T00:00:00Z"}), ("E_INVALID", "hex", {"command": "read", "di": "0400050"})]:
            self.refusal(status, part, "command", "sign", json.dumps({**TRIP, **change}), "--key", key, "--realm", "demo")
        self.refusal("E_SYNTAX", "hex digits", "command", "open", self.write("no.txt", "hello"), "--public", "relay:" + PUBLIC, "--realm", "demo")
        self.assertEqual(self.run_words("command", "open", V10, "--public", "boss:" + PUBLIC, "--realm", "demo")[0], 2)
        self.assertEqual(self.run_words("command", "open", V10, "--realm", "demo")[0], 2)


class Keysets(Case):
    def make(self, document, keys):
        message = json.dumps(document)
        for key in keys:
            message = self.taken("keyset", "make", message, "--key", key, "--realm", "demo")["message"]
        return self.write("keyset", message)

    def test_two_of_three_roots(self):
        roots = [self.keygen(f"root{at}.key") for at in range(3)]
        relay, root = self.keygen("relay.key"), self.keygen("keep.key")
        publics = [made["public"] for _, made in roots]
        times = {"begins": "2026-01-01T00:00:00Z", "ends": "2027-01-01T00:00:00Z", "longest_s": 600}
        document = {"meterbill": 1, "kind": "keyset", "version": 1, "ends": "2027-01-01T00:00:00Z", "threshold": 2, "roots": sorted(publics),
                    "keys": [{"public": relay[1]["public"], "role": "relay", **times, "prefix": "e/", "quota": {"commands": 100}}, {"public": root[1]["public"], "role": "root", **times}]}
        keyset = self.make(document, [roots[0][0], roots[2][0]])
        trust = ["--root", "2:" + ",".join(publics), "--realm", "demo"]
        shown = self.taken("keyset", "show", keyset, *trust)["keyset"]
        self.assertEqual({**shown, "keys": sorted(shown["keys"], key=str)}, {**document, "keys": sorted(document["keys"], key=str)})
        message = self.taken("command", "sign", json.dumps(TRIP), "--key", relay[0], "--realm", "demo")["message"]
        self.assertEqual(self.taken("command", "open", message, "--keyset", keyset, *trust, "--now", NOW)["command"], TRIP)
        water = self.taken("command", "sign", json.dumps({**TRIP, "target": "w/1"}), "--key", relay[0], "--realm", "demo")["message"]
        self.refusal("E_ROLE", "e/", "command", "open", water, "--keyset", keyset, *trust, "--now", NOW)
        self.refusal("E_KID_UNKNOWN", "", "command", "open", V10, "--keyset", keyset, *trust, "--now", NOW)
        # a group, by two
        group = {**TRIP, "target": "grp/block7", "group": {"hash": "65cadcfd82344fad3aa4184e7f13d4744f307e7dc3a1002780fee19299769c16", "targets": 3}}
        first = self.taken("command", "cosign", json.dumps(group), "--key", root[0], "--realm", "demo")["message"]
        self.refusal("E_EXISTS", "signed", "command", "cosign", first, "--key", root[0], "--realm", "demo")
        opened = self.taken("command", "open", first, "--keyset", keyset, *trust, "--now", NOW)
        self.assertEqual((opened["signers"], opened["command"]), (1, group))
        # one root is not enough, a third party is nobody
        self.refusal("E_THRESHOLD", "1 of the old", "keyset", "show", self.make(document, [roots[0][0]]), *trust)
        self.refusal("E_KID_UNKNOWN", "no root", "keyset", "show", self.make(document, [roots[0][0], roots[1][0], relay[0]]), *trust)
        self.refusal("E_SIGNATURE", "realm", "keyset", "show", keyset, "--root", "2:" + ",".join(publics), "--realm", "other")

    def test_refused(self):
        key = self.secret("v.key")
        entry = {"public": PUBLIC, "role": "relay", "begins": "2026-01-01T00:00:00Z", "ends": "2027-01-01T00:00:00Z", "longest_s": 600}
        other = self.keygen("o.key")[1]["public"]
        document = {"meterbill": 1, "kind": "keyset", "version": 1, "ends": "2027-01-01T00:00:00Z", "threshold": 1, "roots": [other], "keys": [entry]}
        for status, part, change in [("E_DUPLICATE_KEY", "one name", {"keys": [entry, entry]}), ("E_DUPLICATE_KEY", "root", {"roots": [PUBLIC]}), ("E_RANGE", "threshold", {"threshold": 2}),
                                     ("E_RANGE", "version", {"version": 0}), ("E_INVALID", "not both", {"keys": [{**entry, "commands": ["trip"]}]}), ("E_INVALID", "point", {"roots": ["00" * 32]}),
                                     ("E_ROLE", "one role", {"keys": [{**{k: v for k, v in entry.items() if k != "role"}, "commands": ["trip", "top_up"]}]})]:
            self.refusal(status, part, "keyset", "make", json.dumps({**document, **change}), "--key", key, "--realm", "demo")


class Receipts(Case):
    def test_there_and_back(self):
        key = self.secret("v.key")
        for state in ["received", "verified", "sent", "accepted", "refused", "expired", "superseded", "unknown"]:
            message = self.taken("command", "receipt", json.dumps({**RECEIPT, "state": state}), "--key", key, "--realm", "demo")["message"]
            opened = self.taken("command", "receipt", message, "--public", PUBLIC, "--realm", "demo")
            self.assertEqual(opened["receipt"], {**RECEIPT, "state": state})
        self.refusal("E_CLAIMS", "read back", "command", "receipt", json.dumps({**RECEIPT, "state": "confirmed"}), "--key", key, "--realm", "demo")
        done = {**RECEIPT, "state": "confirmed", "status": "0050", "reply": "6816"}
        message = self.taken("command", "receipt", json.dumps(done), "--key", key, "--realm", "demo")["message"]
        self.assertEqual(self.taken("command", "receipt", message, "--public", PUBLIC, "--realm", "demo")["receipt"], done)
        self.refusal("E_KID_UNKNOWN", "another key", "command", "receipt", message, "--public", self.keygen("o.key")[1]["public"], "--realm", "demo")


class Store(Case):
    def setUp(self):
        super().setUp()
        self.db, self.key = self.folder / "s.db", self.secret("v.key")
        self.taken("db", "init", self.db)
        accounts = {"meterbill": 1, "kind": "accounts", "accounts": [cli_operate.account(1)]}
        self.taken("db", "import", self.db, self.write("day.json", json.dumps(cli_operate.TARIFF)), self.write("accounts.json", json.dumps(accounts)))

    def offer(self, document, role="relay", *more, at=NOW):
        message = self.taken("command", "sign", json.dumps(document), "--key", self.key, "--realm", "demo")["message"]
        return ["command", "take", self.db, message, "--public", f"{role}:{PUBLIC}", "--realm", "demo", "--now", at, *more]

    def lives(self):
        return [(one["command"], one["state"]) for one in self.taken("command", "list", self.db)["commands"]]

    def due(self, *words, at=NOW):
        answer = self.taken("command", "due", self.db, *words, "--public", f"relay:{PUBLIC}", "--realm", "demo", "--now", at)
        return {name: answer[name] for name in ("commands", "left_out") if name in answer}

    def test_from_taken_to_confirmed(self):
        self.assertEqual(self.taken(*self.offer(TRIP))["verdict"], "new")
        self.assertEqual(self.taken(*self.offer(TRIP))["verdict"], "repeat")
        self.refusal("E_ID_REUSED", "id", *self.offer({**TRIP, "seq": 123457}))
        self.refusal("E_REPLAY", "123456", *self.offer({**TRIP, "id": "01" * 16}))
        self.refusal("E_EXPIRED", "ended", *self.offer({**TRIP, "id": "01" * 16, "seq": 123457}, at="2026-02-01T00:00:00Z"))
        self.taken(*self.offer({**TRIP, "command": "direct_close", "id": "02" * 16, "seq": 123458}))
        self.assertEqual(self.lives(), [("trip", "superseded"), ("direct_close", "verified")])
        due = self.due()["commands"]
        self.assertEqual([(one["command"], one["state"], one["target"]) for one in due], [("direct_close", "sent", "e/000000000001")])
        self.assertEqual(self.taken("command", "open", due[0]["message"], "--public", "relay:" + PUBLIC, "--realm", "demo", "--now", NOW)["command"]["seq"], 123458)
        self.assertEqual(self.due(), {"commands": []})
        self.taken("command", "settle", self.db, "02" * 16, "confirmed", "--now", NOW)
        self.refusal("E_ORDER", "confirmed", "command", "settle", self.db, "02" * 16, "unknown", "--now", NOW)
        self.refusal("E_NOT_FOUND", "no command", "command", "settle", self.db, "09" * 16, "unknown", "--now", NOW)
        self.assertEqual(self.lives(), [("trip", "superseded"), ("direct_close", "confirmed")])
        self.assertEqual(self.run_words("command", "settle", self.db, "02" * 16, "done")[0], 2)

    def test_a_top_up_is_money_once(self):
        buy = {**TRIP, "command": "top_up", "amount": "12.5", "count": 1}
        self.refusal("E_MISUSE", "account", *self.offer(buy, "money"))
        self.refusal("E_NOT_FOUND", "A9", *self.offer(buy, "money", "--account", "A9"))
        for _ in range(2):
            self.taken(*self.offer(buy, "money", "--account", "A1"))
        self.refusal("E_COUNT", "purchase 1", *self.offer({**buy, "id": "03" * 16, "seq": 123457}, "money", "--account", "A1"))
        balance = self.done("ledger", "balance", self.db, "A1")
        self.assertIn("12.5", balance)
        back = {**buy, "command": "refund", "amount": "2.5", "count": 2, "id": "04" * 16, "seq": 123457}
        for _ in range(2):
            self.taken(*self.offer(back, "money", "--account", "A1"))
        self.refusal("E_INVALID", "EXCEEDS_REFUNDABLE", *self.offer({**back, "count": 3, "amount": "10.01", "id": "05" * 16, "seq": 123458}, "money", "--account", "A1"))
        self.assertEqual(self.taken("db", "balance", self.db, "A1")["balances"][0]["balance"], "10")
        self.assertEqual(self.lives(), [("top_up", "verified"), ("refund", "verified")])

    def test_receipts_make_a_chain(self):
        before, trust = "00" * 32, ["--public", PUBLIC, "--realm", "demo"]
        for n, kind in enumerate(("trip", "direct_close", "alarm_on"), start=1):
            offered = self.offer({**TRIP, "command": kind, "id": f"{n:032x}", "seq": n})
            self.taken(*offered)
            self.due()
            of = hashlib.blake2b(bytes.fromhex(offered[3]), digest_size=32).hexdigest()
            document = {**RECEIPT, "command": of, "state": "confirmed", "id": f"{n:032x}", "seq": n, "status": "0050", "previous": before}
            message = self.taken("command", "receipt", json.dumps(document), "--key", self.key, "--realm", "demo")["message"]
            if n == 3:
                self.refusal("E_KID_UNKNOWN", "another key", "command", "settle", self.db, message, "--public", self.keygen("o.key")[1]["public"], "--realm", "demo")
                self.refusal("E_NOT_FOUND", "e/000000000009", "command", "settle", self.db, message, "e/000000000009", *trust)
                for wrong in {"command": "a1" * 32}, {"seq": 2}:  # a good signature, but of another command
                    other = self.taken("command", "receipt", json.dumps({**document, **wrong}), "--key", self.key, "--realm", "demo")["message"]
                    self.refusal("E_CLAIMS", "the receipt is of", "command", "settle", self.db, other, *trust)
            for _ in range(2):
                self.assertEqual(self.taken("command", "settle", self.db, message, *trust)["state"], "confirmed")
            before = hashlib.blake2b(bytes.fromhex(message), digest_size=32).hexdigest()
        kept = self.taken("command", "receipts", self.db, *trust)["receipts"]
        self.assertEqual([(one["target"], one["receipt"]["seq"]) for one in kept], [("e/000000000001", 1), ("e/000000000001", 2), ("e/000000000001", 3)])
        self.assertIn('"seq":3', self.done("command", "receipts", self.db, *trust))
        with sqlite3.connect(self.db) as file:
            file.execute("DELETE FROM mbill_command_receipt WHERE receipt_no = 2")
        file.close()
        self.refusal("E_CHAIN", "receipt 2, of e/000000000001: the receipt does not follow", "command", "receipts", self.db, *trust)
        self.assertEqual(self.run_words("command", "receipts", self.db, "--realm", "demo")[0], 2)
        self.assertEqual(self.run_words("command", "settle", self.db, "01" * 16)[0], 2)
        self.assertEqual(self.run_words("command", "settle", self.db, json.dumps(RECEIPT), *trust)[0], 2)

    def test_what_is_known_at_the_moment(self):
        paid = {**TRIP, "if": {"balance_below": "0"}}
        self.refusal("E_PRECONDITION", "the balance is 0", *self.offer(paid, "relay", "--account", "A1"))
        self.taken(*self.offer({**TRIP, "if": {"status": {"mask": "0010", "value": "0000"}}}))
        left = self.due()
        self.assertEqual((left["commands"], [(one["target"], one["state"], one["reason"]) for one in left["left_out"]]),
                         ([], [("e/000000000001", "verified", "MBILL_E_PRECONDITION")]))
        self.assertEqual(self.due("e/000000000001=0050")["left_out"][0]["why"], "the status word is 0050, expected 0000 of 0010")
        self.assertEqual(self.taken("command", "list", self.db)["commands"][0]["reason"], "MBILL_E_PRECONDITION")
        self.assertEqual(self.due("e/000000000001=0000"), {"commands": []})  # what was refused stays so
        for wrong in ("e/000000000001", "e/000000000001=50", "e/000000000001=00500", "e/000000000001=xyzw"):
            self.assertEqual(self.run_words("command", "due", self.db, wrong, "--public", f"relay:{PUBLIC}", "--realm", "demo")[0], 2)
        self.assertEqual(self.run_words("command", "due", self.db, "--now", NOW)[0], 2)

    def test_a_group_with_a_meter_whose_power_is_kept(self):
        meters = self.write("meters.txt", "e/000000000003\ne/000000000001\ne/000000000002\n")
        told = self.taken("command", "targets", meters)
        names = sorted(pathlib.Path(meters).read_text().split())
        self.assertEqual(told["hash"], hashlib.blake2b(b"".join(name.encode() + bytes(1) for name in names), digest_size=32).hexdigest())
        self.assertEqual(told["targets"], 3)
        other, made = self.keygen("root.key")
        trust = ["--public", f"relay:{PUBLIC},root:{made['public']}", "--realm", "demo", "--now", NOW]
        keep = self.taken("command", "sign", json.dumps({**TRIP, "command": "keep_on", "target": "e/000000000002", "id": "0a" * 16, "seq": 1}), "--key", other, "--realm", "demo")["message"]
        self.taken("command", "take", self.db, keep, *trust)
        self.assertEqual(self.taken("command", "kept", self.db, "--now", NOW)["kept"], [{"id": "0a" * 16, "target": "e/000000000002", "since": NOW}])
        self.assertIn("e/000000000002", self.done("command", "kept", self.db, "--now", NOW))
        group = json.dumps({**TRIP, "target": "grp/town", "group": {"hash": told["hash"], "targets": 3}})
        one = self.taken("command", "cosign", group, "--key", self.key, "--realm", "demo")["message"]
        self.refusal("E_THRESHOLD", "two", "command", "take", self.db, one, meters, *trust)
        both = self.taken("command", "cosign", one, "--key", other, "--realm", "demo")["message"]
        self.refusal("E_GROUP", "the list of its 3 meters", "command", "take", self.db, both, *trust)
        self.refusal("E_GROUP", "2 targets", "command", "take", self.db, both, self.write("two.txt", "\n".join(names[:2])), *trust)
        lives = [(name, "refused" if name.endswith("2") else "verified") for name in names]
        for verdict in ("new", "repeat"):
            taken = self.taken("command", "take", self.db, both, meters, *trust)
            self.assertEqual((taken["verdict"], [(one["target"], one["state"]) for one in taken["commands"]]), (verdict, lives))
            self.assertEqual((taken["commands"][1]["reason"], taken["commands"][1]["group"]), ("MBILL_E_KEEP_POWER", "grp/town"))
        due = self.taken("command", "due", self.db, "--pace", "1", *trust)
        self.assertEqual([(one["command"], one["target"]) for one in due["commands"]], [("keep_on", "e/000000000002"), ("trip", "e/000000000001")])
        self.assertEqual([(one["target"], one["reason"]) for one in due["left_out"]], [("e/000000000003", "MBILL_E_PACE")])
        self.refusal("E_GROUP", "3 meters", "command", "settle", self.db, TRIP["id"], "confirmed", "--now", NOW)
        self.taken("command", "settle", self.db, TRIP["id"], "confirmed", "e/000000000001", "--now", NOW)
        self.refusal("E_ORDER", "refused", "command", "settle", self.db, TRIP["id"], "confirmed", "e/000000000002", "--now", NOW)
        self.assertEqual(self.lives(), [("keep_on", "sent"), ("trip", "confirmed"), ("trip", "refused"), ("trip", "verified")])
        self.refusal("E_NOT_FOUND", "", "command", "targets", self.folder / "none")
        self.refusal("E_INVALID", "e/", "command", "targets", self.write("bad.txt", "x\n"))


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    if len(sys.argv) > 3:
        suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[3:], sys.modules["__main__"])
    print(f"1..{suite.countTestCases()}")
    result = cli.Tap()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
