# SPDX-License-Identifier: Apache-2.0
"""The prepaid ledger against its model: lives drawn from bytes (tests/fuzz/ledger_bytes.h), after every operation the library's own laws and every
result, leg, sum, view and supply decision of the model. More of them: ledger_campaign.py."""

import os
import pathlib
import subprocess

import model_ledger as model
import pytest
from hypothesis import given, settings, strategies as st

HERE = pathlib.Path(__file__).resolve().parent
LIVES = int(os.environ.get("PROPERTY_EXAMPLES") or 60)


class Lives:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def follow(self, request, seen=None):
        self.process.stdin.write(request + "\n")
        self.process.stdin.flush()
        return model.replay(self.process.stdout, seen)

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()
        return self.process.returncode


@pytest.fixture
def lives(program):
    path = pathlib.Path(program).with_name("ledger_driver")
    if not path.exists():
        pytest.skip("a build of numbers and calendar alone has no ledger")
    running = Lives(str(path))
    yield running
    assert running.end() == 0


def test_lives_of_seeds(lives):
    """Of every kind of operation some were taken and some refused, and every result but three was given."""
    seen = {}
    assert lives.follow(f"seed 1 {max(LIVES, 60)}", seen) > 20000
    assert {kind for kind, code in seen if code == model.OK} >= set(range(1, 27)) - {model.EXPIRE}
    given_results = {code for _, code in seen}
    assert given_results >= {value for name, value in vars(model).items() if name in RESULTS}


RESULTS = """OK LINK_OPEN LINKED_FAILED BAD_ID BAD_KIND BAD_AMOUNT BAD_POLICY RESERVED REFUSED_BEFORE DIFFERENT EXISTS NO_ACCOUNT NO_METER NO_PENDING NO_ORIGINAL
ACCOUNT_EXISTS NO_CHARGE NOT_ACTIVE CLOSED NOT_EMPTY NOT_PENDING ALREADY_POSTED ALREADY_VOIDED EXPIRED NOT_REVERSIBLE ALREADY_REVERSED DUPLICATE_RECEIPT
SEQ_DUPLICATE SEQ_GAP REGRESSED OVERLAP READING_GAP PERIOD_DONE EXCEEDS_AVAILABLE EXCEEDS_REFUNDABLE EXCEEDS_PENDING EXCEEDS_TOPUP EXCEEDS_HOARDING
FORCE_NOT_ALLOWED EC_NOT_OFFERED OVERFLOW""".split()


@given(data=st.binary(min_size=1, max_size=3000))
@settings(max_examples=LIVES)
def test_any_life(program, data):
    path = pathlib.Path(program).with_name("ledger_driver")
    if not path.exists():
        pytest.skip("a build of numbers and calendar alone has no ledger")
    running = Lives(str(path))
    try:
        assert running.follow("bytes " + data.hex()) >= 0
    finally:
        assert running.end() == 0
