# SPDX-License-Identifier: Apache-2.0
"""One city's month, closed four ways: by the program, by Bulk in Python, by Spark from Python and from Java. The bills are the same to the byte.
CITY_ACCOUNTS=500000 for a large one."""

import datetime as dt
import os
import subprocess

from conftest import HOURS, save_chunks
import numpy as np
import pytest

import meterbill
from meterbill import BillsHash

ACCOUNTS = int(os.environ.get("CITY_ACCOUNTS", "20000"))
PARTS, CHUNK = 8, 5000
JANUARY = meterbill.Span.month(2026, 1, dt.UTC)


def part_of(number):
    return number * PARTS // ACCOUNTS


def name_of(number):
    return f"A{number:07}"


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """Store, readings as Parquet, tariff, and what was used as a table of hours x accounts."""
    folder = tmp_path_factory.mktemp("city")
    files = [str(folder / name) for name in ("city.db", "used", "tariff.json")]
    subprocess.run([os.environ["MBILL_CITY"], *files, str(ACCOUNTS), str(HOURS)], check=True)
    used = np.memmap(files[1], np.int64, "r", shape=(HOURS, ACCOUNTS))
    tariff = (folder / "tariff.json").read_text(encoding="utf-8")
    return files[0], save_chunks(folder / "readings", used, CHUNK, [part_of(number) for number in range(ACCOUNTS)], JANUARY.start_utc_s), tariff, used


@pytest.fixture(scope="module")
def closed(city):
    """The program's month close, and the hash of each part of what the store then has."""
    subprocess.run([os.environ["MBILL_PROGRAM"], "db", "close", city[0], "--from", "2026-01-01", "--to", "2026-02-01"], check=True)
    with meterbill.Store.open(city[0], read_only=True) as store:
        return {(str(part),): BillsHash.of((name, bill) for name in map(name_of, range(ACCOUNTS)) if part_of(int(name[1:])) == part
                                           for bill in store.bill_texts(name)) for part in range(PARTS)}


def test_bulk_in_python(city, closed):
    _, _, tariff, used = city
    bulk = meterbill.Bulk(meterbill.Tariff.compile(tariff), JANUARY, step=dt.timedelta(hours=1))
    sums = {(str(part),): BillsHash() for part in range(PARTS)}
    for first in range(0, ACCOUNTS, CHUNK):
        for number, one in enumerate(bulk.bills({"import": np.ascontiguousarray(used[:, first:first + CHUNK].T)}), first):
            sums[str(part_of(number)),] += BillsHash.of([(name_of(number), one.bill)])
    assert sums == closed and sum(sums.values(), BillsHash()).count == ACCOUNTS


def test_spark(spark, engine, city, closed, tmp_path):
    _, readings, tariff, _ = city
    folder = str(tmp_path / "bills")
    engine.write(engine.price(spark.read.parquet(readings), [tariff], keep=["part"]), folder, "part")
    assert engine.hash(spark.read.parquet(folder), "part") == closed
