#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""From the decision to the switch and back: cli_gateway.py PROGRAM SOURCE_ROOT TESTMETER GATEWAY. An account in arrears, a signed command, the gateway of
examples/testmeter, a meter on a line with every fault of it, the signed receipt, and the answer kept in the store. Frames are formed once more here, by hand. Prints TAP."""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import cli  # noqa: E402  (stands beside this file)
from meter_on_a_line import ADDRESS, ALARM, EAST, KEEP, NOW, OPEN, ORDERED, PASSWORD, Meter, control_data, frame, instant, local  # noqa: E402

GATEWAY = str(pathlib.Path(sys.argv[4]).resolve())


class Case(cli.Case):
    TARGET, OPTIONS, WIRE = f"e/{ADDRESS}", (), {}

    def setUp(self):
        super().setUp()
        self.keys = {}
        for name in ("relay", "money", "tariff", "clock", "root", "gateway"):
            os.umask(0o077)
            self.keys[name] = self.answer("command_keygen", "command", "keygen", self.folder / f"{name}.key")["public"]
        self.memory, self.seq = self.folder / "memory", 0
        self.meter = Meter(*self.OPTIONS)
        self.addCleanup(lambda: self.meter.end())

    def sign(self, kind, role="relay", made=NOW, lives=300, order=None, **more):
        self.seq += 1
        document = {"meterbill": 1, "kind": "command", "command": kind, "target": self.TARGET, "id": order or f"{self.seq:032x}", "seq": self.seq,
                    "made": instant(made), "ends": instant(made + lives), **more}
        return self.done("command", "sign", json.dumps(document), "--key", self.folder / f"{role}.key", "--realm", "town").strip()

    def pass_on(self, message, role="relay", now=NOW, **options):
        """What the gateway prints: a receipt, or "refused: ..."."""
        given = {"port": self.meter.port, "realm": "town", "public": f"{role}:{self.keys[role]}", "key": self.folder / "gateway.key", "memory": self.memory,
                 "now": now, "offset": EAST, "password": PASSWORD, **self.WIRE, **options}
        words = [str(word) for name, value in given.items() for word in (f"--{name}", value)]
        result = subprocess.run([GATEWAY, *words, message], capture_output=True, text=True, check=False, timeout=60)
        self.assertIn(result.returncode, (0, 1), result.stderr)
        self.assertEqual(result.returncode == 1, result.stdout.startswith("refused: "), result.stdout)
        return result.stdout.strip()

    def receipt(self, text):
        self.assertFalse(text.startswith("refused"), text)
        return self.answer("receipt_open", "command", "receipt", text, "--public", self.keys["gateway"], "--realm", "town")["receipt"]

    def decide(self, *later, supply="closed"):
        """20 paid, 23.20 used, and what comes later: what the ledger says of supply at -3.20, or after it."""
        operations = [{"id": f"{1:032x}", "do": "open", "account": 1, "policy": "town"}, {"id": f"{2:032x}", "do": "top_up", "account": 1, "amount": "20", "channel": 1, "receipt": 1},
                      {"id": f"{3:032x}", "do": "usage", "account": 1, "amount": "23.20"}, *later]
        batch = {"at": instant(NOW), "operations": operations, "supply": [{"account": 1, "contactor": supply}]}
        document = {"meterbill": 1, "kind": "operations", "policies": {"town": {"preset": "DLT"}}, "batches": [batch]}
        answer = self.answer("ledger", "ledger", "apply", self.write("operations.json", json.dumps(document)))
        self.assertEqual("-3.2" in json.dumps(answer), not later)
        return answer["batches"][0]["supply"][0]

    def carry_out(self, kind, role="relay", made=NOW, **options):
        """Sign, pass on and open the receipt; members of the command go by `also`."""
        return self.receipt(self.pass_on(self.sign(kind, role, made, **options.pop("also", {})), role, made, **options))


class Decision(Case):
    def test_from_arrears_to_the_switch_and_back(self):
        store = self.folder / "town.db"
        self.done("db", "init", store)
        tariff = {"meterbill": 1, "id": "day", "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2026-01-01", "to": None},
                  "inputs": {"energy": {"register": "import", "unit": "kWh"}}, "rounding": {"line": "none", "charge": "none", "bill": "none"},
                  "charges": [{"id": "energy", "quantity": "energy", "rate": "0.5"}]}
        registers = [{"register": "import", "unit": "kWh", "modulus": "1000000", "multiplier": "1"}]
        accounts = {"meterbill": 1, "kind": "accounts", "accounts": [
            {"id": "A1", "contracts": [{"tariff": "day", "from": "2026-01-01", "to": None, "meters": [{"id": ADDRESS, "registers": registers}]}]}]}
        self.done("db", "import", store, self.write("day.json", json.dumps(tariff)), self.write("accounts.json", json.dumps(accounts)))
        decided = self.decide()
        self.assertEqual((decided["supply"], decided["reasons"]), ("TRIP", ["no_credit"]))
        task = {"meterbill": 1, "kind": "task", "id": "a1d0" + "0" * 27 + "7", "made_by": "ann", "dual_control": False, "do": {"switch": "off"}, "start": "now",
                "targets": [ADDRESS], "host": {"lease_s": 60}}
        self.done("task", "add", store, self.write("task.json", json.dumps(task)), "--now", instant(NOW))
        due = json.loads(self.done("task", "due", store, "--now", instant(NOW)))
        self.assertEqual((due["meter"], due["switch"]), (ADDRESS, "off"))
        receipt = self.carry_out("trip", also={"order": due["item"], "if": {"balance_below": "0"}}, balance=-3200000)
        self.assertEqual((receipt["state"], receipt["id"]), ("confirmed", due["item"]))
        self.assertEqual(int(receipt["status"], 16) & (OPEN | ORDERED), OPEN | ORDERED)
        self.assertEqual(receipt["request"], hashlib.blake2b(b"\xfe" * 4 + frame(0x1C, control_data("1A", NOW + 300)), digest_size=32).hexdigest())
        answer = {"item": due["item"], "attempt": due["attempt"], "outcome": "done" if receipt["state"] == "confirmed" else "no_answer"}
        taken = json.loads(self.done("task", "result", store, "--now", instant(NOW + 5), input=(json.dumps(answer) + "\n").encode()))
        self.assertEqual(taken["verdict"], "taken")
        item = self.answer("tasks", "task", "show", store, task["id"])["tasks"][0]["list"][0]
        self.assertEqual((item["state"], item["outcome"]), ("done", "done"))
        self.assertTrue(self.meter.state()["relay_open"])

    def test_a_precondition_that_no_longer_holds(self):
        trip = self.sign("trip", **{"if": {"balance_below": "0"}})
        self.assertIn("refused: ", self.pass_on(trip, balance=0))
        self.assertIn("refused: ", self.pass_on(trip))
        self.assertFalse(self.meter.state()["relay_open"])
        self.assertEqual(self.receipt(self.pass_on(trip, balance=-1))["state"], "confirmed")


class Orders(Case):
    def test_every_order(self):
        self.assertEqual(self.carry_out("trip")["state"], "confirmed")
        self.assertEqual(self.meter.word() & (OPEN | ORDERED), OPEN | ORDERED)
        self.assertEqual(self.carry_out("permit_close")["state"], "confirmed")
        self.assertEqual(self.meter.word() & (OPEN | ORDERED), OPEN)
        self.meter.tell("press")
        self.assertEqual(self.meter.word() & (OPEN | ORDERED), 0)
        self.carry_out("trip")
        self.assertEqual(self.carry_out("direct_close")["state"], "confirmed")
        self.assertEqual(self.meter.word() & (OPEN | ORDERED), 0)
        for kind, set_bits in (("alarm_on", ALARM), ("alarm_off", 0)):
            self.assertEqual(self.carry_out(kind)["state"], "confirmed")
            self.assertEqual(self.meter.word() & ALARM, set_bits)

    def test_kept_power_wins(self):
        self.assertIn("refused: ", self.pass_on(self.sign("keep_on")))
        self.assertEqual(self.carry_out("keep_on", "root")["state"], "confirmed")
        refused = self.carry_out("trip")
        self.assertEqual(refused["state"], "refused")
        self.assertEqual(bytes.fromhex(refused["reply"]).lstrip(b"\xfe"), frame(0xDC, b"\x01"))
        self.assertEqual(self.meter.word() & (OPEN | KEEP), KEEP)
        self.assertEqual(self.carry_out("keep_off", "root")["state"], "confirmed")
        self.assertEqual(self.carry_out("trip")["state"], "confirmed")

    def test_wrong_password(self):
        self.assertEqual(self.carry_out("trip", password="000000")["state"], "refused")
        self.assertFalse(self.meter.state()["relay_open"])

    def test_expired_commands_are_not_sent(self):
        trip = self.sign("trip")
        for late in (300, 301, 10000):
            self.assertIn("refused: ", self.pass_on(trip, now=NOW + late))
        self.assertFalse(self.meter.state()["relay_open"])

    def test_a_recorded_frame_is_obeyed_until_it_is_over(self):
        self.carry_out("trip")
        self.carry_out("direct_close")
        recorded = frame(0x1C, control_data("1A", NOW + 300))
        self.assertEqual(self.meter.ask(recorded), frame(0x9C, b""))
        self.assertTrue(self.meter.state()["relay_open"])  # the wire knows no better: so frames end soon
        self.carry_out("direct_close")
        self.meter.tell("clock " + local(NOW + 301))
        self.assertEqual(self.meter.ask(recorded), frame(0xDC, b"\x01"))
        self.assertFalse(self.meter.state()["relay_open"])

    def test_a_command_again(self):
        first, second = self.sign("trip"), self.sign("direct_close")
        receipt = self.pass_on(first)
        self.assertEqual(self.pass_on(first), receipt)
        self.receipt(self.pass_on(second))
        self.assertEqual(self.pass_on(first), receipt)  # what is kept; nothing moves
        self.assertFalse(self.meter.state()["relay_open"])
        self.seq = 0
        self.assertIn("refused: ", self.pass_on(self.sign("trip", order="ab" * 16)))  # a number that was used
        self.seq = 10
        self.assertIn("refused: ", self.pass_on(self.sign("trip", order=f"{1:032x}")))  # an id that was used
        self.assertFalse(self.meter.state()["relay_open"])

    def test_receipts_are_chained(self):
        texts = [self.pass_on(self.sign(kind)) for kind in ("trip", "direct_close", "alarm_on")]
        before = bytes(32).hex()
        for text in texts:
            self.assertEqual(self.receipt(text)["previous"], before)
            before = hashlib.blake2b(bytes.fromhex(text), digest_size=32).hexdigest()

    def test_clock(self):
        self.assertEqual(self.carry_out("clock", "clock", also={"clock": instant(NOW + 7)})["state"], "confirmed")
        self.assertEqual(self.meter.ask(frame(0x11, bytes.fromhex("0C010004")))[10:-2].hex(),
                         bytes((b + 0x33) % 256 for b in bytes.fromhex("0C010004" + "070108" + "04" + "010126")).hex())


class Faults(Case):
    def test_every_fault_ends_in_its_state(self):
        expected = {"none": "confirmed", "delay=100": "confirmed", "noise": "confirmed", "echo": "confirmed", "bytewise": "confirmed", "noise,echo,bytewise": "confirmed",
                    "lost": "confirmed", "stuck": "accepted", "di": "accepted", "deaf": "unknown", "mute": "unknown", "checksum": "unknown", "delay=700": "unknown"}
        for fault, state in expected.items():
            with self.subTest(fault=fault):
                self.assertEqual(self.meter.tell("fault none"), "ok")
                self.carry_out("direct_close")
                self.assertEqual(self.meter.tell(f"fault {fault}"), "ok")
                self.assertEqual(self.carry_out("trip", wait=400)["state"], state)
                self.assertEqual(self.meter.state()["relay_open"], fault not in ("stuck", "deaf"))

    def test_only_what_was_read_back_confirms(self):
        self.meter.tell("fault stuck")
        receipt = self.carry_out("trip")
        self.assertEqual((receipt["state"], int(receipt["status"], 16) & (OPEN | ORDERED)), ("accepted", ORDERED))
        self.meter.tell("fault none")
        self.assertEqual(self.carry_out("trip")["state"], "confirmed")

    def test_nobody_on_the_line(self):
        self.meter.end()
        receipt = self.carry_out("trip")
        self.assertEqual(receipt["state"], "unknown")
        self.assertNotIn("reply", receipt)
        self.meter = Meter()


class Money(Case):
    WIRE = {"customer": "654321000000", "macs": "0102030405060708"}

    def pay(self, amount, count, **more):
        return self.pass_on(self.sign("top_up", "money", amount=amount, count=count), "money", **more)

    def test_purchases_count(self):
        self.assertEqual(self.receipt(self.pay("100.5", 1))["state"], "confirmed")
        self.assertEqual((self.meter.state()["remaining_cents"], self.meter.state()["purchases"]), (10050, 1))
        self.assertIn("refused: ", self.pay("100", 1))
        self.assertIn("refused: ", self.pay("100", 3))
        self.assertIn("no multiple", self.pay("0.125", 2))
        self.assertEqual(self.receipt(self.pay("0.01", 2))["state"], "confirmed")
        self.assertEqual(self.meter.state()["remaining_cents"], 10051)

    def test_the_meter_counts_too(self):
        self.assertEqual(self.receipt(self.pay("5", 1))["state"], "confirmed")
        for fault, bits in (("none", "0200"), ("short", "02")):
            self.memory.unlink()
            self.meter.tell(f"fault {fault}")
            refused = self.receipt(self.pay("5", 1))
            self.assertEqual(refused["state"], "refused")
            self.assertEqual(bytes.fromhex(refused["reply"]).lstrip(b"\xfe"), frame(0xC3, bytes.fromhex(bits)))
        self.memory.unlink()
        refused = self.receipt(self.pay("5", 1, customer="000000000000"))
        self.assertEqual(refused["state"], "refused")
        self.assertEqual(self.meter.state()["remaining_cents"], 500)


class Valve(Case):
    """The same way to a water meter of CJ/T 188, whose wire has neither password nor end."""

    TARGET, OPTIONS, WIRE = "w/1a2b0000000123", ("--protocol", "cjt188"), {"protocol": "cjt188", "type": "10", "ser": "07"}
    STATES = {"none": "confirmed", "delay=100": "confirmed", "noise": "confirmed", "echo": "confirmed", "bytewise": "confirmed", "noise,echo,bytewise": "confirmed",
              "lost": "confirmed", "lost,echo": "confirmed", "stuck": "accepted", "stuck,lost": "unknown", "refuse": "refused", "deaf": "unknown", "mute": "unknown",
              "checksum": "unknown", "di": "unknown", "ser": "unknown", "delay=700": "unknown"}

    def shut(self):
        return self.meter.state()["closed"]

    def test_from_arrears_to_the_valve_and_back(self):
        store, key = self.folder / "town.db", f"relay:{self.keys['relay']}"
        self.done("db", "init", store)
        paid = {"id": f"{4:032x}", "do": "top_up", "account": 1, "amount": "30", "channel": 1, "receipt": 2}
        for kind, later, contactor, supply, valve in (("valve_close", (), "closed", "TRIP", 1), ("valve_open", (paid,), "open", None, 0)):
            decided = self.decide(*later, supply=contactor)["supply"]
            self.assertEqual(decided == "TRIP", supply == "TRIP", decided)
            message = self.sign(kind)
            for verdict in ("new", "repeat"):
                taken = self.answer("command_take", "command", "take", store, message, "--public", key, "--realm", "town", "--now", instant(NOW))
                self.assertEqual(taken["verdict"], verdict)
            self.assertIn(kind, self.done("command", "due", store, "--public", key, "--realm", "town", "--now", instant(NOW)))
            receipt = self.receipt(self.pass_on(message))
            self.assertEqual((receipt["state"], int(receipt["status"], 16) & 3), ("confirmed", valve))
            self.assertEqual(self.shut(), valve == 1)
            self.done("command", "settle", store, receipt["id"], receipt["state"], "--now", instant(NOW + 1))
            self.assertIn("confirmed", next(line for line in self.done("command", "list", store).splitlines() if receipt["id"] in line))

    def test_every_fault_ends_in_its_state(self):
        for fault, state in self.STATES.items():
            with self.subTest(fault=fault):
                self.meter.tell("fault none")
                self.assertEqual(self.carry_out("valve_open")["state"], "confirmed")
                self.assertEqual(self.meter.tell(f"fault {fault}"), "ok")
                self.assertEqual(self.carry_out("valve_close", wait=400)["state"], state)
                self.assertEqual(self.shut(), not {"stuck", "deaf", "refuse"} & set(fault.split(",")))

    def test_the_acknowledgement_is_no_proof(self):
        self.meter.tell("fault stuck")
        receipt = self.carry_out("valve_close")
        self.assertEqual((receipt["state"], int(receipt["status"], 16) & 3), ("accepted", 0))
        self.assertEqual(bytes.fromhex(receipt["reply"])[-7:-2].hex(), "a017070000")

    def test_what_is_not_sent(self):
        self.assertIn("refused: trip: CJ/T 188 has no such frame", self.pass_on(self.sign("trip")))
        self.assertIn("expected 10H to 19H", self.pass_on(self.sign("valve_close"), type="20"))
        self.assertIn("refused: ", self.pass_on(self.sign("valve_close"), now=NOW + 300))
        self.assertIn("refused: ", self.pass_on(self.sign("valve_close", **{"if": {"balance_below": "0"}}), balance=1))
        self.assertFalse(self.shut())

    def test_again_and_in_turn(self):
        first, second = self.sign("valve_close"), self.sign("valve_open")
        receipt = self.pass_on(first)
        self.assertEqual(self.receipt(receipt)["previous"], bytes(32).hex())
        self.assertEqual(self.receipt(self.pass_on(second))["previous"], hashlib.blake2b(bytes.fromhex(receipt), digest_size=32).hexdigest())
        self.assertEqual(self.pass_on(first), receipt)  # what is kept; nothing moves
        self.assertFalse(self.shut())

    def test_purchases_and_clock(self):
        pay = self.sign("top_up", "money", amount="12.34", count=1)
        self.assertEqual(self.receipt(self.pass_on(pay, "money"))["state"], "confirmed")
        self.memory.unlink()
        self.assertEqual(self.receipt(self.pass_on(pay, "money"))["state"], "refused")
        self.assertEqual((self.meter.state()["remaining_cents"], self.meter.state()["purchases"]), (1234, 1))
        self.assertEqual(self.carry_out("clock", "clock", also={"clock": instant(NOW)})["state"], "confirmed")


class Documents(Case):
    """The same steps by documents: command frame, the wire, command answer, command receipt."""

    DLT645 = {"offset_s": EAST, "password": PASSWORD}
    CJT188 = {"type": "10", "ser": 7}

    def document(self, name, kind, **members):
        path = self.write(name, json.dumps({"meterbill": 1, "kind": kind, **members}))
        path.chmod(0o600)
        return path

    def wired(self, protocol, means=None):
        """The options of one meter."""
        profile = {"di_order": "high_first"} if protocol == "cjt188" else {"topup_amount": "bcd", "topup_count": "binary", "write_limit": 90}
        given = ["--protocol", protocol, "--profile", self.document("profile.json", "frame_profile", protocol=protocol, **profile), "--now", instant(NOW)]
        return given if means is None else [*given, "--keys", self.document("means.json", "meter_means", **means)]

    def talk_to(self, protocol):
        self.meter.end()
        self.meter = Meter("--protocol", protocol)
        self.TARGET = "w/1a2b0000000123" if protocol == "cjt188" else f"e/{ADDRESS}"

    def frames(self, message, *options, role="relay"):
        return json.loads(self.done("command", "frame", message, "--public", f"{role}:{self.keys[role]}", "--realm", "town", *options))

    def answered(self, frames, *options):
        """Both frames go out, and what the replies prove."""
        replies = [self.meter.ask(bytes.fromhex(frames[name]), wait=0.3).hex() or "none" for name in ("frame", "read_back") if name in frames]
        return json.loads(self.done("command", "answer", json.dumps(frames), *replies, *options))

    def carried_out(self, message, protocol, means, role="relay"):
        return self.answered(self.frames(message, *self.wired(protocol, means), role=role), *self.wired(protocol))

    def test_both_ways_of_the_switch(self):
        for protocol, means, kinds in (("dlt645", self.DLT645, ("trip", "direct_close")), ("cjt188", self.CJT188, ("valve_close", "valve_open"))):
            self.talk_to(protocol)
            before = bytes(32).hex()
            for kind, word in zip(kinds, ((OPEN | ORDERED, 0) if protocol == "dlt645" else (1, 0)), strict=True):
                with self.subTest(kind=kind):
                    message = self.sign(kind)
                    frames = self.frames(message, *self.wired(protocol, means))
                    self.assertEqual(frames["hash"], hashlib.blake2b(bytes.fromhex(message), digest_size=32).hexdigest())
                    answer = self.answered(frames, *self.wired(protocol))
                    self.assertEqual((answer["answer"], answer["state"]), ("accepted", "confirmed"))
                    document = {**answer["receipt"], "previous": before}
                    self.assertEqual(int(document["status"], 16) & (OPEN | ORDERED | 3), word)
                    self.assertEqual(document["request"], hashlib.blake2b(bytes.fromhex(frames["frame"]), digest_size=32).hexdigest())
                    signed = self.done("command", "receipt", json.dumps(document), "--key", self.folder / "gateway.key", "--realm", "town").strip()
                    self.assertEqual(self.receipt(signed), document)
                    before = hashlib.blake2b(bytes.fromhex(signed), digest_size=32).hexdigest()

    def test_frames_are_those_formed_by_hand(self):
        frames = self.frames(self.sign("trip"), *self.wired("dlt645", self.DLT645))
        self.assertEqual(frames["frame"], (b"\xfe" * 4 + frame(0x1C, control_data("1A", NOW + 300))).hex())
        self.assertEqual(bytes.fromhex(frames["read_back"]).lstrip(b"\xfe"), frame(0x11, bytes.fromhex("03050004")))
        self.TARGET = "w/1a2b0000000123"
        frames = self.frames(self.sign("valve_close"), *self.wired("cjt188", self.CJT188))
        self.assertEqual((frames["frame"], frames["read_back"]), ("fefefefe681023010000002b1a0404a0170799" + self.sum_of("681023010000002b1a0404a0170799") + "16",
                                                                 "fefefefe681023010000002b1a0103901f08" + self.sum_of("681023010000002b1a0103901f08") + "16"))

    @staticmethod
    def sum_of(text):
        return f"{sum(bytes.fromhex(text)) % 256:02x}"

    def test_every_fault_ends_in_its_state(self):
        faults = {"none": ("accepted", "confirmed"), "lost": ("none", "confirmed"), "stuck": ("accepted", "accepted"), "refuse": ("refused", "refused"), "mute": ("none", "unknown"),
                  "checksum": ("other", "unknown"), "di": ("other", "unknown"), "ser": ("other", "unknown")}
        self.talk_to("cjt188")
        for fault, (answer, state) in faults.items():
            with self.subTest(fault=fault):
                self.meter.tell("fault none")
                self.assertEqual(self.carried_out(self.sign("valve_open"), "cjt188", self.CJT188)["state"], "confirmed")
                self.meter.tell(f"fault {fault}")
                got = self.carried_out(self.sign("valve_close"), "cjt188", self.CJT188)
                self.assertEqual((got["answer"], got["state"], got["receipt"]["state"]), (answer, state, state))
                self.assertEqual(got.get("valve"), {"stuck": "open", "refuse": "open", "none": "closed", "lost": "closed"}.get(fault))

    def test_what_is_no_answer(self):
        frames = self.frames(self.sign("trip"), *self.wired("dlt645", self.DLT645))
        asked = [frames["frame"], bytes.fromhex(frames["read_back"]).hex()]
        for replies, answer in ((asked, "other"), (["none", "none"], "none"), ([], "none"), (["none"], "none")):
            got = json.loads(self.done("command", "answer", json.dumps(frames), *replies, *self.wired("dlt645")))
            self.assertEqual((got["answer"], got["state"]), (answer, "unknown"))
        open_word = frame(0x91, bytes.fromhex("030500045000")).hex()
        got = json.loads(self.done("command", "answer", json.dumps(frames), "none", open_word, *self.wired("dlt645")))
        self.assertEqual((got["answer"], got["status"], got["state"], got["receipt"]["reply"]), ("none", "0050", "confirmed", open_word))

    def test_a_command_that_nobody_signed(self):
        self.talk_to("cjt188")
        document = {"meterbill": 1, "kind": "command", "command": "read", "target": self.TARGET, "id": "0" * 31 + "1", "seq": 1, "made": instant(NOW), "ends": instant(NOW + 60), "di": "0000901f"}
        frames = json.loads(self.done("command", "frame", json.dumps(document), *self.wired("cjt188", self.CJT188)))
        self.assertEqual({"hash", "read_back"} & set(frames), set())
        answer = self.answered(frames, *self.wired("cjt188"))
        self.assertEqual((answer["same"], answer["state"], "receipt" in answer), (True, "confirmed", False))

    def test_money(self):
        means = {**self.DLT645, "customer": "000000214365", "macs": "0102030405060708"}
        pay = self.sign("top_up", "money", amount="100.5", count=1)
        self.assertEqual(self.carried_out(pay, "dlt645", means, "money")["state"], "confirmed")
        self.assertEqual(self.carried_out(pay, "dlt645", means, "money")["state"], "refused")
        self.assertEqual((self.meter.state()["remaining_cents"], self.meter.state()["purchases"]), (10050, 1))
        other = self.sign("top_up", "money", amount="100.5", count=2)
        self.assertEqual(self.carried_out(other, "dlt645", {**means, "customer": "000000214366"}, "money")["state"], "refused")

    def refused(self, status, part, *words):
        done = subprocess.run([str(cli.PROGRAM), *map(str, words), "--json"], capture_output=True, text=True, timeout=30, check=False)
        answer = json.loads(done.stdout)
        self.assertEqual((done.returncode, answer["status"]), (1, "MBILL_" + status), answer)
        self.assertIn(part, answer["message"])
        self.assertNotIn(PASSWORD, done.stdout + done.stderr)

    def test_refusals(self):
        trip, public = self.sign("trip"), ["--public", f"relay:{self.keys['relay']}", "--realm", "town"]
        wired = self.wired("dlt645", self.DLT645)
        self.refused("E_EXPIRED", "", "command", "frame", trip, *public, *wired[:-4], "--keys", wired[-1], "--now", instant(NOW + 900))
        self.refused("E_KID_UNKNOWN", "", "command", "frame", trip, "--public", f"relay:{self.keys['money']}", "--realm", "town", *wired)
        self.refused("E_POLICY", "password", "command", "frame", trip, *public, *self.wired("dlt645", {"offset_s": EAST}))
        self.refused("E_POLICY", "offset", "command", "frame", trip, *public, *self.wired("dlt645", {"password": PASSWORD}))
        self.refused("E_UNKNOWN_KEY", "pasword", "command", "frame", trip, *public, *self.wired("dlt645", {"pasword": PASSWORD}))
        self.refused("E_INVALID", "5 hex digits", "command", "frame", trip, *public, *self.wired("dlt645", {"password": PASSWORD[:-1]}))
        self.refused("E_INVALID", "customer", "command", "frame", trip, *public, *self.wired("dlt645", {"customer": "0000002143xx"}))
        self.refused("E_POLICY", "CJ/T 188 has no such frame", "command", "frame", trip, *public, *self.wired("cjt188", self.CJT188))
        wired = self.wired("dlt645", self.DLT645)
        wired[-1].chmod(0o644)
        self.refused("E_INVALID", "600", "command", "frame", trip, *public, *wired)
        frames = self.frames(trip, *self.wired("dlt645", self.DLT645))
        self.refused("E_INVALID", "", "command", "answer", json.dumps({**frames, "protocol": "cjt188"}), *self.wired("dlt645"))
        self.refused("E_MISSING_KEY", "frame", "command", "answer", json.dumps({key: value for key, value in frames.items() if key != "frame"}), *self.wired("dlt645"))
        self.refused("E_CHECKSUM", "", "command", "answer", json.dumps({**frames, "frame": frames["frame"][:-4] + "0016"}), *self.wired("dlt645"))
        self.refused("E_DIRECTION", "", "command", "answer", json.dumps({**frames, "frame": frame(0x9C, b"").hex()}), *self.wired("dlt645"))
        for words in ((trip, *public), (trip, *public, "--protocol", "modbus"), (trip, *wired)):
            done = subprocess.run([str(cli.PROGRAM), "command", "frame", *map(str, words)], capture_output=True, text=True, timeout=30, check=False)
            self.assertIn(done.returncode, (1, 2), words)
        done = subprocess.run([str(cli.PROGRAM), "command", "answer", "00" * 20, "--protocol", "dlt645"], capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(done.returncode, 2)


class Tariffs(Case):
    PRICES = "00500000" "00750000" "00900000"  # 0.5000, 0.7500, 0.9000

    def test_backup_set_then_switch_time(self):
        switch = NOW + 3540
        asked = {"tariff": "11" * 32, "switch": instant(switch)}
        write = {"role": "tariff", "also": asked}
        self.assertEqual(self.carry_out("tariff", di="040502ff", table=self.PRICES, **write)["state"], "confirmed")
        self.assertEqual(self.carry_out("tariff", di="04000108", **write)["state"], "confirmed")
        in_use = frame(0x11, bytes.fromhex("FF010504"))
        self.assertNotIn(self.shifted(self.PRICES), self.meter.ask(in_use))
        self.meter.tell("clock " + local(switch - 1))
        self.assertNotIn(self.shifted(self.PRICES), self.meter.ask(in_use))
        self.meter.tell("clock " + local(switch))
        self.assertIn(self.shifted(self.PRICES), self.meter.ask(in_use))
        self.assertEqual(self.meter.word() & 0x0400, 0x0400)

    @staticmethod
    def shifted(text):
        return bytes((byte + 0x33) % 256 for byte in bytes.fromhex(text))

    def test_the_set_in_use_is_not_written(self):
        asked = {"tariff": "11" * 32, "switch": instant(NOW + 3540)}
        text = self.pass_on(self.sign("tariff", "tariff", **asked), "tariff", di="040501ff", table=self.PRICES)
        self.assertIn("does not write 040501FF", text)


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    if len(sys.argv) > 5:
        suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[5:], sys.modules["__main__"])
    print(f"1..{suite.countTestCases()}")
    result = cli.Tap()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
