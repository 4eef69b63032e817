# SPDX-License-Identifier: Apache-2.0
"""The C library behind its driver, and how Hypothesis runs: the same examples every time, or PROPERTY_EXAMPLES=N new ones."""

import os
import pathlib
import subprocess
import sys

import hypothesis
import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

many = os.environ.get("PROPERTY_EXAMPLES")
hypothesis.settings.register_profile(
    "house", deadline=None, database=None, derandomize=many is None, max_examples=int(many or 300), print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large])
hypothesis.settings.load_profile("house")


class Refused(Exception):
    """A call that the library refused: the status by name, the place, and the sentence."""

    def __init__(self, words):
        super().__init__(" ".join(words))
        self.status, self.index, self.path, self.message = words[0], int(words[1]), words[2], words[3]
        assert self.status.startswith("MBILL_E_") and self.message and "\n" not in self.message


class Driver:
    """One running driver; ask() sends a request and gives the words of the answer, or raises Refused."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, *words):
        self.process.stdin.write(("\t".join(str(word) for word in words) + "\n").encode())
        self.process.stdin.flush()
        answer = self.process.stdout.readline().decode()
        assert answer.endswith("\n"), f"the driver ended at {words!r}: exit {self.process.wait()}"
        words = answer[:-1].split("\t")
        if words[0] != "ok":
            raise Refused(words)
        return words[1:]

    def number(self, *words):
        return int(self.ask(*words)[0])

    def status(self, *words):
        """The status alone: MBILL_OK or the refusal's."""
        try:
            self.ask(*words)
        except Refused as refusal:
            return refusal.status
        return "MBILL_OK"

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=30) == 0
        self.process.stdout.close()


@pytest.fixture(scope="session")
def program():
    path = os.environ.get("MBILL_DRIVER", str(HERE.parents[1] / "build/gcc/tests/property/driver"))
    assert os.access(path, os.X_OK), f"no driver at {path}: build it, or name it by MBILL_DRIVER"
    return path


@pytest.fixture
def driver(program):
    running = Driver(program)
    yield running
    running.end()


@pytest.fixture
def whole_driver(driver):
    """The same, for tests that need documents and prices: a 32-bit driver has numbers and calendar alone."""
    return driver
