# SPDX-License-Identifier: Apache-2.0
"""The meter of examples/testmeter as a process, and frames to it that are formed by hand. The third argument of a test program is the meter's own, or
MBILL_TESTMETER names it."""

import calendar
import json
import os
import pathlib
import socket
import subprocess
import sys
import time

TESTMETER = str(pathlib.Path(os.environ.get("MBILL_TESTMETER") or sys.argv[3]).resolve())
NOW = calendar.timegm((2026, 1, 1, 0, 1, 0))
EAST = 8 * 3600
ADDRESS, PASSWORD, CUSTOMER = "000000000001", "123456", "000000214365"
OPEN, ORDERED, ALARM, KEEP = 0x10, 0x40, 0x80, 0x1000


def instant(second):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def local(second):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second + EAST))


def frame(control, data):
    """A frame to the meter, formed by hand."""
    body = bytes.fromhex("68" + "".join(reversed([ADDRESS[i:i + 2] for i in range(0, 12, 2)])) + "68") + bytes([control, len(data)])
    body += bytes((byte + 0x33) % 256 for byte in data)
    return body + bytes([sum(body) % 256, 0x16])


def control_data(order, until):
    t = time.gmtime(until + EAST)
    return bytes.fromhex("02" + PASSWORD + "00000000" + order + "00" + time.strftime("%S%M%H%d%m%y", t))


class Meter:
    def __init__(self, *options):
        self.process = subprocess.Popen([TESTMETER, "--address", ADDRESS, "--password", PASSWORD, "--customer", CUSTOMER, "--clock", local(NOW), *options],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[2])
        self.terminal = self.process.stdout.readline().split()[1]

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def state(self):
        return json.loads(self.tell("show"))

    def word(self):
        return self.state()["status_word"]

    def ask(self, request, wait=1):
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            return self.hear(line, request, wait)

    @staticmethod
    def hear(line, request, wait):
        line.settimeout(wait)
        line.sendall(request)
        try:
            return line.recv(1024).lstrip(b"\xfe")
        except TimeoutError:
            return b""

    def end(self):
        self.process.stdin.write("quit\n")
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()
