# SPDX-License-Identifier: Apache-2.0
"""The schemas of include/meterbill/schema against the library's readers.

The law is one-sided: what the library takes, the schema takes. What the library refuses for its form (STRUCTURE: a key, a type, a number, a
word) the schema refuses too, except where the document itself makes the name (OWN_NAMES, OWN_TYPES); that a schema cannot see."""

import functools
import json
import os
import pathlib
import random
import re
import subprocess
import sys

import jsonschema
import pytest
from conftest import Refused

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "include/meterbill/schema"
KINDS = ["accounts", "alarms", "bill", "billing_policy", "charge", "cycle", "facts", "frame_profile", "heat_records", "heat_settlement", "operations", "places", "position", "split", "tariff", "task", "usage"]
KINDS = sorted([*KINDS, "leaving", "opening", "people", "command", "keyset", "receipt"])
# Read by the store alone: documents of the guide are held against the schema, and tests/golden/town.py has what is refused; test_frames.py has that of profiles.
STORED = {"leaving", "opening", "frame_profile"}
MUTANTS = int(os.environ.get("PROPERTY_EXAMPLES") or 300)
# Those of tokens and meters are held against the golden cases in test_token.py and test_meter_tables.py, those of frames of commands in test_translate.py;
# that of ledgers, which the library writes, below.
OWN_TESTS = {"command_frames", "ledger", "meter_means", "meter_profile", "meter_tables", "token_keys", "token_request"}
KINDS, STORED = sorted([*KINDS, *OWN_TESTS]), STORED | OWN_TESTS

STRUCTURE = {"MBILL_E_UNKNOWN_KEY", "MBILL_E_MISSING_KEY", "MBILL_E_TYPE", "MBILL_E_NUMBER", "MBILL_E_DIGITS"}
# Keys that must differ; keys and words that are periods and seasons of the same document, or of the tariff that a position is of; its ladder also decides the type of "used".
OWN_NAMES = re.compile(r".*(/rate(/[^/]+)*|/(bounds|widths|used)/[^/]+|/only_if(/\d+)?/(is|is_one_of/\d+)|/when/\d+/(season|day)(/\d+)?|/sets/\d+/until|/(shares|tree/nodes|components|targets|accounts)/\d+|/shares/\d+/weights/[^/]+|/absorb_key|/components/\d+/fallback)")
OWN_TYPES = re.compile(r".*/used|/charges/\d+/rate/(?!(base|times|add|adds|round|table|by|values|series|plus)$)[^/\d][^/]*")
# A fact is a number or one of its words, as its input says.
OWN_NUMBERS = re.compile(r".*/only_if(/\d+)?/is")
# How many places an alarm's amounts have, its "decimals" says.
OWN_DIGITS = re.compile(r"/alarms/.*/(limit|deadband|alarm_[12]|overdraft|reclose|base|modulus|max_step|low|high)")
# Refused cases of other statuses that the schema sees as well: a rule that needs no names and no numbers compared.
ALSO_SEEN = {"apparent_per_unstated", "bound_belongs_missing", "demand_no_distinct", "demand_no_interval", "demand_no_span", "fee_each_period", "holiday_itself", "in_of_a_product", "net_part_unstated", "net_per_unstated", "pack_periods", "widths_add"}


@functools.lru_cache(maxsize=None)
def schema(kind):
    return json.loads((FOLDER / f"{kind}-1.schema.json").read_text(encoding="utf-8"))


@functools.lru_cache(maxsize=None)
def judge(kind):
    return jsonschema.Draft202012Validator(schema(kind))


def complaint(kind, document):
    """What the schema says against the document; None when it is valid."""
    error = jsonschema.exceptions.best_match(judge(kind).iter_errors(document))
    return error and f"{error.json_path}: {error.message}"


def text_of(document):
    return json.dumps(document, ensure_ascii=False)


def refusal_of(driver, kind, document):
    """The library's refusal; None when it takes the document."""
    try:
        driver.ask(*(["tariff"] if kind == "tariff" else ["document", kind]), text_of(document))
    except Refused as refused:
        return refused
    return None


def visible(refusal):
    """Whether a schema can see what the library refuses; None where this depends on the rule."""
    if refusal.status == "MBILL_E_TYPE":
        return OWN_TYPES.fullmatch(refusal.path) is None
    if refusal.status == "MBILL_E_DIGITS" and OWN_DIGITS.fullmatch(refusal.path) is not None:
        return None
    if refusal.status == "MBILL_E_NUMBER" and OWN_NUMBERS.fullmatch(refusal.path) is not None:
        return None
    word = refusal.status == "MBILL_E_INVALID" and " is not one of: " in refusal.message
    if word or refusal.status.endswith("_KEY"):
        return OWN_NAMES.fullmatch(refusal.path) is None
    return True if refusal.status in STRUCTURE else None


def compare(driver, kind, document):
    """Ask both and hold them to the law; returns the library's refusal or None."""
    refusal, against = refusal_of(driver, kind, document), complaint(kind, document)
    if refusal is None:
        assert against is None, f"the library takes what the schema refuses: {against}\n{text_of(document)}"
    elif visible(refusal):
        assert against is not None, f"the schema takes what the library refuses: {refusal}\n{text_of(document)}"
    return refusal


def golden():
    """Every golden case with its name; hours from outside the repository or of a formula are stood for by one."""
    for path in sorted((ROOT / "tests/golden").glob("*/*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        if "vectors" in case or "load" in case:
            for bill in case.get("bills", []):
                bill["usage"]["inputs"] = [dict(entry, values=["0.5"]) for entry in bill["usage"]["inputs"]]
        yield path.stem, case


def ledger_documents():
    """The document of every ledger case."""
    sys.path.insert(0, str(ROOT / "tests/golden/ledger"))
    import run
    return [run.document_of(json.loads(path.read_text(encoding="utf-8"))) for path in sorted((ROOT / "tests/golden/ledger/cases").glob("*.json"))]


def split_documents():
    """The requests of the cases of apportionment, with how each is refused."""
    for path in sorted((ROOT / "tests/golden/apportion/cases").glob("*.json")):
        for one in json.loads(path.read_text(encoding="utf-8"))["splits"]:
            yield one["request"], one.get("refused")


# --- the schemas themselves ----------------------------------------------------------------------------------------------------------

def members(node, guard=False):
    """Name and schema of every member that an object describes; conditions describe none."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "properties" and not guard:
                yield from value.items()
            yield from members(value, guard or key in ("if", "then", "else", "allOf", "oneOf", "not", "dependentSchemas"))
    elif isinstance(node, list):
        for value in node:
            yield from members(value, guard)


def parts(node):
    """Every object of the schema's own JSON."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    for value in node if isinstance(node, list) else []:
        yield from parts(value)


def expanded(source):
    """Keys that several objects share stand for themselves."""
    for name, keys in re.findall(r'#define (\w+) ("[^\n]*")', source):
        source = re.sub(rf"\b{name}\b", lambda _: keys, source)
    return source


def reader_sources():
    """The kind and the text of every file that reads a kind of documents."""
    kinds = {"facts_read.c": "facts", "factor_read.c": "facts", "position_text.c": "position", "contract_read.c": "accounts", "meter_text.c": "meter_tables", "meter_profile.c": "meter_profile"}
    paths = [(path, kinds.get(path.name, "tariff")) for path in sorted((ROOT / "lib/tariff").glob("*.c"))]
    paths += [(path, "usage") for path in sorted((ROOT / "lib/meter").glob("*usage*.c"))]
    paths += [(ROOT / "lib/ledger" / name, "operations") for name in ("operation_read.c", "operations.c", "policy_read.c")]
    paths += [(ROOT / "lib/heat" / name, "heat_records") for name in ("records_read.c", "registers.c")]
    paths += [(path, "split") for path in sorted((ROOT / "lib/apportion").glob("*.c"))]
    paths += [(ROOT / "lib/alarm" / name, "alarms") for name in ("alarm_read.c", "alarms_read.c", "detect_read.c", "watches_read.c")]
    paths += [(ROOT / "lib/operate" / name, "billing_policy") for name in ("cycle_policy_read.c", "off_days_read.c")]
    paths += [(ROOT / "lib/document/yearly_read.c", kind) for kind in ("tariff", "billing_policy", "cycle")]
    paths.append((ROOT / "lib/operate/cycle_run.c", "cycle"))
    paths += [(ROOT / "lib/operate" / name, "task") for name in ("task_read.c", "task_targets.c", "repeat.c")]
    paths.append((ROOT / "lib/operate/charge_read.c", "charge"))
    paths += [(ROOT / f"lib/command/{kind}_document.c", kind) for kind in ("command", "keyset", "receipt")]
    paths += [(ROOT / "lib/command/translate_means.c", "meter_means"), (ROOT / "lib/command/translate_document.c", "command_frames")]
    paths.append((ROOT / "lib/heat/settle_read.c", "heat_settlement"))
    paths.append((ROOT / "lib/operate/place_read.c", "places"))
    paths.append((ROOT / "lib/operate/person_read.c", "people"))
    return [(path.name, kind, expanded(path.read_text(encoding="utf-8"))) for path, kind in paths]


def test_every_kind_has_its_schema():
    assert sorted(path.name for path in FOLDER.iterdir()) == [f"{kind}-1.schema.json" for kind in KINDS]


@pytest.mark.parametrize("kind", KINDS)
def test_schema_is_one(kind):
    whole = schema(kind)
    jsonschema.Draft202012Validator.check_schema(whole)
    assert whole["$schema"] == "https://json-schema.org/draft/2020-12/schema" and whole["$id"] == f"urn:meterbill:{kind}:1"
    assert whole["title"] and "to judge" in whole["description"]
    assert whole["properties"]["kind"]["const"] == kind and whole["additionalProperties"] is False
    for name, member in members(whole):
        assert isinstance(member, dict) and member.get("description", "").endswith("."), f"{name} has no description of its own"
    for part in parts(whole):
        if part.get("type") == "object" and "properties" in part:
            assert part.get("additionalProperties") is False, f"an object takes any key: {sorted(part['properties'])}"
    assert {part["$ref"] for part in parts(whole) if "$ref" in part} == {f"#/$defs/{name}" for name in whole["$defs"]}


def test_schemas_agree_on_common_parts():
    seen = {}
    for kind in KINDS:
        for name in ("decimal6", "decimal9", "positive6", "name", "date", "time", "factor"):
            part = schema(kind)["$defs"].get(name)
            assert part is None or seen.setdefault(name, part) == part, f"{name} of {kind}"


def test_objects_have_the_keys_of_the_readers():
    n = 0
    for file, kind, source in reader_sources():
        known = {frozenset(part["properties"]) for part in parts(schema(kind)) if part.get("type") == "object" and "properties" in part}
        for found in re.finditer(r"\b(?:keys|KEYS)\[\] = \{([^}]*)\}", source):
            keys = frozenset(re.findall(r'"([^"]*)"', found[1]))
            assert keys in known, f"{file} reads an object of {sorted(keys)}; no object of the schema of kind {kind} has just these"
            n += 1
    assert n > 25


def test_enums_have_the_words_of_the_readers():
    n = 0
    for file, kind, source in reader_sources():
        known = {frozenset(word for word in part["enum"] if isinstance(word, str)) for part in parts(schema(kind)) if "enum" in part}
        for name, words in re.findall(r"static const char \*const (\w+)\[\] = \{([^}]*)\}", source):
            if re.search(rf"mbill__node_(?:need_)?word\([^;]*\b{name}\b", source) is None:
                continue
            words = frozenset(re.findall(r'"([^"]*)"', words))
            assert words in known, f"{file} takes one of {sorted(words)}; no enum of the schema of kind {kind} has just these"
            n += 1
    assert n > 15


def test_words_of_a_bill():
    source = (ROOT / "lib/bill/line.c").read_text(encoding="utf-8")
    words = {name: re.findall(r'"(\w+)"', re.search(name + r"\[\w*\] = \{([^}]*)\}", source)[1]) for name in ("rule_names", "mbill__line_flag_names")}
    known = schema("bill")["$defs"]
    assert known["line"]["properties"]["rule"]["enum"] == words["rule_names"]
    assert known["flags"]["items"]["enum"] == words["mbill__line_flag_names"]


# --- golden cases --------------------------------------------------------------------------------------------------------------------

def test_golden_documents(whole_driver):
    taken = dict.fromkeys(KINDS, 0)
    for name, case in golden():
        if compare(whole_driver, "tariff", case["tariff"]) is not None:
            assert "refused" in case, name
            continue
        taken["tariff"] += 1
        for bill in case.get("bills", []):
            for kind in ("usage", "facts", "position"):
                if bill.get(kind) is not None and compare(whole_driver, kind, bill[kind]) is None:
                    taken[kind] += 1
    assert taken["tariff"] > 100 and taken["usage"] > 200 and taken["facts"] > 5 and taken["position"] > 1, taken


def test_ledger_documents(whole_driver):
    documents = ledger_documents()
    assert len(documents) > 50
    for document in documents:
        assert compare(whole_driver, "operations", document) is None


def test_what_is_written_of_a_ledger(tmp_path):
    """The program writes by mbill_book_batch_write(); every word that it may write is in the schema."""
    program = pathlib.Path(os.environ["MBILL_DRIVER"]).resolve().parents[2] / "bindings/cli/meterbill"
    n = 0
    for document in ledger_documents():
        asked = tmp_path / "operations.json"
        asked.write_text(json.dumps(document), encoding="utf-8")
        done = subprocess.run([program, "ledger", "apply", asked, "--json"], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            said = json.loads(done.stdout)
            assert complaint("ledger", said) is None
            n += len(said["batches"])
    assert n > 100
    words = (ROOT / "lib/ledger/words.c").read_text(encoding="utf-8")
    known = {frozenset(part["enum"]) for part in parts(schema("ledger")) if "enum" in part}
    for found in re.findall(r"mbill__\w+_words\[\w+\] = \{([^}]*)\}", words):
        assert frozenset(re.findall(r'"([^"]*)"', found)) in known
    names = re.findall(r"MBILL_RESULT_(\w+) = ", (ROOT / "include/meterbill/ledger.h").read_text(encoding="utf-8"))
    assert frozenset(names) in known


def test_split_documents(whole_driver):
    answers = [(compare(whole_driver, "split", request), refused) for request, refused in split_documents()]
    assert all((answer and answer.status) == (refused and refused["status"]) for answer, refused in answers)
    assert sum(answer is None for answer, _ in answers) > 50


def test_refused_golden_documents(whole_driver):
    """Every document that a case wants refused by a reader: the schema sees just those that visible() and ALSO_SEEN state."""
    seen = {}
    for name, case in golden():
        whole_driver.ask("tariff", text_of(SMALL["tariff"]))
        documents = [("tariff", case["tariff"])]
        documents += [(kind, bill[kind]) for bill in case.get("bills", []) if "refused" in bill for kind in ("usage", "facts", "position") if bill.get(kind)]
        for kind, document in documents:
            refusal = refusal_of(whole_driver, kind, document)
            if refusal is None:
                continue
            against = complaint(kind, document)
            seen[name] = against is not None
            assert seen[name] == (bool(visible(refusal)) or name in ALSO_SEEN), f"{name}: the library says {refusal}; the schema says {against}"
            break
    assert ALSO_SEEN <= set(seen) and len(seen) >= 5


def test_bills_and_positions_that_are_written(whole_driver):
    n = 0
    for name, case in golden():
        if refusal_of(whole_driver, "tariff", case["tariff"]) is not None:
            continue
        for bill in case.get("bills", []):
            if "position" in bill:
                whole_driver.ask("restart")
            facts = text_of(bill["facts"]) if "facts" in bill else ""
            try:
                texts = whole_driver.ask("price", text_of(bill["usage"]), facts, 1)
            except Refused:
                whole_driver.ask("restart")
                continue
            for kind, text in zip(("bill", "position"), texts):
                assert complaint(kind, json.loads(text)) is None, f"{name}: {text}"
            for kind, text in zip(("bill", "position"), texts):
                assert compare(whole_driver, kind, json.loads(text)) is None, f"{name}: {text}"
            whole_driver.ask("carry")
            n += 1
    assert n > 200


def bills_over_changes(driver):
    """What the library writes of every golden case whose bills are over a change."""
    for name, case in golden():
        if "later" not in case:
            continue
        driver.ask("tariff", text_of(case["tariff"]))
        for version in case["later"]:
            driver.ask("later", text_of(version))
        days = case["change"]["split"] == "days"
        rounding = case["change"].get("round", "none")
        step, how = (1, 2) if rounding == "none" else (int(float(rounding["step"]) * 10**6), HOWS.index(rounding["how"]) + 1)
        for bill in case["bills"]:
            try:
                yield json.loads(driver.ask("change", text_of(bill["usage"]), text_of(bill["facts"]) if "facts" in bill else "", 0,
                                            1 if days else 2, step if days else 0, how if days else 0)[0])
            except Refused:
                assert "refused" in bill, name


def test_bills_over_changes_that_are_written(whole_driver):
    bills = list(bills_over_changes(whole_driver))
    assert len(bills) >= 3
    for bill in bills:
        assert complaint("bill", bill) is None, text_of(bill)
        assert len(bill["versions"]) > 1 and all("version" in line for line in bill["lines"])


def test_changed_bills(whole_driver):
    """The schema states how a bill is written, the library reads decimals and times in other forms as well: what it refuses for the form, the schema refuses."""
    answers = []
    whole_driver.ask("tariff", text_of(BILL_TARIFF))
    for document in BILLS:
        assert compare(whole_driver, "bill", document) is None
    for document in mutants("bill", BILLS, MUTANTS * 3):
        refusal = refusal_of(whole_driver, "bill", document)
        answers.append(refusal is None)
        if refusal is not None and visible(refusal):
            assert complaint("bill", document) is not None, f"the schema takes what the library refuses: {refusal}\n{text_of(document)}"
    assert any(answers) and answers.count(False) > len(answers) / 4


# --- the table of refusals of tests/unit/test_tariff.c ---------------------------------------------------------------------------------

LITERAL = r'"(?:[^"\\]|\\.)*"'


def literals(source):
    return "".join(json.loads(literal) for literal in re.findall(LITERAL, source))


def unit_table():
    source = (ROOT / "tests/unit/test_tariff.c").read_text(encoding="utf-8")
    good = literals(re.search(rf"\bgood =\s*((?:{LITERAL}\s*)+);", source)[1])
    table = re.search(r"\bchanges\[\] = \{\n(.*?)\n\};", source, re.DOTALL)[1]
    text = rf"((?:{LITERAL}\s*)+)"
    rows = re.findall(rf"\{{\s*{text},\s*{text},\s*(MBILL_E_\w+),\s*{text},\s*{text}\}}", table)
    assert len(rows) == len(re.findall(r"\bMBILL_E_\w+", table)) > 90
    return good, [(literals(what), literals(by), status, literals(path)) for what, by, status, path, _ in rows]


def test_refusals_of_the_unit_test(whole_driver):
    good, rows = unit_table()
    assert compare(whole_driver, "tariff", json.loads(good)) is None
    seen = 0
    for what, by, status, path in rows:
        assert what in good
        document = json.loads(good.replace(what, by, 1))
        refusal = compare(whole_driver, "tariff", document)
        assert refusal is not None and (refusal.status, refusal.path) == (status, path), f"{by}: {refusal}"
        seen += complaint("tariff", document) is not None
    assert seen > len(rows) / 2


# --- documents that were changed at random -----------------------------------------------------------------------------------------------

HOWS = ["half_up", "half_even", "down", "up", "floor", "ceiling"]
ODD = ["", "x", "none", "-1", "0", "1", "0.5", "0.0000001", "0.10000000", "1.0000000001", "-0", "01", "1e3", "9999-01-01", "2026-02-30", "24:00",
       "07-01", "10:00-12:00", "a b", "one", "days", "energy", "energy#2", 0, 1, 30, -3, 1.5, 2147483648, True, False, None, [], {}, ["1"], {"x": "1"}]

BILLING = {"zone": "CST-8", "due": {"month_day": 15, "at_least": 10}, "pays": "fee_first", "reminders": [{"days": -3, "channels": ["app"]}, {"days": 4, "channels": ["app", "sms"]}],
           "late_fee": {"rate": "0.0005", "grace_days": 3, "from": "due", "compounds": False, "cap": {"share": "1", "amount": "50"}, "round": {"step": "0.01", "how": "half_up"}},
           "review": {"jump": "0.5", "least": 20},
           "off_days": {"weekdays": ["sat", "sun"], "dates": ["2026-10-01/2026-10-08", {"date": "05-01", "observed": "next_monday", "itself": True}, {"easter": 1}], "worked": ["2026-10-10"],
                        "due": "next", "reminders": "previous"}}
DETECTORS = {
    "comm_loss": {"timeout_s": 2700}, "failure": {"window_s": "86400"}, "arrears_trip": {}, "leak_flow": {"limit": "0.5", "window_s": 86400, "quiet_s": 3600, "max_hold_s": 7200},
    "leak_volume": {"limit": "3.8", "times": 24}, "burst": {"base": 2500, "permille": 300, "on_s": 1800, "off_s": 60, "max_hold_s": 900, "stale": "clear"},
    "night_flow": {"limit": "0.0", "times": 3, "from_s": 7200, "to_s": 14400, "zone": "CST-8"}, "zero_use": {"times": 30, "max_hold_s": 9, "stale": "hold"},
    "reverse_flow": {"limit": "0.1", "modulus": "100000", "max_step": 500}, "over_power": {"limit": 5000, "on_s": 10, "m": 1, "of": 1, "reclose_s": 300, "per_day": 3, "zone": "UTC0"},
    "malicious_load": {"power_factor_permille": 950, "max_hold_s": 60, "trips": True, "reclose_s": 300, "per_day": 3, "bands": [{"low": "800", "high": 2000}], "zone": "UTC0"},
    "high_flow": {"base": "12.5", "permille": 900, "dt_mk": 5000, "on_s": 3600}, "loss": {"limit": 200000, "off_s": 60}, "flapping": {"high_permille": 300, "low_permille": 200}}

SMALL = {
    "heat_settlement": {"meterbill": 1, "kind": "heat_settlement", "season_days": 120, "fees": {"area": "2500", "basic": "750", "metered": "1053"}, "paid": "2500", "carried": "5",
                        "empty": {"days": 10, "percent": "30"}, "surplus": "wallet", "shortage": "waive", "cap_percent": "115", "round": {"step": "0.01", "how": "half_up"},
                        "service": {"of": "due", "standard": "18", "bands": [{"up_to": "2", "percent": "10"}, {"percent": "100"}], "episodes": [{"temperature": "16.5", "days": 3}]}},
    "heat_records": {"meterbill": 1, "kind": "heat_records",
                     "meter": {"side": "flow", "unit": "MJ", "pressure": "0.6", "cold": True, "changeover": "25", "low_difference": {"below": "5", "flow_above": "1"}},
                     "before": {"meterbill": 1, "kind": "heat_registers", "unit": "MJ", "faults": ["flow"], "until": "2026-01-01T00:00:00Z", "records": "4", "heat": "31.5", "cold": "9",
                                "heat_volume": "2.4", "cold_volume": "1.3", "idle_volume": "0", "fault_volume": "1.3", "low_difference_volume": "1.2", "low_difference_s": "3600",
                                "counted_s": "10800", "fault_s": "3600", "volume_x_flow": "151.8", "volume_x_return": "132", "flow_rest_pico": 0, "return_rest_pico": 7},
                     "records": [{"start": "2026-01-01T00:00:00Z", "end": "2026-01-01T01:00:00+00:00", "volume": "1.5", "flow": "60", "return": "40"},
                                 {"volume": "1", "return": "40", "faults": ["flow", "volume"]}]},
    "command": {"meterbill": 1, "kind": "command", "command": "trip", "target": "grp/block7", "id": "0123456789abcdef0123456789abcdef", "seq": "18446744073709551615",
                "made": "2026-01-01T00:00:00Z", "ends": "2026-01-01T08:05:00+08:00", "begins": "2026-01-01T00:01:00Z", "if": {"balance_below": "-3.20", "status": {"mask": "0050", "value": "0010"}},
                "group": {"hash": "65cadcfd82344fad3aa4184e7f13d4744f307e7dc3a1002780fee19299769c16", "targets": 3}},
    "keyset": {"meterbill": 1, "kind": "keyset", "version": 1, "ends": "2027-01-01T00:00:00Z", "threshold": 1,
               "roots": ["d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"],
               "keys": [{"public": "8373deeba9c0af9880e5c9e976ffda8522db9e3df20fddfe54b3a8c59cfe3c94", "commands": ["trip", "read"], "begins": "2026-01-01T00:00:00Z", "ends": "2027-01-01T00:00:00Z",
                         "prefix": "e/", "longest_s": 600, "quota": {"commands": 5, "amount": "10.5"}}]},
    "receipt": {"meterbill": 1, "kind": "receipt", "state": "confirmed", "at": "2026-01-01T00:00:05Z", "id": "0123456789abcdef0123456789abcdef", "seq": 7,
                "command": "a18a59499f0f6a657301b2657d2b1cfad667b18360a4726a7644a6ca7439eb34", "request": "baca7a1830430b9a4d8b5ed9c75442a3fcb08e0494631d3bb3402fd371a91112",
                "reply": "6816", "status": "0050", "previous": "0000000000000000000000000000000000000000000000000000000000000000"},
    "charge": {"meterbill": 1, "kind": "charge", "id": "fee", "title": "Fee", "zone": "CST-8", "every": {"months": 1}, "from": "2026-01-01", "until": "2026-12-16", "due": {"at": "start", "days": 9},
               "prorate": "days", "rates": [{"from": "2026-01-01", "rate": "2.5", "fact": "area"}, {"from": "2026-07-10", "amount": "100"}], "round": {"step": "0.01", "how": "half_up"}, "to": "balance",
               "accrual": 1, "accounts": ["A1", {"account": "A2", "from": "2026-02-10", "to": "2026-05-01", "suspended": ["2026-03-01/2026-03-15", "2026-04-01"]}]},
    "task": {"meterbill": 1, "kind": "task", "id": "0123456789abcdef0123456789abcdef", "title": "night", "made_by": "ann", "dual_control": True, "do": {"read": ["total"]},
             "start": {"every": {"weeks": 2}, "from": "2026-01-31", "until": "2027-01-01", "time": "02:30", "zone": "CST-8", "missed": "latest"}, "expires_after_s": 3600,
             "host": {"lease_s": 60, "parallel": 5, "retry": {"attempts": 3, "delay_s": 60, "growth": "2.5", "cap_s": 600, "on": ["failed", "no_answer"]}}, "targets": ["M1", {"target": "M2"}]},
    "tariff": {"meterbill": 1, "id": "small", "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2026-01-01", "to": None},
               "inputs": {"energy": {"register": "import", "unit": "kWh"}}, "rounding": {"line": "none", "charge": "none", "bill": "none"},
               "calendar": {"periods": [{"name": "peak", "when": [{"at": ["08:00-20:00"]}]}, {"name": "valley", "otherwise": True}]},
               "charges": [{"id": "pooled", "quantity": "energy", "rate": ["1", "2"],
                            "tiers": {"over": "year", "how": "graduated", "bounds": ["100"], "across": "periods"}},
                           {"id": "each", "quantity": "energy", "rate": ["1", "2"],
                            "tiers": {"over": "month", "how": "graduated", "bounds": ["100"], "across": "each_period"}}]},
    "position": {"meterbill": 1, "kind": "position", "tariff": "small", "version": "1", "billed_to": "2026-03-01T00:00:00+08:00", "ladders": [
        {"charge": "pooled", "from": "2026-01-01", "used": "12.5"}, {"charge": "each", "from": "2026-02-01", "used": {"peak": "1", "valley": 2}}]},
    "usage": {"meterbill": 1, "kind": "usage", "from": "2026-01-01", "to": "2026-02-01T00:00:00+08:00", "inputs": [
        {"register": "a", "total": "650", "quality": "estimated"},
        {"register": "b", "periods": {"peak": "500", "valley": "700"}},
        {"register": "c", "start": "2026-01-01 00:00", "step_s": 3600, "values": ["0.5", "0.12345675"], "round": "half_even"},
        {"register": "d", "start": "2026-01-01", "step_s": 900, "values": ["0.5", 2]},
        {"register": "e", "readings": [["2026-01-01", "300"], ["2026-02-01", "5", "rollover"]], "modulus": "1000", "multiplier": "20"}]},
    "facts": {"meterbill": 1, "kind": "facts", "facts": {"area": "89.5", "persons": 4, "class": "A"}, "lists": {"event_days": ["2026-07-04", "2026-07-15"], "none": []}},
    "people": {"meterbill": 1, "kind": "people", "people": [{"account": "A0001", "fields": {"name": "Wang Fang", "phone": "+86 10 5555 0101", "address": None}}, {"account": "A0002", "fields": {}}]},
    "places": {"meterbill": 1, "kind": "places", "places": [{"id": "east", "kind": "district"}, {"id": "east-7", "kind": "building", "in": "east", "title": "East Road 7", "tags": ["old", "lift"]}, {"id": "west", "kind": "district", "in": None}],
               "accounts": [{"id": "A0001", "at": "east-7", "tags": ["pensioner"]}, {"id": "A0002", "at": None}, {"id": "A0003"}],
               "meters": [{"id": "M0001", "at": "east-7", "behind": "M0000"}, {"id": "M0000", "behind": None}], "utilities": [{"tariff": "small", "utility": "water"}]},
    "accounts": {"meterbill": 1, "kind": "accounts", "accounts": [
        {"id": "A0001", "title": "Lane 5, door 2", "facts": {"area": "89.5", "class": "B", "persons": [{"value": "3"}, {"from": "2026-07-01", "value": "4"}]},
         "contracts": [{"tariff": "small", "from": "2026-01-01", "to": None, "meters": [
             {"id": "M0001", "registers": [{"register": "import", "unit": "kWh", "modulus": "1000000", "multiplier": "1"}]}]}]},
        {"id": "A0002", "policy": {"preset": "SMETS", "emergency_credit": {"limit": "5", "threshold": "1"}, "waterfall": ["pay_debt", {"debt": 1}, {"fee": 0, "share": "0.1"}],
                                   "debts": [{"kind": "payment", "share": "0.25"}, {"kind": "time"}], "pay_debt_cap": {"amount": "5", "window": "day"}, "zone": "CST-8"}},
        {"id": "户2", "policy": "DLT", "contracts": [
            {"tariff": "small", "from": "2026-01-01", "to": "2026-06-01", "meters": [], "change": {"split": "days", "round": {"step": "0.5", "how": "half_up"}}},
            {"tariff": "small", "from": "2026-06-01", "meters": [], "change": {"split": "readings"}, "payment": "postpaid"},
            {"tariff": "other", "from": "2026-06-01", "meters": [], "change": {"split": "days", "round": "none"}}]}]},
    "operations": {"meterbill": 1, "kind": "operations", "policies": {"home": {"preset": "SMETS", "emergency_credit": {"limit": "5", "threshold": "1", "offered": "below"}, "waterfall": [
        "pay_debt", {"debt": 1}, {"fee": 0, "share": "0.1"}, {"tax": "0.15"}], "debts": [{"kind": "payment", "share": "0.25"}, {"kind": "time"}, {
            "kind": "instalment", "parts": 3, "total": "30", "first": "2026-01-01T00:00:00Z", "every_s": 86400}], "charges": [{"debt": 1, "cap": {"amount": "5", "window": "week", "first_weekday": 1}}],
        "sequence": {"how": "window", "n": 30}, "zone": "CST-8", "forced_reversal": True}}, "batches": [{"at": "2026-01-05T10:00:00Z", "operations": [
            {"id": "00000000000000000000000000000001", "do": "open", "account": 7, "policy": "home"},
            {"id": "00000000000000000000000000000002", "do": "top_up", "account": 7, "amount": "20.00", "channel": 1, "receipt": "501"},
            {"id": "00000000-0000-0000-0000-000000000003", "do": "transfer", "account": {"system": "cash", "index": 1}, "other": 9, "amount": 5, "flags": ["up_to"]}],
            "supply": [{"account": 7, "contactor": "tripped", "tripped": "2026-01-05T09:00:00Z", "keep": False}]}]},
    "billing_policy": {"meterbill": 1, "kind": "billing_policy", **BILLING},
    "alarms": {"meterbill": 1, "kind": "alarms", "channels": ["app", "sms"], "alarms": {
        "low": {"when": "below", "limit": "20.5", "deadband": "0.25", "on_s": 5, "off_s": "3", "max_hold_s": 60, "stale": "trip", "hold_at_equal": True, "decimals": 3, "of": {"m": 2, "n": 3}, "trip": "always",
                "priority": 2, "watches": "meter", "labels": {"area": "7"}, "notice": {"repeat_s": 600, "max_count": 5, "max_shelve_s": 9000, "latch": True, "auto_ack": False, "channels": ["app"], "escalate": [{"after_s": 900, "channels": ["sms"]}]}},
        "balance": {"decimals": 2, "watches": "balance", "levels": [{"name": "soon", "when": "at_or_below", "limit": "50.00", "observed_only": True, "trip": "none"}, {"when": "at_or_below", "limit": 20, "notice": {"max_count": 1}}]},
        "meter": {"decimals": 2, "prepaid": {"alarm_1": "20", "alarm_2": 5, "overdraft": "10.00", "reclose": "15"}, "off_s": 60, "notices": {"L1": {"notice": {"channels": ["sms"]}}}},
        "complaints": {"watches": "place", "window": {"n": 5, "within_s": 900, "n_clear": 2, "closed": True, "distinct": True}}, "days": {"days_to_empty": {"warn_days": 7, "over_days": 30}}, "leak": {"given": True, "on_s": 1},
        **{kind: {"decimals": 1, "detect": {"kind": kind, **members}} for kind, members in DETECTORS.items()}},
        "inhibit": [{"source": {"alarm": "low"}, "target": {"alarm": "leak"}, "equal": ["key"]}], "group": {"by": ["area"], "wait_s": 1, "interval_s": 2, "repeat_s": 3, "send_resolved": True},
        "restart": {"rule": "pause", "tolerance_s": 10, "grace_s": 5, "repend": True}},
    "cycle": {"meterbill": 1, "kind": "cycle", "policy": BILLING, "bills": [{"id": "A", "amount": "100"}, {"id": "B", "amount": "-3.5"}], "steps": [
        {"on": "2026-02-01", "do": "review", "bill": "A"}, {"on": "2026-02-01", "do": "issue", "bill": "A"}, {"on": "2026-02-03", "do": "pay", "amount": "20"},
        {"on": "2026-02-03", "do": "remind", "bill": "A", "reminder": 1}, {"on": "2026-03-01", "do": "tick"}, {"on": "2026-03-01", "do": "write_off", "bill": "A", "reason": 2}]},
    "split": {"meterbill": 1, "kind": "split", "total": "100.07", "step": "0.01", "method": "absorb", "absorb_key": "2", "zero_policy": "fallback", "tie_salt": 202601, "shares": [
        {"key": "1", "weight": "55.20", "fallback_weight": 1, "name": "ground floor", "account": "7", "vacant": True, "segments": [{"from": "2026-01-01", "to": "2026-02-01", "name": "A"}]}, {"key": 2, "weight": "41.80", "fallback_weight": "0.5"}],
        "vacancy": {"rule": "reduced", "numerator": 1, "denominator": 2}, "period": {"from": "2026-01-01", "to": "2027-01-01"}, "time": "degree_days", "id": "00000000000000000000000000000101", "corrects": "00000000-0000-0000-0000-000000000100",
        "effective": "2027-01-01T00:00:00Z", "owner": 900, "bill": {"tariff": "stairs", "version": "2026", "currency": "EUR", "zone": "CET-1", "charge": "light", "title": "Light"}},
}

TASKS = [dict(SMALL["task"], do={"top_up": {"amount": "10", "channel": 1}}, start={"at": "2026-01-01T08:00:00+08:00"}, targets=["A1", {"target": "A2", "amount": "5.50"}]),
         dict(SMALL["task"], do={"set_tariff": {"tariff": "small", "replaces": "other", "from": "2026-02-01"}}, start="now"), dict(SMALL["task"], do={"set_alarm_amounts": ["50", "20"]}), dict(SMALL["task"], do={"switch": "off"}, start="now")]
for one in TASKS[:3]:
    one.pop("host")
CHARGES = [dict({key: value for key, value in SMALL["charge"].items() if key not in ("every", "from", "until", "due", "prorate", "accrual")}, once="2026-03-01", to="bill", accounts="all"),
           dict(SMALL["charge"], every={"weeks": 2}, accounts=["A1"])]

BILL_TARIFF = {"meterbill": 1, "id": "small", "version": "1", "currency": "CNY", "zone": "UTC0", "valid": {"from": "2026-01-01", "to": None},
               "inputs": {"energy": {"register": "import", "unit": "kWh"}}, "rounding": {"line": "none", "charge": "none", "bill": "none"},
               "charges": [{"id": "energy", "quantity": "energy", "rate": "1"}]}


def small_bill(*parts):
    """A bill of (version, days, kWh) at 1 each; one part is of one version."""
    def instant(day):
        return f"2026-01-{day:02}T00:00:00Z"
    ends = [1]
    for _, days, _ in parts:
        ends.append(ends[-1] + days)
    versions = [{"version": version, "hash": "0" * 64, "from": instant(begin), "to": instant(end), "total": str(quantity)}
                for (version, _, quantity), begin, end in zip(parts, ends, ends[1:])]
    lines = [{"charge": "energy", "title": "Energy", **({"version": part["version"]} if len(parts) > 1 else {}), "from": part["from"], "to": part["to"],
              "quantity": part["total"], "unit": "kWh", "rate": "1", "amount": part["total"], "rule": "plain", "flags": ["prorated"]} for part in versions]
    total = str(sum(quantity for _, _, quantity in parts))
    return {"meterbill": 1, "kind": "bill", "tariff": "small", **({"versions": versions} if len(parts) > 1 else {"version": parts[0][0], "hash": "0" * 64}),
            "currency": "CNY", "from": instant(1), "to": instant(ends[-1]), "flags": ["prorated"], "lines": lines,
            "charges": [{"id": "energy", "to": "power company", "amount": total}], "total": total}


BILLS = [small_bill(("1", 30, 100)), small_bill(("1", 10, 30), ("2", 20, 70)), small_bill(("1", 10, 30), ("1", 5, 1), ("2", 5, 70))]


def places(node):
    """Every list and object of a document with the keys of its members."""
    if isinstance(node, (dict, list)):
        yield node
        for value in node.values() if isinstance(node, dict) else node:
            yield from places(value)


def collect(documents):
    """What stands under every key of the documents, once each."""
    found = {}
    for document in documents:
        for place in places(document):
            for key, value in place.items() if isinstance(place, dict) else []:
                found.setdefault(key, {})[text_of(value)] = None
    return {key: list(values) for key, values in found.items()}


def some_value(chance, found, key):
    """A value as other documents have it, mostly under this key."""
    values = found.get(key)
    if values is None or chance.random() < 0.2:
        values = found[chance.choice(list(found))]
    return json.loads(chance.choice(values))


def change(chance, document, found):
    """One member deleted, renamed, replaced, added, or moved; in place."""
    place = chance.choice(list(places(document)))
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    what = chance.choice(["delete", "rename", "odd", "other", "other", "add"]) if keys else "add"
    key = chance.choice(keys) if keys else None
    if what == "add":
        if isinstance(place, dict):
            new = chance.choice(list(found))
            place[new] = some_value(chance, found, new)
        else:
            place.insert(chance.randint(0, len(place)), json.loads(text_of(chance.choice(place or ODD))))
    elif what == "delete":
        del place[key]
    elif what == "rename" and isinstance(place, dict):
        place[chance.choice(list(found) + [key + "x", ""])] = place.pop(key)
    elif what == "other":
        place[key] = some_value(chance, found, key)
    else:
        place[key] = json.loads(text_of(chance.choice(ODD)))


def mutants(kind, documents, count):
    """Seeded, so that a failure can be had again."""
    texts = [text_of(document) for document in documents]
    found = collect(documents)
    for n in range(count):
        chance = random.Random(f"{kind} {n}")
        document = json.loads(chance.choice(texts))
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            change(chance, document, found)
        yield document


def good_documents(driver, kind):
    if kind == "tariff":
        found = [case["tariff"] for _, case in golden()] + [json.loads(unit_table()[0])]
    elif kind == "facts":
        found = [bill["facts"] for _, case in golden() for bill in case.get("bills", []) if bill.get("facts") is not None]
    elif kind == "operations":
        found = ledger_documents()
    elif kind == "split":
        found = [request for request, _ in split_documents() if len(text_of(request)) < 2000]
    else:
        found = TASKS if kind == "task" else CHARGES if kind == "charge" else []
    found = [document for document in found if refusal_of(driver, kind, document) is None] + [SMALL[kind]]
    driver.ask("tariff", text_of(SMALL["tariff"]))
    return found


@pytest.mark.parametrize("kind", ["tariff", "usage", "facts", "position", "accounts", "operations", "heat_records", "heat_settlement", "places", "split", "billing_policy", "cycle", "alarms", "task", "charge"])
def test_changed_documents(whole_driver, kind):
    documents = good_documents(whole_driver, kind)
    assert compare(whole_driver, kind, SMALL[kind]) is None
    answers = [compare(whole_driver, kind, document) for document in mutants(kind, documents, MUTANTS * (10 if kind == "tariff" else 3))]
    taken = sum(answer is None for answer in answers)
    assert taken > len(answers) / 50 and len(answers) - taken > len(answers) / 4, f"{taken} of {len(answers)} were taken: the changes are no test"


def test_changed_people(whole_driver):
    test_changed_documents(whole_driver, "people")


# --- the examples ------------------------------------------------------------------------------------------------------------------------

def test_tariffs_of_the_examples(whole_driver):
    paths = sorted((ROOT / "examples").glob("*/tariffs/*.json"))
    assert len(paths) >= 3
    for path in paths:
        assert compare(whole_driver, "tariff", json.loads(path.read_text(encoding="utf-8"))) is None, path


def test_accounts_of_the_district(whole_driver, tmp_path):
    sources = [str(ROOT / "examples/district" / name) for name in ("district.c", "meters.c")]
    subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-o", str(tmp_path / "district"), *sources], check=True)
    subprocess.run([str(tmp_path / "district"), "7", str(tmp_path / "made"), "200"], check=True)
    assert compare(whole_driver, "accounts", json.loads((tmp_path / "made/accounts.json").read_text(encoding="utf-8"))) is None


def test_documents_of_the_guide_and_the_headers(whole_driver):
    """Whole documents that stand in the guide or in a header; the guide's positions are of a tariff that is not there."""
    kinds = []
    for path in sorted((ROOT / "examples/guide").glob("*.md")) + sorted((ROOT / "include/meterbill").glob("*.h")) + [ROOT / "README.md"]:
        text = path.read_text(encoding="utf-8").replace("\n * ", "\n")
        for block in re.findall(r"(?:```json\n|@code\{\.json\}\n)(.*?)(?:```|@endcode)", text, re.DOTALL):
            if not block.lstrip().startswith('{"meterbill"'):
                continue
            document = json.loads(block)
            kind = document.get("kind", "tariff")
            against = complaint(kind, document)
            assert against is None, f"{path.name}: {against}\n{block}"
            if kind != "position" and kind not in STORED:
                whole_driver.ask("tariff", text_of(SMALL["tariff"]))
                compare(whole_driver, kind, document)
            kinds.append(kind)
    assert {"usage", "facts", "position", "accounts"} <= set(kinds)
