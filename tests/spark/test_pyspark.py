# SPDX-License-Identifier: Apache-2.0
"""meterbill.spark on two executors: bills exactly once, whatever dies, and equal to those of one machine."""

import datetime as dt
import os
import pathlib
import signal
import stat
import sys

from conftest import ACCOUNTS, HOURS, START, TARIFF, table, text
import pyarrow.parquet as pq
import pytest

import meterbill
from meterbill import BillsHash
from meterbill import spark as on_spark


@pytest.fixture(scope="module")
def alone(month):
    """The hash of each part, made here."""
    readings, whole, _ = month
    span = meterbill.Span(dt.datetime.fromtimestamp(START, dt.UTC), dt.datetime.fromtimestamp(START + HOURS * 3600, dt.UTC))
    billed = meterbill.Bulk(meterbill.Tariff.compile(text()), span, step=dt.timedelta(hours=1)).bills({"import": readings.ravel()})
    rows = list(zip(whole["account"].to_pylist(), (one.bill for one in billed), whole["part"].to_pylist(), strict=True))
    return {(part,): BillsHash.of((account, bill) for account, bill, of in rows if of == part) for part in range(4)}


def priced(spark, folder, **options):
    return on_spark.price(spark.read.parquet(folder), [text()], registers={"import": "readings"}, keep=["part"], **options)


def files_of(folder):
    return {path: path.stat().st_mtime_ns for path in pathlib.Path(folder).glob("part=*/*.parquet")}


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
                    daemon = os.getppid()  # of Python's workers; its parent is the executor
                    executor = int(pathlib.Path(f"/proc/{daemon}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
                    assert b"CoarseGrainedExecutorBackend" in pathlib.Path(f"/proc/{executor}/cmdline").read_bytes()
                    os.kill(executor, signal.SIGKILL)
            yield batch

    return batches


def test_parts_equal_one_machine_and_a_part_that_is_run_again_overwrites_itself(spark, month, alone, tmp_path):
    folder = str(tmp_path / "bills")
    bills = priced(spark, month[2])
    assert "Exchange" not in bills._jdf.queryExecution().toString()  # nothing is shuffled, however many rows one part has
    on_spark.write(bills, folder, by=["part"])
    out = spark.read.parquet(folder)
    assert on_spark.bills_hash(out, by=["part"]) == alone and on_spark.bills_hash(out) == {(): sum(alone.values(), BillsHash())}
    before = files_of(folder)
    on_spark.write(priced(spark, month[2]).where("part = 2"), folder, by=["part"])
    after = files_of(folder)
    assert {path for path in before if "part=2" not in str(path)} == {path for path in after if before.get(path) == after[path]}
    assert not {path for path in before if "part=2" in str(path)} & set(after)
    assert on_spark.bills_hash(spark.read.parquet(folder), by=["part"]) == alone
    assert not list(pathlib.Path(folder).glob("**/*_temporary*")) + list(pathlib.Path(folder).glob("**/.spark-staging*/*"))


def test_an_executor_that_is_killed_leaves_nothing_half_and_nothing_twice(spark, month, alone, tmp_path):
    folder, marker = str(tmp_path / "bills"), str(tmp_path / "killed")
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "100")
    try:
        readings = spark.read.parquet(month[2])
        dying = readings.mapInArrow(kill_once(marker), readings.schema)
        on_spark.write(on_spark.price(dying, [text()], registers={"import": "readings"}, keep=["part"]), folder, by=["part"])
    finally:
        spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")
    assert os.path.exists(marker)
    out = spark.read.parquet(folder)
    assert out.count() == ACCOUNTS == out.select("account").distinct().count()
    assert on_spark.bills_hash(out, by=["part"]) == alone


def test_positions_go_into_the_next_month(spark, month, tmp_path):
    readings, whole, folder = month
    january = priced(spark, folder)
    end = START + HOURS * 3600
    pq.write_table(table(readings[:, :672], whole["part"], start=end), tmp_path / "february.parquet")
    february = spark.read.parquet(str(tmp_path / "february.parquet")).join(january.select("account", "position"), "account")
    row = on_spark.price(february, [text()], registers={"import": "readings"}).where("account = 'A0000007'").collect()[0]
    hour, tariff = dt.timedelta(hours=1), meterbill.Tariff.compile(text())
    position = None
    for start, n in ((START, HOURS), (end, 672)):
        span = meterbill.Span(dt.datetime.fromtimestamp(start, dt.UTC), dt.datetime.fromtimestamp(start + n * 3600, dt.UTC))
        one = meterbill.Bulk(tariff, span, step=hour).bills({"import": readings[7, :n].copy()}, positions=None if position is None else [position])[0]
        position = one.position
    assert (row["bill"], row["position"]) == (one.bill, one.position) and '"tier":2' in one.bill


def test_a_refused_row_fails_the_task_or_is_a_row(spark, month, tmp_path):
    readings, whole, _ = month
    bad = whole.slice(0, 40).to_pylist()
    bad[17]["readings"] = []
    bad[23]["contract"] = "villa"
    from_rows = spark.createDataFrame(bad, "account string, contract string, from_utc_s bigint, to_utc_s bigint, step_s bigint, readings array<bigint>, part int")
    bills = on_spark.price(from_rows, [text()], registers={"import": "readings"}, refused="rows")
    says = {row["account"]: (row["status"], row["message"]) for row in bills.where("status != 'OK'").collect()}
    assert says == {"A0000017": ("E_RANGE", '0 readings of 3600 s of the register "import" in a span of 2678400 s'),
                    "A0000023": ("E_NOT_FOUND", 'there is no tariff "villa" for the contract "villa" among those handed over: home 2026')}
    assert bills.where("status = 'OK' and bill is not null").count() == 38
    with pytest.raises(ValueError, match="a row has no bill"):
        on_spark.bills_hash(bills)
    folder = tmp_path / "bills"
    with pytest.raises(Exception, match=r'\(partition \d+, account "A00000(17|23)", contract'):
        on_spark.write(on_spark.price(from_rows, [text()], registers={"import": "readings"}, keep=["part"]), str(folder), by=["part"])
    assert not list(folder.glob("part=*"))  # nothing half


def test_what_the_driver_sees_is_refused_at_once(spark, month):
    frame = spark.read.parquet(month[2])
    say = {
        'no column "meter" (array<bigint>)': {"registers": {"import": "meter"}},
        'the column "account" is string, expected array<bigint>': {"registers": {"import": "account"}},
        'the column "account" cannot be kept': {"keep": ["account"]},
        "expected raise or rows": {"refused": "no"},
    }
    for message, options in say.items():
        with pytest.raises(ValueError) as caught:
            on_spark.price(frame, [text()], **{"registers": {"import": "readings"}, **options})
        assert message in str(caught.value)
    with pytest.raises(meterbill.MeterbillError, match='no tariff "villa" of version "3" for the contract "home"'):
        on_spark.price(frame, [text()], registers={"import": "readings"}, contracts={"home": on_spark.Contract("villa", "3")})
    with pytest.raises(meterbill.MeterbillError):
        on_spark.price(frame, [text({**TARIFF, "charges": []})], registers={"import": "readings"})
    with pytest.raises(ValueError, match="by is empty"):
        on_spark.write(frame, "nowhere", by=[])


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
            priced(spark, month[2]).count()
    finally:
        context.pythonExec = kept
