# SPDX-License-Identifier: Apache-2.0
"""What the tests with a real Spark share: a cluster of two executors on this machine, and a month of readings in Parquet."""

import json
import os
import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

ROOT = pathlib.Path(__file__).resolve().parents[2]
START = 1767222000  # 2026-01-01 in Berlin
HOURS = 744
TARIFF = {
    "meterbill": 1, "id": "home", "version": "2026", "currency": "EUR", "zone": "CET-1CEST,M3.5.0,M10.5.0/3",
    "valid": {"from": "2026-01-01", "to": None}, "inputs": {"energy": {"register": "import", "unit": "kWh"}},
    "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"},
    "calendar": {"periods": [{"name": "peak", "when": [{"at": ["08:00-20:00"]}]}, {"name": "night", "otherwise": True}]},
    "charges": [
        {"id": "energy", "quantity": "energy", "rate": {"peak": "0.31", "night": "0.22"}},
        {"id": "ladder", "quantity": "energy", "tiers": {"over": "year", "how": "graduated", "across": "periods", "bounds": ["500"]}, "rate": ["0", "0.05"]},
        {"id": "standing", "quantity": "days", "rate": "0.3"}],
}
ACCOUNTS = 2000


def text(tariff=None):
    return json.dumps(tariff or TARIFF)


def table(readings, parts, *, contract="home", start=START):
    """One row a meter-month; account A0000000 is the first."""
    n, hours = readings.shape
    offsets = pa.array(np.arange(n + 1, dtype=np.int32) * hours)
    return pa.table({
        "account": [f"A{number:07}" for number in range(n)], "contract": [contract] * n, "from_utc_s": pa.array([start] * n, pa.int64()),
        "to_utc_s": pa.array([start + hours * 3600] * n, pa.int64()), "step_s": pa.array([3600] * n, pa.int64()),
        "readings": pa.ListArray.from_arrays(offsets, pa.array(readings.ravel())), "part": pa.array(parts, pa.int32())})


def save(folder, whole, *, files=4, group=500):
    """As several files, each of several row groups."""
    folder.mkdir(parents=True)
    for number, first in enumerate(range(0, whole.num_rows, size := -(-whole.num_rows // files))):
        pq.write_table(whole.slice(first, size), folder / f"{number}.parquet", row_group_size=group)
    return str(folder)


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """Two executors of one core each, processes of their own."""
    os.environ["SPARK_WORKER_DIR"] = str(tmp_path_factory.mktemp("workers"))
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (SparkSession.builder.master("local-cluster[2,1,1024]").appName("meterbill")
               .config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
               .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse"))).getOrCreate())
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def month(tmp_path_factory):
    """2,000 accounts; nine of ten are in part 0."""
    readings = np.random.default_rng(11).integers(0, 2_000_000, (ACCOUNTS, HOURS), dtype=np.int64)
    whole = table(readings, [0 if number % 10 else number // 10 % 3 + 1 for number in range(ACCOUNTS)])
    return readings, whole, save(tmp_path_factory.mktemp("month") / "readings", whole)
