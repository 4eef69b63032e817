# SPDX-License-Identifier: Apache-2.0
"""Tables out and columns in by Arrow's capsules: what DuckDB, Polars, pandas and pyarrow read is what is there, any number of times."""

import datetime as dt
from decimal import Decimal
import gc
import threading

from conftest import HOME
import numpy as np
import pytest

import meterbill

HOUR = dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def totals(home, january):
    readings = np.random.default_rng(7).integers(0, 10**6, (100, 744), dtype=np.int64)
    return meterbill.Bulk(home, january, step=HOUR).price({"import": readings}, charges=True)


@pytest.fixture(scope="module")
def bills(home, january):
    return meterbill.Bills([home.price(meterbill.Usage.of(january, meterbill.total("import", number))).bill for number in (50, 150)])


def test_pyarrow(totals, bills):
    pa = pytest.importorskip("pyarrow")
    table = pa.table(totals)
    table.validate(full=True)
    assert table.column_names == ["account", "total", "energy", "standing", "status"] and table.schema.field("total").type == pa.decimal128(19, 6)
    assert table["total"].to_pylist() == [totals.total(number) for number in range(100)]
    lines = pa.table(bills)
    lines.validate(full=True)
    assert lines["charge"].to_pylist() == [line.charge for bill in bills.bills for line in bill.lines] and lines["period"].null_count == len(lines)
    assert lines["start"][0].as_py() == bills.bills[0].start and pa.schema(totals) == table.schema
    assert pa.record_batch(totals).num_rows == 100


def test_duckdb(totals, bills):
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    for _ in range(3):  # a fresh stream each time
        assert connection.sql("select sum(total), count(*) from totals").fetchall()[0] == (totals.sum(), 100)
    expected = sum(bill.total for bill in bills.bills)
    assert connection.sql("select sum(amount) from bills").fetchall()[0][0] == expected
    assert connection.sql("select charge, sum(amount) from bills group by charge order by charge").fetchall()[0][0] == "energy"


def test_polars(totals):
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(totals)
    assert frame["total"].to_list() == [totals.total(number) for number in range(100)] and frame["total"].sum() == totals.sum()
    assert pl.DataFrame(totals).equals(frame)


def test_pandas(totals):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame.from_arrow(totals)
    assert frame["account"].tolist() == list(range(100)) and sum(frame["total"]) == totals.sum()


def test_columns_of_others(home, january, totals):
    pl, pa, pd = (pytest.importorskip(name) for name in ("polars", "pyarrow", "pandas"))
    readings = np.random.default_rng(7).integers(0, 10**6, (100, 744), dtype=np.int64).ravel()
    bulk = meterbill.Bulk(home, january, step=HOUR)
    expected = totals.total_micro
    for column in (pl.Series(readings), pd.Series(readings), pa.array(readings), pa.chunked_array([readings[:7], readings[7:]]), pa.table({"a": readings}),
                   pl.DataFrame({"a": readings})):
        assert bulk.price({"import": column}).total_micro == expected
    whole = bulk.price({"import": pa.array(readings[:744] // 10**5 * 10**6)}).total_micro
    small = pa.array([Decimal(int(value)) for value in readings[:744] // 10**5], pa.decimal128(25, 3))
    assert bulk.price({"import": small}).total_micro == whole


def test_columns_that_are_refused(home, january):
    pa = pytest.importorskip("pyarrow")
    bulk = meterbill.Bulk(home, january, step=HOUR)
    row = [1] * 743
    for column in (pa.array([*row, None]), pa.array([1.5] * 744), pa.array(["a"] * 744), pa.table({"a": [*row, 1], "b": [*row, 1]}), pa.array([True] * 744),
                   pa.array([*row, 1], pa.int32())):
        with pytest.raises(TypeError):
            bulk.price({"import": column})
    with pytest.raises(meterbill.errors.NumberError) as caught:
        bulk.price({"import": pa.array([Decimal("0.0000001")] * 744, pa.decimal128(20, 7))})
    assert caught.value.index == 0


def test_memory_lives_as_long_as_its_readers(home, january):
    pa = pytest.importorskip("pyarrow")
    bulk = meterbill.Bulk(home, january, step=HOUR)
    tables = [pa.table(bulk.price({"import": np.full((10, 744), number, np.int64)})) for number in range(50)]
    streams = [bulk.price({"import": np.zeros((1, 744), np.int64)}).__arrow_c_stream__() for _ in range(50)]  # never read
    columns = [table["account"].combine_chunks() for table in tables]
    del tables, streams
    gc.collect()
    assert all(column.to_pylist() == list(range(10)) for column in columns)
    thread = threading.Thread(target=columns.clear)  # let go in another thread
    thread.start()
    thread.join()


def test_a_stream_is_read_once(totals):
    pytest.importorskip("pyarrow")
    from meterbill._native import core
    capsule = totals.__arrow_c_stream__()
    assert len(core.face_arrow_read(capsule)) == 1
    with pytest.raises(ValueError, match="read before"):
        core.face_arrow_read(capsule)
    for wrong in (None, 1, object(), totals.__arrow_c_schema__()):
        with pytest.raises((TypeError, ValueError)):
            core.face_arrow_read(wrong)


def test_rows_are_tables(january):
    pa = pytest.importorskip("pyarrow")
    rows = meterbill.read_readings("meter,time,value\nA,2026-01-01,1.5\nB,2026-01-01,2\n", meterbill.Zone.rule("UTC0"))
    table = pa.table(rows)
    assert table["meter"].to_pylist() == ["A", "B"] and table["register"].to_pylist() == [None, None] and table["value"][0].as_py() == Decimal("1.5")
    made = meterbill.intervals_of_counts([january.start_utc_s, january.end_utc_s], [0, 5], january)
    assert pa.table(made)["quantity"].to_pylist() == [Decimal("0.000005")] and HOME
