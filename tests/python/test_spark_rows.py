# SPDX-License-Identifier: Apache-2.0
"""What a Spark task does with its batches, without Spark: bills equal to those of one account at a time, and every refusal named with its row. Suite spark has Spark."""

import array
import datetime as dt
import json

from conftest import HOME
import pyarrow as pa
import pytest

import meterbill
from meterbill import spark
from meterbill.money import decimal_of

HOUR = dt.timedelta(hours=1)
START = 1767222000  # 2026-01-01 in Berlin
END = START + 744 * 3600
AREA = {**HOME, "id": "area", "inputs": {**HOME["inputs"], "area": {"fact": "area", "unit": "m2"}},
        "charges": [*HOME["charges"], {"id": "floor", "quantity": "area", "rate": "0.01"}]}
YEARLY = {**HOME, "id": "yearly", "charges": [{"id": "energy", "quantity": "energy", "rate": ["0.25", "0.32"],
                                               "tiers": {"over": "year", "how": "graduated", "bounds": ["100"]}}]}
GAS = {**HOME, "id": "gas", "inputs": {"energy": {"register": "gas", "unit": "kWh", "converted": "by_factors"}},
       "charges": [{"id": "energy", "quantity": "energy", "rate": "0.09"}]}
FACTORS = {"meterbill": 1, "kind": "facts", "factors": {"gas": [{"from": "2025-12-01", "unit": "gas_m3", "to": "kWh", "facts": {"gas_z": "1.02264", "gas_mj_per_m3": "39.3"}}]}}


def readings(number, n=744):
    return [(number * 7919 + hour * 13) % 2_000_000 for hour in range(n)]


def rows(*changes, n=744):
    return [{"account": f"A{number}", "contract": "home", "from_utc_s": START, "to_utc_s": END, "step_s": 3600, "import": readings(number, n), **change}
            for number, change in enumerate(changes)]


def run(given, tariffs=(HOME,), contracts=None, registers=("import",), refused="rows", keep=()):
    types = {"account": pa.string(), "contract": pa.string(), "from_utc_s": pa.int64(), "to_utc_s": pa.int64(), "step_s": pa.int64(), "facts": pa.string(),
             "position": pa.string(), "part": pa.int32(), **{name: pa.list_(pa.int64()) for name in registers}}
    names = [name for name in types if any(name in row for row in given)]
    batch = pa.RecordBatch.from_pydict({name: [row.get(name) for row in given] for name in names}, pa.schema([(name, types[name]) for name in names]))
    order = (tuple(json.dumps(one) for one in tariffs), spark._plain(contracts), tuple((name, name) for name in registers), keep, refused == "rows",
             meterbill.c_version())
    return [row for answer in spark._price_batches([batch], order) for row in answer.to_pylist()]


def alone(tariff, row, register="import", **options):
    span = meterbill.Span(dt.datetime.fromtimestamp(START, dt.UTC), dt.datetime.fromtimestamp(END, dt.UTC))
    return meterbill.Tariff.compile(tariff).price(
        meterbill.Usage.of(span, meterbill.intervals(register, span.start, HOUR, [decimal_of(value) for value in row[register]])), **options)


def test_bills_are_those_of_one_account_to_the_byte():
    given = rows(*({"part": number % 3} for number in range(1100)))  # more than are priced at once
    answers = run(given, keep=("part",))
    assert [(row["account"], row["part"]) for row in answers] == [(row["account"], row["part"]) for row in given]
    for number in (0, 511, 512, 1099):
        priced, row = alone(HOME, given[number]), answers[number]
        assert (row["bill"], row["position"], row["status"]) == (priced.bill.text, priced.position, "OK")
        assert (row["tariff"], row["version"], row["currency"], decimal_of(row["total_micro"])) == ("home", "2026", "EUR", priced.bill.total)
        assert row["flags"] == 0 and row["path"] is None and row["message"] is None


def test_facts_positions_and_contracts_of_rows():
    facts = json.dumps({"meterbill": 1, "kind": "facts", "facts": {"area": "80"}}, indent=1)
    contracts = {"flat": spark.Contract("area"), "year": spark.Contract("yearly", version="2026"),
                 "big": spark.Contract("area", facts={"meterbill": 1, "kind": "facts", "facts": {"area": "200"}})}
    before = json.loads(alone(YEARLY, rows({})[0]).position)
    before["billed_to"], = [alone(YEARLY, rows({})[0]).bill.start.isoformat()]
    given = rows({"contract": "flat", "facts": facts}, {"contract": "year", "position": json.dumps(before)}, {"contract": "big"}, {"contract": "year"})
    answers = run(given, (AREA, YEARLY), contracts)
    assert [row["status"] for row in answers] == ["OK"] * 4, answers
    assert answers[0]["bill"] == alone(AREA, given[0], facts=facts).bill.text
    assert answers[1]["bill"] == alone(YEARLY, given[1], position=before).bill.text != answers[3]["bill"].replace("A3", "A1")
    assert answers[2]["bill"] == alone(AREA, given[2], facts=contracts["big"].facts).bill.text


def test_converted_registers_are_in_the_bill():
    given = [{**row, "gas": row.pop("import"), "facts": json.dumps(FACTORS), "contract": "gas"} for row in rows({}, {})]
    answers = run(given, (GAS,), registers=("gas",))
    assert [row["bill"] for row in answers] == [alone(GAS, row, "gas", facts=FACTORS).bill.text for row in given] and '"converted"' in answers[0]["bill"]


@pytest.mark.parametrize("change, status, says", [
    ({"import": []}, "E_RANGE", '0 readings of 3600 s of the register "import"'),
    ({"import": readings(0, 745)}, "E_RANGE", "745 readings of 3600 s"),
    ({"import": readings(0, 743)}, "E_GAP", ""),
    ({"import": [1, None] + [1] * 742}, "E_GAP", 'reading 1 of the register "import" is null'),
    ({"import": [2**62] * 744}, "E_OVERFLOW", ""),
    ({"import": [-5] * 744}, "E_RANGE", ""),
    ({"import": None}, "E_NOT_KNOWN", "import"),
    ({"contract": "villa"}, "E_NOT_FOUND", 'no tariff "villa" for the contract "villa" among those handed over: home 2026'),
    ({"contract": None}, "E_MISSING_KEY", "contract is null"),
    ({"step_s": 0}, "E_RANGE", "no span"),
    ({"to_utc_s": START}, "E_RANGE", "no span"),
    ({"from_utc_s": -2**62}, "E_RANGE", "no span"),
    ({"from_utc_s": START - 86400, "import": readings(0, 768)}, "E_UNCOVERED", "no version is valid (there are 2026)"),
    ({"facts": "{"}, "E_SYNTAX", ""),
    ({"facts": json.dumps({"meterbill": 1, "kind": "facts", "lists": {"off": ["2026-01-01"]}})}, "E_INVALID", "among the facts of all"),
    ({"position": json.dumps({"meterbill": 1, "kind": "position", "tariff": "other"})}, None, ""),
])
def test_a_bad_row_is_named_and_holds_up_no_other(change, status, says):
    given = rows({}, change, {})
    whole = run(rows({}, {}, {}))
    answers = run(given)
    assert answers[0] == whole[0] and answers[2] == whole[2]
    assert answers[1]["bill"] is None and answers[1]["position"] is None and answers[1]["total_micro"] is None
    assert answers[1]["status"] != "OK" and status in (None, answers[1]["status"]) and says in answers[1]["message"] and answers[1]["message"], answers[1]
    with pytest.raises(meterbill.MeterbillError, match=r"\(partition 0, account \"A1\", contract "):
        run(given, refused="raise")


def test_registers_of_different_lengths():
    two = {**HOME, "inputs": {**HOME["inputs"], "back": {"register": "export", "unit": "kWh"}},
           "charges": [*HOME["charges"], {"id": "back", "quantity": "back", "rate": "-0.08"}]}
    given = rows({"export": readings(5)}, {"export": readings(5, 24)})
    good, bad = run(given, (two,), registers=("import", "export"))
    assert good["status"] == "OK" and bad["status"] == "E_RANGE" and 'of the register "export"' in bad["message"]


def test_tariffs_and_versions():
    old = {**HOME, "version": "2025", "valid": {"from": "2025-01-01", "to": "2026-01-01"}}
    assert [row["version"] for row in run(rows({}), (old, HOME))] == ["2026"]
    assert run(rows({}), ({**HOME, "version": "2027"}, HOME))[0]["status"] == "E_AMBIGUOUS"
    assert run(rows({"contract": "h"}), (old, HOME), {"h": spark.Contract("home", version="2025")})[0]["status"] == "E_UNCOVERED"
    with pytest.raises(meterbill.MeterbillError, match="is there twice"):
        run(rows({}), (HOME, HOME))
    with pytest.raises(RuntimeError, match="has meterbill .*, the driver 0.0.1"):
        next(spark._price_batches([], ((), None, (), (), True, "0.0.1")))


def test_a_task_holds_some_rows_at_a_time():
    """However many rows a partition has: an answer goes on before the next batch is asked for, and none has more rows than are priced at once."""
    names = ("account", "contract", "from_utc_s", "to_utc_s", "step_s", "import")
    whole = rows(*({} for _ in range(600)))
    batch = pa.RecordBatch.from_pydict({name: [row[name] for row in whole] for name in names})
    taken = []

    def batches():
        for number in range(1000):
            taken.append(number)
            yield batch

    answers = spark._price_batches(batches(), ((json.dumps(HOME),), None, (("import", "import"),), (), True, meterbill.c_version()))
    sizes = [next(answers).num_rows for _ in range(4)]
    assert sizes == [512, 88, 512, 88] and taken == [0, 1]


def test_bulk_bills_raise_by_number(january, home):
    bulk = meterbill.Bulk(home, january, step=HOUR)
    column = array.array("q", readings(0) + [2**62] * 744)
    with pytest.raises(meterbill.MeterbillError) as caught:
        bulk.bills({"import": column})
    assert caught.value.status == meterbill.Status.E_OVERFLOW and caught.value.index == 1
    assert [one.status for one in bulk.bills({"import": column}, raise_refused=False)] == [0, meterbill.Status.E_OVERFLOW]
    for wrong in ({"facts": [None]}, {"positions": [None] * 3}):
        with pytest.raises(meterbill.MeterbillError, match="expected 2"):
            bulk.bills({"import": column}, **wrong)
    with pytest.raises(meterbill.MeterbillError, match="expected 2 accounts"):
        bulk.bills({"import": column[1:]}, accounts=2)
    with pytest.raises(ValueError, match="as a document"):
        meterbill.Bulk(meterbill.Tariff.compile(AREA), january, step=HOUR, facts=["area"]).bills({"import": column})
    assert bulk.bills({"import": array.array("q")}) == []


def test_hash_of_bills_finds_what_is_missing_doubled_or_changed():
    bills = [(f"A{number}", json.dumps({"total": str(number)})) for number in range(50)]
    whole = meterbill.BillsHash.of(bills)
    assert whole == meterbill.BillsHash.of(reversed(bills)) == sum((meterbill.BillsHash.of(bills[at::7]) for at in range(7)), meterbill.BillsHash())
    assert meterbill.BillsHash.parse(str(whole)) == whole and str(whole).startswith("50:") and len(str(whole)) == 67
    others = [bills[1:], bills + bills[:1], bills[:1] + bills[:1] + bills[2:], [("A0", bills[1][1]), ("A1", bills[0][1]), *bills[2:]]]
    assert len({str(meterbill.BillsHash.of(one)) for one in [bills, *others]}) == 5
    for wrong in ("", "5", "x:" + "0" * 64, "5:00"):
        with pytest.raises(ValueError, match="no hash of bills"):
            meterbill.BillsHash.parse(wrong)
