# SPDX-License-Identifier: Apache-2.0
"""Readings by the batch against a dict: late, doubled, out of order, corrected; the views show exactly what the dict has."""

import os
import pathlib
import sqlite3

import pytest
from conftest import Driver, Refused
from hypothesis import given, settings, strategies as st

METERS = 1500  # two groups of registers
START = 1767225600
INSTALLED, INTERVAL_FLAGS = 16, 3
CORRECT = 1


class Model:
    """What the library promises, row by row: the same again counts, another value is refused or corrects."""

    def __init__(self):
        self.kept = {}

    def batch(self, rows, kind, correct):
        said, added, same, corrected = {}, 0, 0, 0
        for register, time, value, flags, length in rows:
            key = kind, register, time, 1 if kind == "s" and flags & INSTALLED else 0
            what = value, flags, length if kind == "i" else 0
            if key in said:
                if said[key] != what:
                    return None
                same += 1
                continue
            said[key] = what
            before = self.kept.get(key)
            if before is None:
                added += 1
            elif before == what:
                same += 1
            elif correct and before[2] == what[2]:
                corrected += 1
            else:
                return None
        self.kept.update(said)
        return [added, same, corrected]


steps = st.sampled_from([1, 60, 900, 3600, 86400, 40 * 86400])
scales = st.sampled_from([1, 1000, 10000, 1000000])


@st.composite
def batches(draw):
    """Batches of one generation: whole columns of many meters at a time, and odd rows; later ones repeat and change earlier ones."""
    out, sent = [], []
    for _ in range(draw(st.integers(1, 5))):
        kind, correct = draw(st.sampled_from("ssi")), draw(st.booleans())
        step, scale = draw(steps), draw(scales)
        rows = []
        for _ in range(draw(st.integers(0, 2))):
            first, n = draw(st.integers(1, METERS)), draw(st.integers(1, 60))
            at, missing = START + step * draw(st.integers(-3, 30)), draw(st.integers(2, 40))
            rows += [(register, at, scale * draw(st.integers(0, 10**6)), 0, step) for register in range(first, min(first + n, METERS + 1))
                     if register % missing]
        for _ in range(draw(st.integers(0, 12))):
            flags = draw(st.sampled_from([0, 0, 1, 2, 3] if kind == "i" else [0, 0, 1, 4, 8, 16, 17]))
            value = draw(st.one_of(st.integers(0, 100), st.integers(0, 2**63 - 1)))
            if kind == "i" and draw(st.booleans()):
                value = -value
            rows.append((draw(st.integers(1, METERS)), START + draw(st.integers(-100, 100)) * draw(steps), value, flags, step))
        if sent and draw(st.booleans()):
            again, old_kind = draw(st.sampled_from(sent))
            kind = old_kind
            rows = [row for row in rows if not (kind == "s" and row[2] < 0 or kind == "i" and row[3] > INTERVAL_FLAGS)]
            change = draw(st.sampled_from([0, 0, 1]))
            rows += [(a, b, c + change if c < 2**62 else c, d, e) for a, b, c, d, e in again[:draw(st.integers(0, 40))]]
        rows = draw(st.permutations(rows)) if len(rows) < 30 else rows
        sent.append((rows, kind))
        out.append((rows, kind, correct))
    return out


@pytest.fixture(scope="module")
def stores(program):
    running = Driver(str(pathlib.Path(program).parent / "store_driver"))
    yield running
    running.end()


def shown(path):
    """All that the views show."""
    file = sqlite3.connect(path)
    file.execute("PRAGMA locking_mode=EXCLUSIVE")
    kept = {("s", register, time, place): (value, flags, 0) for register, time, place, value, flags in file.execute(
        "SELECT register_no, at_utc_s, place, value_micro, flags FROM mbill_reading")}
    kept.update({("i", register, start, 0): (value, flags, end - start) for register, start, end, value, flags in file.execute(
        "SELECT register_no, start_utc_s, end_utc_s, quantity_micro, flags FROM mbill_interval")})
    counted = file.execute("SELECT coalesce(sum(n_readings), 0) FROM mbill_reading_month").fetchone()[0]
    file.close()
    return kept, counted


@settings(max_examples=int(os.environ.get("PROPERTY_EXAMPLES", 60)))
@given(batches())
def test_batches_are_what_a_dict_says(stores, tmp_path_factory, sent):
    path, model = tmp_path_factory.mktemp("readings") / "s.db", Model()
    stores.ask("make", path, METERS)
    for rows, kind, correct in sent:
        expected = model.batch(rows, kind, correct)
        try:
            answer = [int(word) for word in stores.ask("batch", CORRECT if correct else 0, kind, *(",".join(map(str, row)) for row in rows))]
        except Refused as refusal:
            assert refusal.status == "MBILL_E_EXISTS_DIFFERENT", refusal
            answer = None
        assert answer == expected
    stores.ask("make", tmp_path_factory.mktemp("other") / "s.db", 1)  # lets go of the file
    kept, counted = shown(path)
    assert kept == model.kept
    assert counted == len(model.kept)
