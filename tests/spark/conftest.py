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
from pyspark.sql.classic.dataframe import DataFrame

from meterbill import BillsHash
from meterbill import spark as on_spark

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


def table(readings, parts, *, contract="home", start=START, first=0):
    """One row a meter-month; accounts are A0000000, A0000001, …, from the first on."""
    n, hours = readings.shape
    offsets = pa.array(np.arange(n + 1, dtype=np.int32) * hours)
    return pa.table({
        "account": [f"A{number:07}" for number in range(first, first + n)], "contract": [contract] * n, "from_utc_s": pa.array([start] * n, pa.int64()),
        "to_utc_s": pa.array([start + hours * 3600] * n, pa.int64()), "step_s": pa.array([3600] * n, pa.int64()),
        "readings": pa.ListArray.from_arrays(offsets, pa.array(readings.ravel())), "part": pa.array(parts, pa.int32())})


def save(folder, whole, *, files=4, group=500):
    """As several files, each of several row groups."""
    folder.mkdir(parents=True)
    for number, first in enumerate(range(0, whole.num_rows, size := -(-whole.num_rows // files))):
        pq.write_table(whole.slice(first, size), folder / f"{number}.parquet", row_group_size=group)
    return str(folder)


def save_chunks(folder, used, size, parts, start):
    """A table of hours x accounts as a file for each so many accounts."""
    folder.mkdir()
    for first in range(0, used.shape[1], size):
        chunk = np.ascontiguousarray(used[:, first:first + size].T)
        pq.write_table(table(chunk, parts[first:first + size], contract="city", start=start, first=first), folder / f"{first:07}.parquet", row_group_size=1000)
    return str(folder)


class Python:
    """meterbill.spark."""

    def __init__(self, session):
        self.session = session

    def price(self, frame, tariffs=None, contracts=(), **options):
        return on_spark.price(frame, tariffs or [text()], **{"registers": {"import": "readings"}, **options},
                              contracts={name: on_spark.Contract(*rest) for name, *rest in contracts} or None)

    def write(self, bills, folder, *by):
        on_spark.write(bills, folder, by=by)

    def hash(self, bills, *by):
        return {tuple(str(value) for value in key): one for key, one in on_spark.bills_hash(bills, by=by).items()}


class Java:
    """org.meterbill.spark, by the JVM of the same session."""

    def __init__(self, session):
        self.session, self.jvm = session, session._jvm

    def words(self, given):
        array = self.session.sparkContext._gateway.new_array(self.jvm.java.lang.String, len(given))
        for at, one in enumerate(given):
            array[at] = one
        return array

    def price(self, frame, tariffs=None, contracts=(), registers=None, keep=(), refused="raise"):
        plan = self.jvm.org.meterbill.spark.SparkBilling.of(self.words(tariffs or [text()])).keep(self.words(keep))
        for register, column in (registers or {"import": "readings"}).items():
            plan = plan.register(register, column)
        for name, tariff, version in contracts:
            plan = plan.contract(name, self.jvm.org.meterbill.spark.Contract.of(tariff).version(version))
        plan = plan.refusedAsRows() if refused == "rows" else plan
        return DataFrame(plan.price(frame._jdf), self.session)

    def write(self, bills, folder, *by):
        self.jvm.org.meterbill.spark.SparkBilling.write(bills._jdf, folder, self.words(by))

    def hash(self, bills, *by):
        found = self.jvm.org.meterbill.spark.SparkBilling.hash(bills._jdf, self.words(by))
        return {tuple(key): BillsHash.parse(found[key].toString()) for key in found}


@pytest.fixture(params=[Python, Java], ids=["python", "java"])
def engine(request, spark):
    return request.param(spark)


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """Two executors of one core each, processes of their own. MBILL_SPARK_JARS: the library's jar and that of its Spark module."""
    os.environ["SPARK_WORKER_DIR"] = str(tmp_path_factory.mktemp("workers"))
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (SparkSession.builder.master("local-cluster[2,1,1024]").appName("meterbill")
               .config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
               .config("spark.jars", os.environ["MBILL_SPARK_JARS"])
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
