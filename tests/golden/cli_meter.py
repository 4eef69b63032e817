#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The meter of examples/testmeter: cli_meter.py PROGRAM SOURCE_ROOT TESTMETER. What it does with frames that are formed by hand here, with every fault of the
line, and what the program says of its answers. Programs of others talk to it in tests/property/test_others.py. Prints TAP."""

import json
import os
import pathlib
import socket
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import cli  # noqa: E402  (stands beside this file)
from meter_on_a_line import ALARM, CUSTOMER, EAST, KEEP, NOW, OPEN, ORDERED, PASSWORD, Meter, control_data, frame, local  # noqa: E402


def order(n1, until=NOW + 300, password=PASSWORD):
    return frame(0x1C, bytes.fromhex("02" + password) + control_data(n1, until)[4:])


def read(di):
    return frame(0x11, bytes.fromhex(di)[::-1])


def shifted(text):
    return bytes((byte + 0x33) % 256 for byte in bytes.fromhex(text))


DONE, REFUSED = frame(0x9C, b""), frame(0xDC, b"\x01")


class Case(cli.Case):
    OPTIONS = ()

    def setUp(self):
        super().setUp()
        self.meter = Meter(*self.OPTIONS)
        self.addCleanup(self.meter.end)


class Orders(Case):
    def test_relay(self):
        for n1, bits in (("1A", OPEN | ORDERED), ("1B", OPEN), ("1C", 0), ("1A", OPEN | ORDERED), ("1C", 0), ("2A", ALARM), ("2B", 0)):
            self.assertEqual(self.meter.ask(order(n1)), DONE)
            self.assertEqual(self.meter.word() & (OPEN | ORDERED | ALARM), bits, n1)

    def test_a_permitted_close_waits_for_the_key(self):
        self.meter.ask(order("1A"))
        self.meter.tell("press")
        self.assertEqual(self.meter.word() & OPEN, OPEN)
        self.meter.ask(order("1B"))
        self.assertEqual(self.meter.word() & (OPEN | ORDERED), OPEN)
        self.meter.tell("press")
        self.assertEqual(self.meter.word() & (OPEN | ORDERED), 0)

    def test_kept_power_wins(self):
        self.assertEqual(self.meter.ask(order("3A")), DONE)
        self.assertEqual(self.meter.ask(order("1A")), REFUSED)
        self.assertEqual(self.meter.word() & (OPEN | KEEP), KEEP)
        self.assertEqual(self.meter.ask(order("3B")), DONE)
        self.assertEqual(self.meter.ask(order("1A")), DONE)

    def test_password_order_and_end(self):
        self.assertEqual(self.meter.ask(order("1A", password="000000")), frame(0xDC, b"\x04"))
        self.assertEqual(self.meter.ask(order("7F")), REFUSED)
        self.assertEqual(self.meter.ask(order("1A", until=NOW - 1)), REFUSED)
        self.assertEqual(self.meter.word() & OPEN, 0)
        self.assertEqual(self.meter.ask(order("1A", until=NOW)), DONE)

    def test_a_recorded_frame_is_obeyed_until_it_is_over(self):
        recorded = order("1A")
        self.assertEqual(self.meter.ask(recorded), DONE)
        self.meter.ask(order("1C"))
        self.assertEqual(self.meter.ask(recorded), DONE)  # the wire knows no better
        self.meter.ask(order("1C"))
        self.meter.tell("clock " + local(NOW + 301))
        self.assertEqual(self.meter.ask(recorded), REFUSED)
        self.assertEqual(self.meter.word() & OPEN, 0)

    def test_a_timed_trip_ends(self):
        data = bytearray(control_data("1D", NOW + 300))
        data[9] = 2
        self.assertEqual(self.meter.ask(frame(0x1C, bytes(data))), DONE)
        self.meter.tell("clock " + local(NOW + 599))
        self.assertEqual(self.meter.word() & OPEN, OPEN)
        self.meter.tell("clock " + local(NOW + 600))
        self.assertEqual(self.meter.word() & OPEN, 0)


class Faults(Case):
    def test_every_fault(self):
        word = frame(0x91, bytes.fromhex("030500040002"))
        for fault, heard in (("none", word), ("deaf", b""), ("mute", b""), ("delay=50", word), ("checksum", word[:-2] + bytes([(word[-2] + 1) % 256, 0x16])),
                             ("di", frame(0x91, bytes.fromhex("040500040002"))), ("lost", word)):
            with self.subTest(fault=fault):
                self.assertEqual(self.meter.tell(f"fault {fault}"), "ok")
                self.assertEqual(self.meter.ask(read("04000503"), wait=0.3), heard)

    def test_more_than_the_answer(self):
        self.meter.tell("fault noise,echo")
        heard = self.meter.ask(read("04000503"))
        self.assertTrue(heard.startswith(read("04000503")) and heard.endswith(frame(0x91, bytes.fromhex("030500040002"))))
        self.assertEqual(self.done("frame", "stream", "--protocol", "dlt645", input=heard.hex().encode()).count('"frame"'), 2)

    def test_stuck_lost_and_bytewise(self):
        self.meter.tell("fault stuck")
        self.assertEqual(self.meter.ask(order("1A")), DONE)
        self.assertEqual(self.meter.word() & (OPEN | ORDERED), ORDERED)
        self.meter.tell("fault lost")
        self.assertEqual(self.meter.ask(order("1A"), wait=0.2), b"")
        self.assertEqual(self.meter.word() & OPEN, OPEN)
        self.meter.tell("fault bytewise")
        with socket.create_connection(("127.0.0.1", self.meter.port)) as line:
            line.settimeout(2)
            line.sendall(read("04000503"))
            got = b""
            while not got.endswith(frame(0x91, bytes.fromhex("030500045002"))):
                got += line.recv(64)
        self.assertEqual(self.meter.tell("fault nonsense"), "not known: fault nonsense")


class Money(Case):
    @staticmethod
    def top_up(cents, count, customer=CUSTOMER):
        amount, number = f"{cents:08d}", count.to_bytes(4, "little").hex()
        return frame(0x03, bytes.fromhex("070102FF")[::-1] + bytes(4) + bytes.fromhex(amount)[::-1] + bytes.fromhex(number) + b"MAC1" + bytes.fromhex(customer)[::-1] + b"MAC2")

    def test_purchases_count(self):
        done = frame(0x83, bytes.fromhex("FF020107"))
        self.assertEqual(self.meter.ask(self.top_up(10050, 1)), done)
        for count, bits in ((1, "0200"), (0, "2000"), (3, "2000")):
            self.assertEqual(self.meter.ask(self.top_up(5, count)), frame(0xC3, bytes.fromhex(bits)), count)
        self.assertEqual(self.meter.ask(self.top_up(5, 2, customer="0" * 12)), frame(0xC3, b"\x10\x00"))
        self.assertEqual(self.meter.ask(self.top_up(99999999, 2)), frame(0xC3, b"\x40\x00"))
        self.meter.tell("fault short")
        self.assertEqual(self.meter.ask(self.top_up(5, 1)), frame(0xC3, b"\x02"))
        self.assertEqual(self.meter.ask(self.top_up(1, 2)), done)
        self.assertEqual((self.meter.state()["remaining_cents"], self.meter.state()["purchases"]), (10051, 2))
        self.assertEqual(self.meter.ask(read("00900200")), frame(0x91, bytes.fromhex("0090020000010051")[3::-1] + bytes.fromhex("51000100")))


class Tables(Case):
    PRICES = "005000000075000000900000"  # 0.5000, 0.7500, 0.9000

    def write(self, di, data, password=PASSWORD):
        return self.meter.ask(frame(0x14, bytes.fromhex(di)[::-1] + bytes.fromhex("02" + password) + bytes(4) + bytes.fromhex(data)))

    def test_backup_set_then_switch_time(self):
        done = frame(0x94, b"")
        self.assertEqual(self.write("040502FF", self.PRICES), done)
        self.assertIn(shifted(self.PRICES), self.meter.ask(read("040502FF")))
        self.assertEqual(self.write("04000108", time.strftime("%M%H%d%m%y", time.gmtime(NOW + EAST + 3540))), done)
        self.meter.tell("clock " + local(NOW + 3539))
        self.assertNotIn(shifted(self.PRICES), self.meter.ask(read("040501FF")))
        self.meter.tell("clock " + local(NOW + 3540))
        self.assertIn(shifted(self.PRICES), self.meter.ask(read("040501FF")))
        self.assertEqual(self.meter.word() & 0x0400, 0x0400)

    def test_refusals(self):
        self.assertEqual(self.write("040502FF", self.PRICES, password="000000"), frame(0xD4, b"\x04"))
        self.assertEqual(self.write("040501FF", self.PRICES), frame(0xD4, b"\x02"))
        self.assertEqual(self.write("0400010C", "00002500010126"), frame(0xD4, b"\x01"))  # an hour 25

    def test_clock(self):
        self.assertEqual(self.write("0400010C", "07010804010126"), frame(0x94, b""))
        self.assertEqual(self.meter.ask(read("0400010C")), frame(0x91, bytes.fromhex("0C01000407010804010126")))


class Water(Case):
    OPTIONS = ("--protocol", "cjt188")

    @staticmethod
    def frame(control, data):
        body = bytes.fromhex("681023010000002B1A") + bytes([control, len(data) // 2]) + bytes.fromhex(data)
        return body + bytes([sum(body) % 256, 0x16])

    def test_valve(self):
        self.assertEqual(self.meter.ask(self.frame(0x04, "A0170799")), self.frame(0x84, "A017070100"))
        self.assertTrue(self.meter.state()["closed"])
        totals = self.meter.ask(self.frame(0x01, "901F08"))
        self.assertEqual((len(totals), totals[-4:-2]), (35, b"\x01\x00"))
        self.assertEqual(self.meter.ask(self.frame(0x04, "A0170955")), self.frame(0x84, "A017090000"))
        self.assertEqual(self.meter.ask(self.frame(0x04, "A0170977")), self.frame(0xC4, "090000"))
        self.meter.tell("fault stuck")
        self.assertEqual(self.meter.ask(self.frame(0x04, "A0170799")), self.frame(0x84, "A017070000"))
        self.assertFalse(self.meter.state()["closed"])

    def test_money_and_faults(self):
        pay = self.frame(0x04, "A0130701" + "34120000")
        self.assertEqual(self.meter.ask(pay), self.frame(0x84, "A0130701" + "34120000"))
        self.assertEqual(self.meter.ask(pay), self.frame(0xC4, "070000"))
        self.assertEqual(self.meter.ask(self.frame(0x01, "810508")), self.frame(0x81, "81050801" + "34120000" * 3 + "0000"))
        self.meter.tell("fault lost")
        self.assertEqual(self.meter.ask(self.frame(0x04, "A0170799"), wait=0.2), b"")
        self.assertTrue(self.meter.state()["closed"])


class Lines(Case):
    def test_terminal(self):
        line = os.open(self.meter.terminal, os.O_RDWR | os.O_NOCTTY)
        self.addCleanup(os.close, line)
        os.write(line, frame(0x11, bytes.fromhex("03050004")))
        got = b""
        while len(got) < 22:
            got += os.read(line, 64)
        self.assertEqual(got.lstrip(b"\xfe"), frame(0x91, bytes.fromhex("030500040002")))

    def test_what_is_not_for_it(self):
        other = bytearray(frame(0x11, bytes.fromhex("03050004")))
        other[1] += 1
        other[-2] += 1
        self.assertEqual(self.meter.ask(bytes(other), wait=0.2), b"")
        self.assertEqual(self.meter.ask(frame(0x91, bytes.fromhex("03050004")), wait=0.2), b"")
        self.assertEqual(self.meter.ask(frame(0x11, bytes.fromhex("99999999"))), frame(0xD1, b"\x02"))
        body = bytes.fromhex("68AAAAAAAAAAAA681300")
        self.assertEqual(self.meter.ask(body + bytes([sum(body) % 256, 0x16])), frame(0x93, bytes.fromhex("010000000000")))

    def test_program_reads_its_frames(self):
        for request in (frame(0x11, bytes.fromhex("03050004")), frame(0x11, bytes.fromhex("0C010004"))):
            document = json.loads(self.done("frame", "decode", self.meter.ask(request).hex(), "--protocol", "dlt645", "--request", request.hex(), "--json"))
            self.assertNotIn("layer", document)


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    if len(sys.argv) > 4:
        suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[4:], sys.modules["__main__"])
    print(f"1..{suite.countTestCases()}")
    result = cli.Tap()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
