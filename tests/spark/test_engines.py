# SPDX-License-Identifier: Apache-2.0
"""Python's and Java's side of Spark, on two executors: bills exactly once, whatever dies, and equal to those of one machine."""

import datetime as dt
import os
import pathlib
import re
import signal
import stat
import subprocess
import sys

from conftest import ACCOUNTS, HOURS, Java, Python, START, TARIFF, table, text
import pyarrow.parquet as pq
import pytest
from pyspark import cloudpickle

import meterbill
from meterbill import BillsHash

cloudpickle.register_pickle_by_value(sys.modules[__name__])  # its functions go to the executors, which have no tests


@pytest.fixture(scope="module")
def alone(month):
    """The hash of each part, made here."""
    readings, whole, _ = month
    span = meterbill.Span(dt.datetime.fromtimestamp(START, dt.UTC), dt.datetime.fromtimestamp(START + HOURS * 3600, dt.UTC))
    billed = meterbill.Bulk(meterbill.Tariff.compile(text()), span, step=dt.timedelta(hours=1)).bills({"import": readings.ravel()})
    rows = list(zip(whole["account"].to_pylist(), (one.bill for one in billed), whole["part"].to_pylist(), strict=True))
    return {(str(part),): BillsHash.of((account, bill) for account, bill, of in rows if of == part) for part in range(4)}


def files_of(folder):
    return {path: path.stat().st_mtime_ns for path in pathlib.Path(folder).glob("part=*/*.parquet")}


def executor_of(daemon):
    """The executor, which is the parent of the daemon of Python's workers."""
    executor = int(pathlib.Path(f"/proc/{daemon}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
    assert b"CoarseGrainedExecutorBackend" in pathlib.Path(f"/proc/{executor}/cmdline").read_bytes()
    return executor


def kill_once(marker):
    """Passes rows on; the first task to come by kills its executor, when one batch of rows is through."""

    def batches(iterator):
        for number, batch in enumerate(iterator):
            if number == 1:
                try:
                    os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
                except FileExistsError:
                    pass
                else:
                    os.kill(executor_of(os.getppid()), signal.SIGKILL)
            yield batch

    return batches


def test_parts_equal_one_machine_and_a_part_that_is_run_again_overwrites_itself(spark, engine, month, alone, tmp_path):
    folder = str(tmp_path / "bills")
    bills = engine.price(spark.read.parquet(month[2]), keep=["part"])
    assert "Exchange" not in bills._jdf.queryExecution().toString()  # nothing is shuffled, however many rows one part has
    engine.write(bills, folder, "part")
    out = spark.read.parquet(folder)
    assert engine.hash(out, "part") == alone and engine.hash(out) == {(): sum(alone.values(), BillsHash())}
    before = files_of(folder)
    engine.write(engine.price(spark.read.parquet(month[2]).where("part = 2"), keep=["part"]), folder, "part")
    after = files_of(folder)
    assert {path for path in before if "part=2" not in str(path)} == {path for path in after if before.get(path) == after[path]}
    assert not {path for path in before if "part=2" in str(path)} & set(after)
    assert engine.hash(spark.read.parquet(folder), "part") == alone
    assert not list(pathlib.Path(folder).glob("**/*_temporary*")) + list(pathlib.Path(folder).glob("**/.spark-staging*/*"))


def test_an_executor_that_is_killed_leaves_nothing_half_and_nothing_twice(spark, engine, month, alone, tmp_path):
    folder, marker = str(tmp_path / "bills"), str(tmp_path / "killed")
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "100")
    try:
        readings = spark.read.parquet(month[2])
        dying = readings.mapInArrow(kill_once(marker), readings.schema)
        engine.write(engine.price(dying, keep=["part"]), folder, "part")
    finally:
        spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")
    assert os.path.exists(marker)
    out = spark.read.parquet(folder)
    assert out.count() == ACCOUNTS == out.select("account").distinct().count()
    assert engine.hash(out, "part") == alone


def test_positions_go_into_the_next_month(spark, engine, month, tmp_path):
    readings, whole, folder = month
    january = engine.price(spark.read.parquet(folder))
    end = START + HOURS * 3600
    pq.write_table(table(readings[:, :672], whole["part"], start=end), tmp_path / "february.parquet")
    february = spark.read.parquet(str(tmp_path / "february.parquet")).join(january.select("account", "position"), "account")
    row = engine.price(february).where("account = 'A0000007'").collect()[0]
    hour, tariff = dt.timedelta(hours=1), meterbill.Tariff.compile(text())
    position = None
    for start, n in ((START, HOURS), (end, 672)):
        span = meterbill.Span(dt.datetime.fromtimestamp(start, dt.UTC), dt.datetime.fromtimestamp(start + n * 3600, dt.UTC))
        one = meterbill.Bulk(tariff, span, step=hour).bills({"import": readings[7, :n].copy()}, positions=None if position is None else [position])[0]
        position = one.position
    assert (row["bill"], row["position"]) == (one.bill, one.position) and '"tier":2' in one.bill


def test_a_refused_row_fails_the_task_or_is_a_row(spark, engine, month, tmp_path):
    readings, whole, _ = month
    bad = whole.slice(0, 40).to_pylist()
    bad[17]["readings"] = []
    bad[23]["contract"] = "villa"
    from_rows = spark.createDataFrame(bad, "account string, contract string, from_utc_s bigint, to_utc_s bigint, step_s bigint, readings array<bigint>, part int")
    bills = engine.price(from_rows, refused="rows")
    says = {row["account"]: (row["status"], row["message"]) for row in bills.where("status != 'OK'").collect()}
    assert says == {"A0000017": ("E_RANGE", '0 readings of 3600 s of the register "import" in a span of 2678400 s'),
                    "A0000023": ("E_NOT_FOUND", 'there is no tariff "villa" for the contract "villa" among those handed over: home 2026')}
    assert bills.where("status = 'OK' and bill is not null").count() == 38
    with pytest.raises(Exception, match="a row has no bill"):
        engine.hash(bills)
    folder = tmp_path / "bills"
    with pytest.raises(Exception, match=r'\(partition \d+, account "A00000(17|23)", contract'):
        engine.write(engine.price(from_rows, keep=["part"]), str(folder), "part")
    assert not list(folder.glob("part=*"))  # nothing half


def test_what_the_driver_sees_is_refused_at_once(spark, engine, month):
    frame = spark.read.parquet(month[2])
    say = {
        'the readings have no column "meter" (array<bigint>)': {"registers": {"import": "meter"}},
        'the column "account" is string, expected array<bigint>': {"registers": {"import": "account"}},
        'the column "account" cannot be kept': {"keep": ["account"]},
        'there is no tariff "villa" of version "3" for the contract "home" among those handed over: home 2026': {"contracts": [("home", "villa", "3")]},
        'the tariff "home" of version "2026" is there twice': {"tariffs": [text(), text()]},
        "MBILL_E_INVALID /charges": {"tariffs": [text({**TARIFF, "charges": []})]},
    }
    for message, options in say.items():
        with pytest.raises(Exception) as caught:
            engine.price(frame, **options)
        assert message in str(caught.value)
    with pytest.raises(Exception, match="by is empty"):
        engine.write(frame, "nowhere")


def test_an_executor_without_the_package_says_where(spark, month, tmp_path):
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden/meterbill.py").write_text("raise ModuleNotFoundError(\"No module named 'meterbill'\")\n", encoding="utf-8")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{tmp_path}/hidden:$PYTHONPATH" exec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    context, kept = spark.sparkContext, spark.sparkContext.pythonExec
    context.pythonExec = str(python)
    try:
        with pytest.raises(Exception, match=r"the executor on \S+ has no package meterbill in \S+: No module named 'meterbill'; install the one that the driver has"):
            Python(spark).price(spark.read.parquet(month[2])).count()
    finally:
        context.pythonExec = kept


WITHOUT = """
import os, sys
sys.path.insert(0, sys.argv[1])
from conftest import Java
from pyspark.sql import SparkSession
session = (SparkSession.builder.master("local-cluster[1,1,1024]").config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
           .config("spark.jars", os.environ["MBILL_SPARK_JARS"]).config("spark.executor.extraJavaOptions", "-Dmeterbill.library.path=/nowhere").config("spark.task.maxFailures", "2").getOrCreate())
session.sparkContext.setLogLevel("OFF")
try:
    Java(session).price(session.read.parquet(sys.argv[2])).count()
except Exception as error:
    print(error)
"""


def test_an_executor_without_the_native_library_says_where(month):
    """The driver has it; the executor looks for it where it is not. The task fails with a name, and not the executor with a link error."""
    done = subprocess.run([sys.executable, "-c", WITHOUT, os.path.dirname(__file__), month[2]], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
                          timeout=240)
    said = re.search(r"the executor on (\S+) has no native library of meterbill: (.*)", done.stdout)
    assert said and "could not be loaded" in said[2] and "/nowhere/libmeterbilljni.so" in said[2], done.stdout[:2000]


def test_tasks_of_one_executor_share_one_native_library(spark, month):
    """Java: 8 tasks in two processes map the library's file once each; it is unpacked, loaded and gone again, so it is told by its inode."""
    Java(spark).price(spark.read.parquet(month[2]).repartition(8)).count()

    def look(_):
        executor = executor_of(os.getppid())
        lines = pathlib.Path(f"/proc/{executor}/maps").read_text(encoding="utf-8").splitlines()
        yield executor, sorted({line.split()[4] for line in lines if "libmeterbilljni.so" in line})

    found = dict(spark.sparkContext.parallelize(range(16), 16).mapPartitions(look).collect())
    assert found and all(len(inodes) == 1 for inodes in found.values())
