# SPDX-License-Identifier: Apache-2.0
"""A store: a month in one SQLite file, as the program closes it."""

import datetime as dt
from decimal import Decimal
import json
import sqlite3
import threading
from zoneinfo import ZoneInfo

from conftest import HOME
import pytest

import meterbill
from meterbill import errors

NOW = dt.datetime(2026, 2, 2, tzinfo=dt.UTC)
ZONE = HOME["zone"]
ACCOUNTS = {"meterbill": 1, "kind": "accounts", "accounts": [
    {"id": f"flat{number}", "contracts": [{"tariff": "home", "from": "2026-01-01", "to": None, "meters": [
        {"id": f"M{number}", "registers": [{"register": "import", "unit": "kWh"}]}]}]} for number in range(3)]}
READINGS = "meter,time,value\n" + "".join(f"M{number},2026-01-01,{100 * number}\nM{number},2026-02-01,{100 * number + 50 * (number + 1)}\n" for number in range(3))


@pytest.fixture
def store(tmp_path):
    with meterbill.Store.open(tmp_path / "town.db", create=True) as made:
        yield made


def fill(store):
    store.put("tariff", HOME)
    store.put("accounts", ACCOUNTS)
    return store.put_rows("readings", READINGS, zone=ZONE)


def test_a_month_is_closed(store, tmp_path):
    told = fill(store)
    assert told["added"] == 6 and fill(store)["same"] == 6
    closed = store.close_span(dt.date(2026, 1, 1), dt.date(2026, 2, 1), at=NOW)
    tariff, january = meterbill.Tariff.compile(HOME), meterbill.Span.month(2026, 1, ZoneInfo("Europe/Berlin"))
    assert closed["billed"] == 3 and closed["refused"] == 0 and closed["total"] == sum(tariff.total(50 * (number + 1), january) for number in range(3))
    again = store.close_span(dt.date(2026, 1, 1), dt.date(2026, 2, 1), at=NOW)
    assert again["billed"] == 0 and again["already"] == 3
    assert json.dumps(store.bills("flat1")).count('"total"') >= 1
    assert store.show("summary") and store.accounts() and store.account("flat0") and store.account_number("flat2") > 0
    rows = store.report("billed", {"from": "2026-01-01", "to": "2026-02-01"})
    assert store.report_text("billed", {"from": "2026-01-01", "to": "2026-02-01"}, csv=True).count("\n") == len(rows) + 1
    store.backup(tmp_path / "copy.db")
    with meterbill.Store.open(tmp_path / "copy.db", read_only=True) as copy:
        assert copy.bills("flat1") == store.bills("flat1")
        with pytest.raises(errors.StoreError):
            copy.put("tariff", HOME)


def test_refusals(store, tmp_path):
    with pytest.raises(errors.MeterbillError):
        meterbill.Store.open(tmp_path / "nowhere.db")
    (tmp_path / "text.db").write_text("no store at all, but more than a page's header of text" * 100, encoding="utf-8")
    with pytest.raises(OSError):
        meterbill.Store.open(tmp_path / "text.db")
    for call in (lambda: store.put("colour", {}), lambda: store.put_rows("bills", ""), lambda: store.show("all"), lambda: store.month("burn", "2026-01"),
                 lambda: meterbill.Store.open(tmp_path / "x.db", create=True, read_only=True)):
        with pytest.raises(ValueError):
            call()
    with pytest.raises(errors.MeterbillError):
        store.put("tariff", {"meterbill": 1})
    with pytest.raises(errors.MeterbillError):
        store.account_number("nobody")
    store.close()
    with pytest.raises(errors.ClosedError):
        store.show()


def test_eight_threads_on_stores_of_their_own(tmp_path):
    totals, wrong = [], []

    def work(number):
        try:
            with meterbill.Store.open(tmp_path / f"{number}.db", create=True) as store:
                fill(store)
                totals.append(store.close_span(dt.date(2026, 1, 1), dt.date(2026, 2, 1), at=NOW)["total"])
        except BaseException as error:  # noqa: BLE001
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and len(set(totals)) == 1 and len(totals) == 8 and isinstance(totals[0], Decimal)


def test_its_file_is_sqlite(store, tmp_path):
    fill(store)
    store.close()
    with sqlite3.connect(f"file:{tmp_path / 'town.db'}?mode=ro", uri=True) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
