#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The program meterbill from outside: cli.py PROGRAM SOURCE_ROOT. Exit codes, the JSON of every command, and every kind of bad input end
to end: exit 1, a message that names the place, and a store that is what it was."""

import contextlib
import decimal
import json
import os
import pathlib
import pty
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM, ROOT = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
TARIFFS = ROOT / "examples/district/tariffs"
TOU, WATER, HEAT = (TARIFFS / f"{name}.json" for name in ("jiangsu-residential-tou", "shanghai-residential-water", "xian-residential-heat"))
SPAN = ("--from", "2026-01-01", "--to", "2026-02-01")
BOM = b"\xef\xbb\xbf"


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def change(self, source, change, name="changed.json"):
        """A tariff with something changed in it."""
        document = json.loads(source.read_text(encoding="utf-8"))
        change(document)
        return self.write(name, json.dumps(document, ensure_ascii=False))

    def call(self, *arguments, **options):
        result = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, check=False, timeout=60, **options)
        self.assertGreaterEqual(result.returncode, 0, result.stderr)
        return result.returncode, result.stdout.decode(), result.stderr.decode()

    def done(self, *arguments, **options):
        code, out, err = self.call(*arguments, **options)
        self.assertEqual((code, err), (0, ""), out)
        return out

    def answer(self, kind, *arguments, **options):
        """The one JSON document of a command that succeeds."""
        document = json.loads(self.done(*arguments, "--json", **options))
        self.assertEqual((document["meterbill"], document["kind"]), (1, kind))
        return document

    def refused(self, status, *arguments, file=None, path=None, line=None, says=(), code=1, **options):
        """Refused in both forms: status, file and place in the JSON document, the same on stderr."""
        exit_code, out, err = self.call(*arguments, "--json", **options)
        self.assertEqual(exit_code, code, err)
        document = json.loads(out)
        self.assertEqual((document["meterbill"], document["kind"]), (1, "error"))
        statuses = (status,) if isinstance(status, str) else status
        self.assertIn(document["status"], ["MBILL_" + one for one in statuses], document)
        self.assertTrue(document["message"])
        if file is not None:
            self.assertEqual(document["file"], str(file))
        if path is not None:
            self.assertEqual(document.get("path"), path, document)
        if line is not None:
            self.assertEqual(document.get("line"), line, document)
        exit_code, out, err = self.call(*arguments, **options)
        self.assertEqual(exit_code, code)
        self.assertTrue(err.startswith("meterbill: "), err)
        self.assertIn(document["message"], err)
        for word in [str(file or ""), path or "", f"line {line}: " if line is not None else "", *says]:
            self.assertIn(word, err)
        self.assertNotIn(f"line {line}: line {line}: ", err)
        return document


class Program(Case):
    def test_version_and_help(self):
        self.assertRegex(self.done("version"), r"^meterbill \d+\.\d+\.\d+, libmeterbill \d+\.\d+\.\d+\n$")
        self.assertEqual(self.done("--version"), self.done("version"))
        document = self.answer("version", "version")
        self.assertEqual(document["version"], document["library"])
        self.assertIn("meterbill db close", self.done("help"))
        self.assertEqual(self.done("--help"), self.done("help"))
        self.assertNotIn("meterbill price", self.done("help", "db"))
        for words in ("usage: meterbill price TARIFF... READINGS", "--save-position FILE"):
            self.assertIn(words, self.done("price", "--help"))
        self.assertEqual(self.done("db", "close", "--help"), self.done("help", "db", "close"))
        self.assertIn({"option": "zone", "value": "RULE"}, [{key: one[key] for key in ("option", "value") if key in one}
                                                            for one in self.answer("help", "help", "db", "import")["commands"][0]["options"]])
        self.assertEqual([one["verb"] for one in self.answer("help", "help", "tariff")["commands"]], ["check", "show", "canon"])

    def test_usage(self):
        for arguments in ((), ("nothing",), ("db", "nothing"), ("db",), ("tariff", "check"), ("tariff", "show", TOU, TOU), ("version", "--zone", "CST-8"),
                          ("price", TOU, TOU, "--unknown"), ("price", TOU, TOU, TOU), ("price", TOU, TOU, TOU, "--change", "days"), ("price", TOU, TOU, "--change", "readings"),
                          ("price", TOU, TOU, TOU, "--change", "days", "--change-round", "0,up"), ("price", TOU, TOU, "--from"), ("price", TOU, TOU, "--from=1", "--from=2"),
                          ("tariff", "check", TOU, "--json=1"), ("help", "nothing"), ("price", TOU, "--", "--from", "a", "b")):
            with self.subTest(arguments=arguments):
                if "--" not in arguments and "--json=1" not in arguments:
                    self.refused("E_MISUSE", *arguments, code=2)
                self.assertEqual(self.call(*arguments)[0], 2)
        for arguments, word in ((("price", TOU), "READINGS"), (("db", "balance", "a.db"), "ACCOUNT"), (("tariff", "check"), "FILE")):
            self.refused("E_MISUSE", *arguments, code=2, says=[f"{word} is missing"])

    def test_progress_only_on_a_terminal(self):
        """A bar on stderr when it is a terminal, taken away at the end; what stands on stdout is the same."""
        master, slave = pty.openpty()
        db = self.folder / "p.db"
        self.done("db", "init", db)
        with os.fdopen(master, "rb", buffering=0) as terminal:
            result = subprocess.run([PROGRAM, "db", "import", db, TOU, WATER], stdout=subprocess.PIPE, stderr=slave, check=True)
            os.close(slave)
            shown = terminal.read(4096)
        self.assertIn(b"import [", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), shown)
        self.assertEqual(result.stdout.count(b"added"), 2)

    def test_output_that_cannot_be_written(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full here")
        with open("/dev/full", "wb") as full:
            result = subprocess.run([PROGRAM, "help"], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"standard output cannot be written", result.stderr)


class Tariff(Case):
    def test_check(self):
        document = self.answer("tariff_check", "tariff", "check", TOU, WATER, HEAT)
        self.assertEqual([one["id"] for one in document["tariffs"]], [path.stem for path in (TOU, WATER, HEAT)])
        for one in document["tariffs"]:
            self.assertRegex(one["hash"], "^[0-9a-f]{64}$")
        self.assertIn(document["tariffs"][0]["hash"], self.done("tariff", "check", TOU))

    def test_check_says_all_that_is_wrong(self):
        missing = self.folder / "missing.json"
        bad = self.write("bad.json", "{")
        code, out, err = self.call("tariff", "check", missing, TOU, bad)
        self.assertEqual(code, 1)
        self.assertIn(str(missing), err)
        self.assertIn(str(bad), err)
        self.assertIn("jiangsu-residential-tou", out)
        self.refused("E_NOT_FOUND", "tariff", "check", missing, TOU, bad, file=missing)

    def test_show(self):
        text = self.done("tariff", "show", TOU)
        for words in ("jiangsu-residential-tou, version 2012-07-01", "CST-8", "import in kWh", "mon-sun  00:00-08:00 valley, 08:00-21:00 peak, 21:00-24:00 valley",
                      "0.5583", "tier 2, 2760 to 4800 a year", "to grid company"):
            self.assertIn(words, text)
        self.assertIn("0.9 of volume", self.done("tariff", "show", WATER))
        self.assertIn("per month", self.done("tariff", "show", HEAT))
        document = self.answer("tariff_show", "tariff", "show", TOU)
        self.assertEqual(document["registers"], [{"register": "import", "unit": "kWh"}])
        self.assertEqual(document["document"]["charges"][0]["rate"], {"peak": "0.5583", "valley": "0.3583"})
        self.assertTrue(document["valid_from"].startswith("2012-07-01T00:00:00"))

    def test_show_weeks_as_json(self):
        """The same weeks as those for people: by calendar and season, seven days and the kinds of days that lists name."""
        weeks = self.answer("tariff_show", "tariff", "show", TOU)["weeks"]
        self.assertEqual([day["day"] for day in weeks[0]["days"]], ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
        self.assertEqual(weeks[0]["days"][6]["periods"], [{"from": "00:00", "to": "08:00", "period": "valley"}, {"from": "08:00", "to": "21:00", "period": "peak"},
                                                          {"from": "21:00", "to": "24:00", "period": "valley"}])
        self.assertNotIn("weeks", self.answer("tariff_show", "tariff", "show", WATER))

        def seasons(document):
            document["calendar"] = {"seasons": [{"name": "summer", "from": "07-01", "to": "10-01"}, {"name": "rest", "otherwise": True}],
                                    "days": [{"name": "event", "from_list": "event_days"}, {"name": "plain", "otherwise": True}],
                                    "periods": [{"name": "peak", "when": [{"season": "summer", "at": ["10:00-12:30"]}, {"day": "event"}]}, {"name": "valley", "otherwise": True}]}
        weeks = self.answer("tariff_show", "tariff", "show", self.change(TOU, seasons))["weeks"]
        self.assertEqual([week["season"] for week in weeks], ["summer", "rest"])
        self.assertEqual([day["day"] for day in weeks[1]["days"]][7:], ["event"])
        self.assertEqual(weeks[0]["days"][0]["periods"][1], {"from": "10:00", "to": "12:30", "period": "peak"})
        self.assertEqual(weeks[1]["days"][7]["periods"], [{"from": "00:00", "to": "24:00", "period": "peak"}])
        self.assertEqual(weeks[1]["days"][0]["periods"], [{"from": "00:00", "to": "24:00", "period": "valley"}])

    def test_show_hours(self):
        """A table of 7 x 24 hours that needs no colour; halves and quarters where a price changes there, a star where in between."""
        rows = {row[:3]: row[4:] for row in self.shown_hours(self.done("tariff", "show", TOU))}
        self.assertEqual(list(rows), ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
        self.assertEqual(set(rows.values()), {" ".join("V" * 8 + "P" * 13 + "V" * 3)})
        for window, first in (("00:00-08:30", "VV " * 8 + "VP"), ("00:00-08:45", "VVVV " * 8 + "VVVP"), ("00:00-08:20", "VVVV " * 8 + "V*PP")):
            def finer(document, window=window):
                document["calendar"]["periods"] = [{"name": "valley", "when": [{"at": [window]}]}, {"name": "peak", "otherwise": True}]
            text = self.done("tariff", "show", self.change(TOU, finer))
            self.assertTrue(self.shown_hours(text)[0][4:].startswith(first), text)
            self.assertIn(f"mon-sun  {window} valley", text)

    @staticmethod
    def shown_hours(text):
        return [line[2:] for line in text.split("\n") if line[2:6] in ("mon ", "tue ", "wed ", "thu ", "fri ", "sat ", "sun ") and line[6] != " "]

    def test_show_color(self):
        def colored(*arguments, **environment):
            return "\x1b[30;" in self.done("tariff", "show", TOU, *arguments, env={**os.environ, **environment})
        self.assertFalse(colored())
        self.assertFalse(colored("--color", "auto"))
        self.assertFalse(colored("--color=never"))
        self.assertTrue(colored("--color", "always"))
        self.assertTrue(colored("--color", "always", NO_COLOR="1"))
        for environment, expected in (({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)):
            master, slave = pty.openpty()
            environment = {**{key: value for key, value in os.environ.items() if key != "NO_COLOR"}, "TERM": "xterm", **environment}
            with os.fdopen(master, "rb", buffering=0) as terminal:
                process = subprocess.Popen([PROGRAM, "tariff", "show", TOU], stdout=slave, env=environment)
                shown = b""
                while b"sun " not in shown:
                    shown += terminal.read(4096)
                process.wait(timeout=60)
                os.close(slave)
            self.assertEqual(b"\x1b[30;" in shown, expected, environment)
        self.refused("E_MISUSE", "tariff", "show", TOU, "--color", "some", code=2, says=["auto, always or never"])

    def test_show_names_everything(self):
        """Inputs, and members that no table is made for."""
        text = self.done("tariff", "show", self.change(TOU, lambda d: d.update(buy={"step": "0.1", "how": "down", "period_at": "instant of purchase"})))
        self.assertRegex(text, r"inputs\n  energy +across_boundary prorate, register import, unit kWh")
        self.assertIn("buy  how down, period_at instant of purchase, step 0.1", text)

    def test_show_tables(self):
        """A rate that is no number and not by period says what it is, and its table stands below."""
        table = json.loads((ROOT / "tests/golden/table/H11_table.json").read_text(encoding="utf-8"))["tariff"]
        text = self.done("tariff", "show", self.write("table.json", json.dumps(table)))
        self.assertRegex(text, r"fixed .* by flow, table fixed  EUR")
        self.assertRegex(text, r"besides\n  tables fixed  \(")

    def test_canon(self):
        text = self.done("tariff", "canon", TOU)
        document = json.loads(text)
        self.assertEqual(list(document), sorted(document))
        self.assertNotIn(" \"", text.replace("\\\"", ""))
        self.assertEqual(self.done("tariff", "canon", self.write("canon.json", text)), text)
        answer = self.answer("tariff_canon", "tariff", "canon", TOU)
        self.assertEqual(answer["document"], document)
        self.assertEqual(answer["hash"], self.answer("tariff_show", "tariff", "show", TOU)["hash"])
        self.refused("E_NOT_FOUND", "tariff", "canon", self.folder / "none.json", file=self.folder / "none.json")

    def test_show_rules(self):
        """What the rows of rates do not say stands below them, whatever it is."""
        def rules(document):
            document["inputs"]["persons"] = {"fact": "persons", "unit": "1"}
            document["charges"][1]["tiers"]["add"] = {"for_each": "persons", "above": "4", "to_bounds": "6"}
            document["charges"][1]["tiers"]["when_bounds_move"] = "count_total"
            document["charges"].append({"id": "basic", "quantity": "one", "rate": {"by_tier_of": "ladder", "values": ["910", "1600", "7300"]},
                                        "only_if": {"total": "energy", "above": "300"}})
        text = self.done("tariff", "show", self.change(TOU, rules))
        for words in ("rounding  line none, charge half_up to 0.01, bill none", "across periods", "add (above 4, for_each persons, to_bounds 6)",
                      "tier 2 of ladder", "1600", "only_if  above 300, total energy"):
            self.assertIn(words, text)

    def test_show_ladders(self):
        """Bounds, fees and packs stand beside their rates."""
        def ladder(**tiers):
            def change(document):
                document.pop("calendar")
                document["inputs"]["energy"].pop("across_boundary")
                document["buy"] = {"step": "1", "how": "down"}
                document["charges"] = [{"id": "energy", "quantity": "energy", "rate": ["1", "2"], "tiers": {"how": "graduated", **tiers}}]
            return self.done("tariff", "show", self.change(TOU, change))
        self.assertRegex(ladder(over="bill", bounds=["10"], fee={"values": ["2", "3"], "due": "entered"}),
                         r"tier 1, up to 10 a bill, fee 2 +1  CNY/kWh\n +tier 2, above 10 a bill, fee 3 +2  CNY/kWh")
        self.assertIn("tier 2, above 10 a bill, packs of 5", ladder(over="bill", bounds=["10"], pack=["1", "5"]))
        self.assertIn("tier 1, up to 10 a month of purchases", ladder(over="purchases", bounds=["10"]))

        def seasons(document):
            document["calendar"]["seasons"] = [{"name": "summer", "from": "07-01", "to": "10-01"}, {"name": "rest", "otherwise": True}]
            document["charges"][1]["tiers"]["bounds"] = {"summer": ["260", "600"], "rest": ["200", "400"]}
        text = self.done("tariff", "show", self.change(TOU, seasons))
        for words in ("tier 1, rest up to 200, summer up to 260", "tier 2, rest 200 to 400, summer 260 to 600", "tier 3, rest above 400, summer above 600"):
            self.assertIn(words, text)

    def test_show_seasons(self):
        def seasons(document):
            document["calendar"] = {
                "seasons": [{"name": "summer", "from": "07-01", "to": "10-01"}, {"name": "rest", "otherwise": True}],
                "days": [{"name": "event", "from_list": "event_days"}, {"name": "weekend", "weekdays": ["sat", "sun"]}, {"name": "workday", "otherwise": True}],
                "periods": [{"name": "peak", "when": [{"season": "summer", "at": ["10:00-12:00"]}, {"day": "workday", "at": ["18:00-20:00"]}]},
                            {"name": "valley", "otherwise": True}]}
        text = self.done("tariff", "show", self.change(TOU, seasons))
        self.assertIn("sat-sun  00:00-10:00 valley, 10:00-12:00 peak, 12:00-24:00 valley", text)
        self.assertIn("season summer", text)
        self.assertRegex(text, r"week of 2012-10-01, season rest\n  mon-fri  00:00-18:00 valley, 18:00-20:00 peak, 20:00-24:00 valley\n  sat-sun  00:00-24:00 valley")
        self.assertIn("\n  event V V V V V V V V V V P P V V V V V V V V V V V V\n", text)
        self.assertRegex(text, r"event +from_list event_days\n +weekend +weekdays \(sat, sun\)\n +workday +all others")

    def test_terminal_commands_are_not_passed_on(self):
        path = self.change(TOU, lambda d: d.update(title="title \u009b31m \u202f ok"))
        self.assertIn("title ?31m", self.done("tariff", "show", path))

    def refuse(self, change, status, path, says=()):
        file = self.change(TOU, change)
        for verb in ("check", "show"):
            document = self.refused(status, "tariff", verb, file, file=file, says=says)
            self.assertRegex(document["path"], f"^{path}", document)

    def test_unknown_key(self):
        self.refuse(lambda d: d["charges"][0].update(rates="1"), "E_UNKNOWN_KEY", "/charges/0", ["rates"])
        self.refuse(lambda d: d.update(titel="x"), "E_UNKNOWN_KEY", "/?", ["titel"])

    def test_too_many_digits(self):
        self.refuse(lambda d: d["charges"][0]["rate"].update(peak="0.5583000001"), "E_DIGITS", "/charges/0/rate/peak$", ["0.5583000001"])

    def test_float(self):
        self.refuse(lambda d: d["charges"][0]["rate"].update(peak=0.5583), ("E_TYPE", "E_NUMBER", "E_SYNTAX"), "/charges/0/rate/peak$", ["text"])

    def test_bounds_not_rising(self):
        self.refuse(lambda d: d["charges"][1]["tiers"].update(bounds=["2760", "2760"]), ("E_ORDER", "E_INVALID", "E_RANGE"), "/charges/1/tiers/bounds", ["2760"])

    def test_uncovered_minute(self):
        self.refuse(lambda d: d["calendar"]["periods"][1]["when"][0].update(at=["21:01-08:00"]), "E_COVERAGE", "/calendar", ["21:00"])

    def test_minute_covered_twice(self):
        self.refuse(lambda d: d["calendar"]["periods"][1]["when"][0].update(at=["20:59-08:00"]), "E_COVERAGE", "/calendar", ["20:59"])

    def test_files_that_are_no_tariffs(self):
        text = TOU.read_bytes()
        for name, content, statuses in (("empty", b"", ("E_SYNTAX",)), ("truncated", text[:len(text) // 2], ("E_SYNTAX",)), ("bom", BOM + text, ("E_ENCODING",)),
                                        ("binary", bytes(range(256)) * 8, ("E_ENCODING", "E_SYNTAX")), ("nul", text.replace(b"Jiangsu", b"Jian\0gsu", 1), ("E_ENCODING", "E_SYNTAX")),
                                        ("latin", text.replace(b"Jiangsu", b"Ji\xe4ngsu", 1), ("E_ENCODING",)), ("trailing", text + b"{}", ("E_SYNTAX",))):
            with self.subTest(name):
                file = self.write(name, content)
                self.refused(statuses, "tariff", "check", file, file=file)

    def test_files_that_cannot_be_read(self):
        self.refused("E_NOT_FOUND", "tariff", "show", self.folder / "no\nsuch.json", says=["No such file or directory", "no?such.json"])
        self.refused("E_IO", "tariff", "show", self.folder, file=self.folder, says=["directory"])


class Heat(Case):
    def test_usage(self):
        pair = ("--volume", "1", "--flow", "70", "--return", "50")
        for arguments, says in ((("heat", "coefficient", "--flow", "70", "--return", "50"), "--side is missing"), (("heat", "coefficient", "--side", "flow", "--return", "50"), "--flow"),
                                (("heat", "coefficient", "--flow", "70", "--return", "50", "--side", "inlet"), "expected flow or return"), (("heat", "water"), "--temperature"),
                                (("heat", "energy", *pair), "--side"), (("heat", "energy", *pair, "--side", "flow", "--unit", "GJ"), "expected kWh or MJ"),
                                (("heat", "energy", "records.json", *pair), "does not go with a document"), (("heat", "settle"), "SETTLEMENT"), (("convert", "1", "kWh"), "TO is missing"),
                                (("convert", "1", "kWh", "MJ", "--round", "1"), "--round"), (("heat", "coefficient", "--flow", "hot", "--return", "50", "--side", "flow"), "--flow")):
            with self.subTest(arguments=arguments):
                self.refused("E_MISUSE", *arguments, code=2, says=[says])

    def test_refused(self):
        self.refused("E_NUMBER", "convert", "1,5", "kWh", "MJ", says=["1,5"])
        self.refused("E_NOT_FOUND", "convert", "1", "kWh", "BTU", says=["BTU"])
        self.refused("E_RANGE", "heat", "energy", "--volume", "1", "--flow", "70", "--return", "50", "--side", "flow", "--pressure", "0", says=["the pressure"])
        missing = self.folder / "missing.json"
        for verb in ("energy", "settle"):
            self.refused("E_NOT_FOUND", "heat", verb, missing, file=missing)
            self.refused("E_SYNTAX", "heat", verb, self.write("bad.json", "{"))

    def test_a_meter_goes_on(self):
        """The registers of one answer are the next document's \"before\"; crossed times are refused by record."""
        meter = {"side": "flow", "unit": "MJ"}
        hours = [{"start": f"2026-01-01T{hour:02}:00:00Z", "end": f"2026-01-01T{hour + 1:02}:00:00Z", "volume": f"0.{hour}7", "flow": f"{50 + hour}", "return": "31.5"} for hour in range(6)]

        def document(rows, **more):
            return self.write("records.json", json.dumps({"meterbill": 1, "kind": "heat_records", "meter": meter, "records": rows, **more}))
        whole = self.answer("heat_energy", "heat", "energy", document(hours))
        first = self.answer("heat_energy", "heat", "energy", document(hours[:2]))
        rest = self.answer("heat_energy", "heat", "energy", document(hours[2:], before=first["registers"]))
        self.assertEqual(rest["registers"], whole["registers"])
        self.assertEqual(first["records"] + rest["records"], whole["records"])
        self.refused("E_ORDER", "heat", "energy", document(hours[1:], before=first["registers"]), says=["before the one before it ends"])


def usage(start, end, *inputs):
    return json.dumps({"meterbill": 1, "kind": "usage", "from": start, "to": end, "inputs": list(inputs)})


class Price(Case):
    def test_usage_document_and_position(self):
        first = self.write("u1.json", usage("2026-01-01", "2026-03-01", {"register": "import", "periods": {"peak": "500", "valley": "700"}}))
        state = self.folder / "position.json"
        document = self.answer("price", "price", TOU, first, "--save-position", state)
        self.assertEqual(document["bill"]["total"], "529.96")
        self.assertEqual(document["bill"]["kind"], "bill")
        self.assertEqual(document["position"]["ladders"][0]["used"], "1200")
        self.assertEqual(json.loads(state.read_text()), document["position"])
        self.assertEqual([path.name for path in self.folder.glob("position*")], ["position.json"])
        second = self.write("u2.json", usage("2026-03-01", "2026-05-01", {"register": "import", "periods": {"peak": "1000", "valley": "1000"}}))
        document = self.answer("price", "price", TOU, second, "--position", state, "--save-position", state)
        self.assertEqual(document["bill"]["total"], "938.6")  # 1000 x 0.5583 + 1000 x 0.3583 + 440 x 0.05
        self.assertEqual(json.loads(state.read_text())["ladders"][0]["used"], "3200")
        kept = state.read_bytes()
        self.refused("E_POSITION", "price", TOU, second, "--position", state, "--save-position", state, file=state)
        self.assertEqual(state.read_bytes(), kept)
        text = self.done("price", TOU, first)
        for words in ("energy, peak", "500  kWh  x  0.5583  =  279.15", "total", "529.96  CNY", "to grid company"):
            self.assertIn(words, text)

    def test_converted(self):
        """A quantity in another unit says what it was counted in; a bill that says so is read again."""
        case = json.loads((ROOT / "tests/golden/heat/H09_gj.json").read_text(encoding="utf-8"))
        tariff, first, facts = (self.write(f"{name}.json", json.dumps(document)) for name, document in
                                (("tariff", case["tariff"]), ("usage", case["bills"][0]["usage"]), ("facts", case["bills"][0]["facts"])))
        answer = self.answer("price", "price", tariff, first, "--facts", facts)
        lines = answer["bill"]["lines"]
        self.assertEqual([line.get("converted") for line in lines], [None, "kWh x 9/2500"])
        self.assertEqual([line["unit"] for line in lines], ["m2", "GJ"])
        bill = self.write("bill.json", json.dumps(answer["bill"]))
        correction = self.answer("price", "price", tariff, first, "--facts", facts, "--correct", bill)["correction"]
        self.assertEqual(correction["lines"], [])

    def test_correction(self):
        """Billed 500 x 0.5583 = 279.15, used 450 x 0.5583 = 251.235, 251.24 to the cent: 27.91 too much."""
        first = self.write("u1.json", usage("2026-01-01", "2026-03-01", {"register": "import", "periods": {"peak": "500", "valley": "700"}}))
        again = self.write("u2.json", usage("2026-01-01", "2026-03-01", {"register": "import", "periods": {"peak": "450", "valley": "700"}}))
        answer = self.answer("price", "price", TOU, first)
        whole, bare = self.write("answer.json", json.dumps(answer)), self.write("bill.json", json.dumps(answer["bill"]))
        for old in (whole, bare):
            document = self.answer("price", "price", TOU, again, "--correct", old)
            correction = document["correction"]
            self.assertEqual((correction["kind"], correction["total"]), ("bill", "-27.91"))
            self.assertEqual(document["bill"]["total"], "502.05")
            self.assertEqual([(line["charge"], line["quantity"], line["rate"], line["amount"], line["flags"]) for line in correction["lines"]], [
                ("energy", "-50", "0.5583", "-27.915", ["correction"]),
                ("energy", "0.005", "1", "0.005", ["correction"]),  # the charge is rounded to the cent
                ("ladder", "-50", "0", "0", ["correction"])])
        self.assertIn("correction", self.done("price", TOU, again, "--correct", bare))
        self.assertEqual(self.answer("price", "price", TOU, first, "--correct", bare)["correction"]["lines"], [])
        later = self.write("u3.json", usage("2026-01-01", "2026-04-01", {"register": "import", "periods": {"peak": "450", "valley": "700"}}))
        state = self.folder / "state.json"
        self.refused("E_INVALID", "price", TOU, later, "--correct", bare, "--save-position", state, file=bare, says=["span"])
        self.assertFalse(state.exists())
        answer["bill"]["total"] = "1"
        self.refused("E_INVALID", "price", TOU, again, "--correct", self.write("bad.json", json.dumps(answer)), path="/bill", says=["total"])
        answer["bill"]["lines"][0]["rate"] = 0.5
        self.refused(("E_NUMBER", "E_SYNTAX"), "price", TOU, again, "--correct", self.write("bad.json", json.dumps(answer)), says=["0.5"])
        self.refused("E_NOT_FOUND", "price", TOU, again, "--correct", self.folder / "none.json", file=self.folder / "none.json")

    def test_facts(self):
        month = self.write("u.json", usage("2026-01-01", "2026-02-01", {"register": "heat", "total": "1000"}))
        facts = self.write("facts.json", json.dumps({"meterbill": 1, "kind": "facts", "facts": {"area": "89.5"}}))
        self.assertEqual(self.answer("price", "price", HEAT, month, "--facts", facts)["bill"]["total"], "267.73")  # 155.73 + 112
        self.refused("E_NOT_KNOWN", "price", HEAT, month, says=["area"])
        bad = self.write("bad.json", json.dumps({"meterbill": 1, "kind": "facts", "facts": {"area": 89.5}}))
        self.refused(("E_TYPE", "E_NUMBER", "E_SYNTAX"), "price", HEAT, month, "--facts", bad, file=bad, path="/facts/area")

    def csv(self, *rows, header="time,value", end="\n"):
        return self.write("readings.csv", end.join([header, *rows]) + end)

    def test_register_readings(self):
        file = self.csv("2026-01-01T00:00,10", "2026-01-15T00:00,20", "2026-02-01T00:00,25.5")
        self.assertEqual(self.answer("price", "price", WATER, file, *SPAN)["bill"]["total"], "53.48")  # 15.5 x 1.92 + 13.95 x 1.70 = 29.76 + 23.715
        self.assertEqual(self.answer("price", "price", WATER, file, *SPAN, "--multiplier", "10")["bill"]["lines"][0]["quantity"], "155")
        crlf = self.csv("M1,volume,2026-01-01 00:00,10", "M1,volume,2026-01-31T16:00:00Z,25.5", header="meter,register,time,value", end="\r\n")
        self.assertEqual(self.answer("price", "price", WATER, crlf, *SPAN)["bill"]["total"], "53.48")

    def test_rollover_and_replacement(self):
        file = self.csv("2026-01-01T00:00,99990,", "2026-01-15T00:00,5,rollover", "2026-01-20T00:00,9,removed", "2026-01-20T00:00,100,installed", "2026-02-01T00:00,101,",
                        header="time,value,mark")
        bill = self.answer("price", "price", WATER, file, *SPAN, "--modulus", "100000")["bill"]
        self.assertEqual(bill["lines"][0]["quantity"], "20")

    def test_intervals(self):
        file = self.csv("2026-01-01T00:00,2026-01-16T00:00,5,", "2026-01-16T00:00,2026-02-01T00:00,10.5,estimated", header="start,end,quantity,quality")
        bill = self.answer("price", "price", WATER, file, *SPAN)["bill"]
        self.assertEqual((bill["total"], bill["flags"]), ("53.48", ["estimated"]))
        self.refused("E_MISUSE", "price", WATER, file, *SPAN, "--modulus", "100", code=2)

    def test_gap(self):
        file = self.csv("2026-01-01T00:00,2026-01-16T00:00,5", "2026-01-17T00:00,2026-02-01T00:00,10", header="start,end,quantity")
        self.refused("E_GAP", "price", WATER, file, *SPAN, file=file, says=["2026-01-16"])
        bill = self.answer("price", "price", WATER, file, *SPAN, "--allow-gaps")["bill"]
        self.assertEqual(bill["flags"], ["incomplete"])

    def test_options_and_readings_must_agree(self):
        file = self.csv("2026-01-01T00:00,10", "2026-02-01T00:00,25.5")
        month = self.write("u.json", usage("2026-01-01", "2026-02-01", {"register": "volume", "total": "1000"}))
        for arguments in ((file,), (file, "--from", "2026-01-01"), (file, "--from", "yesterday", "--to", "2026-02-01"), (month, *SPAN), (month, "--modulus", "100"),
                          (file, *SPAN, "--modulus", "-1"), (file, *SPAN, "--multiplier", "0"), (file, *SPAN, "--multiplier", "1e3")):
            with self.subTest(arguments=arguments):
                self.refused("E_MISUSE", "price", WATER, *arguments, code=2)

    def refuse(self, status, line, *rows, header="time,value", says=(), tariff=WATER, more=SPAN):
        file = self.csv(*rows, header=header)
        return self.refused(status, "price", tariff, file, *more, file=file, line=line, says=says)

    def test_bad_rows(self):
        self.refuse("E_ORDER", 3, "2026-01-02T00:00,10", "2026-01-01T00:00,11")
        self.refuse("E_REGRESSED", 4, "2026-01-01T00:00,10", "2026-01-02T00:00,11", "2026-02-01T00:00,9.5", says=["9.5"])
        self.refuse("E_NUMBER", 3, "2026-01-01T00:00,10", "2026-01-02T00:00,1O", says=["1O"])
        self.refuse("E_DIGITS", 2, "2026-01-01T00:00,10.0000001")
        self.refuse("E_DATE", 2, "01.02.2026,10")
        self.refuse(("E_SYNTAX", "E_MISSING_KEY"), 3, "2026-01-01T00:00,10", "2026-01-02T0")
        self.refuse(("E_SYNTAX", "E_MISSING_KEY", "E_UNKNOWN_KEY"), 1, "2026-01-01T00:00;10", header="time;value", says=[";"])
        self.refuse("E_UNKNOWN_KEY", 1, "2026-01-01T00:00,10,x", header="time,value,colour", says=["colour"])
        self.refuse("E_NOT_FOUND", 2, "export,2026-01-01T00:00,10", header="register,time,value", says=["export", "expected one of: volume"])
        self.refuse("E_GAP", 1, says=["no readings"])
        self.refuse("E_INVALID", 3, "M1,2026-01-01T00:00,10", "M2,2026-01-01T00:00,10", header="meter,time,value", says=["M1", "M2"])

    def test_hour_that_does_not_exist(self):
        tariff = self.change(WATER, lambda d: d.update(zone="CET-1CEST,M3.5.0,M10.5.0/3"))
        rows = ("2026-03-01T00:00,10", "2026-03-29T02:30,11", "2026-04-01T00:00,12")
        self.refuse("E_NO_SUCH_TIME", 3, *rows, tariff=tariff, more=("--from", "2026-03-01", "--to", "2026-04-01"))
        twice = ("2026-10-01T00:00,10", "2026-10-25T02:30,11", "2026-11-01T00:00,12")
        self.refuse("E_AMBIGUOUS_TIME", 3, *twice, tariff=tariff, more=("--from", "2026-10-01", "--to", "2026-11-01"))

    def test_register_column_is_needed(self):
        def second(document):
            document["inputs"]["hot"] = {"register": "hot", "unit": "m3"}
            document["charges"].append({"id": "hot", "quantity": "hot", "rate": "1"})
        file = self.csv("2026-01-01T00:00,10", "2026-02-01T00:00,25.5")
        self.refused("E_MISSING_KEY", "price", self.change(WATER, second), file, *SPAN, file=file, line=1, says=["hot"] * 0)

    def test_files_that_are_no_readings(self):
        good = b"time,value\n2026-01-01T00:00,10\n2026-02-01T00:00,25.5\n"
        for name, content, line in (("empty.csv", b"", 1), ("bom.csv", BOM + good, 1), ("binary.csv", bytes(range(1, 256)) * 8, 1), ("nul.csv", good.replace(b"10", b"1\0"), 2),
                                    ("latin.csv", good.replace(b"10", b"1\xe4"), 2), ("cut.csv", good[:-9] + b'"', 3)):
            with self.subTest(name):
                file = self.write(name, content)
                document = self.refused(("E_ENCODING", "E_SYNTAX", "E_MISSING_KEY", "E_NUMBER"), "price", WATER, file, *SPAN, file=file)
                self.assertEqual(document.get("line", line), line)
        bom = self.write("bom.json", BOM + usage("2026-01-01", "2026-02-01", {"register": "volume", "total": "1"}).encode())
        self.refused("E_ENCODING", "price", WATER, bom, file=bom)

    def test_position_that_cannot_be_saved(self):
        month = self.write("u.json", usage("2026-01-01", "2026-02-01", {"register": "volume", "total": "10"}))
        self.refused("E_NOT_FOUND", "price", WATER, month, "--save-position", self.folder / "none" / "p.json", says=["No such file"])
        state = self.write("p.json", "before")
        small = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))}
        self.refused("E_FULL", "price", WATER, month, "--save-position", state, file=state, says=["File too large"], **small)
        self.assertEqual(state.read_text(), "before")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["p.json", "u.json"])


def account(number, tariff, register, unit, facts=None, modulus="100000"):
    return {"id": f"A{number}", **({"facts": facts} if facts else {}), "contracts": [{"tariff": tariff, "from": "2026-01-01", "to": None, "meters": [
        {"id": f"M{number}", "registers": [{"register": register, "unit": unit, "modulus": modulus, "multiplier": "1"}]}]}]}


PREPAID = {"meterbill": 1, "id": "prepaid", "version": "1", "currency": "ZAR", "zone": "SAST-2", "valid": {"from": "2026-01-01", "to": None},
           "inputs": {"energy": {"register": "import", "unit": "kWh"}}, "rounding": {"line": "none", "charge": "none", "bill": "none"},
           "buy": {"step": "0.1", "how": "down"},
           "charges": [{"id": "energy", "quantity": "energy", "rate": ["1", "2"], "tiers": {"over": "purchases", "how": "graduated", "bounds": ["100"]}}]}


class Buy(Case):
    def setUp(self):
        super().setUp()
        self.tariff = self.write("prepaid.json", json.dumps(PREPAID))

    def test_buy(self):
        saved = self.folder / "position.json"
        text = self.done("buy", self.tariff, "--money", "80", "--at", "2026-06-03T10:00", "--save-position", saved)
        self.assertTrue(text.startswith("80.00 buys 80 kWh, change 0.00\n"), text)
        answer = self.answer("buy", "buy", self.tariff, "--money=80.1", "--at=2026-06-04", "--position", saved)
        self.assertEqual((answer["money"], answer["quantity"], answer["unit"], answer["change"]), ("80.1", "50", "kWh", "0.1"))
        self.assertEqual(answer["bill"]["total"], "80")
        self.assertEqual(answer["position"]["ladders"], [{"charge": "energy", "from": "2026-06-01", "used": "130"}])
        self.assertEqual(json.loads(saved.read_text())["ladders"][0]["used"], "80")

    def test_now(self):
        self.assertTrue(self.done("buy", self.tariff, "--money", "10").startswith("10.00 buys 10 kWh"))

    def test_usage(self):
        at = ("--at", "2026-06-03")
        self.refused("E_MISUSE", "buy", self.tariff, code=2, says=["--money is missing"])
        self.refused("E_MISUSE", "buy", self.tariff, "--money", "0", *at, code=2, says=["more than 0"])
        self.refused("E_MISUSE", "buy", self.tariff, "--money", "ten", *at, code=2, says=["--money"])
        self.refused("E_MISUSE", "buy", self.tariff, "--money", "1", "--at", "noon", code=2, says=["--at"])
        self.refused("E_MISUSE", "buy", self.tariff, "--money", "1", "--from", "2026-01-01", code=2, says=["--from"])
        self.refused("E_MISUSE", "buy", "--money", "1", code=2, says=["TARIFF is missing"])

    def test_refused(self):
        def changed(name, **members):
            return self.write(name, json.dumps({**PREPAID, **members}))
        flat = {"id": "energy", "quantity": "energy", "rate": "1"}
        falls = dict(PREPAID["charges"][0], rate=["2", "1"], tiers={"over": "bill", "how": "whole", "bounds": ["100"], "bound_belongs": "below"})
        unsaid = {key: value for key, value in PREPAID.items() if key != "buy"}
        at = ("--money", "10", "--at", "2026-06-03")
        for tariff, status, word in ((self.write("a.json", json.dumps({**unsaid, "charges": [flat]})), "E_NOT_FOUND", '"buy"'),
                                     (self.write("b.json", json.dumps(unsaid)), "E_AMBIGUOUS", "counts purchases"),
                                     (changed("c.json", charges=[dict(flat, rate="0")]), "E_RANGE", "does not rise"),
                                     (changed("d.json", charges=[falls]), "E_AMBIGUOUS", "100 kWh cost 200, but 100.1 kWh cost 100.1"),
                                     (changed("e.json", charges=[flat, {"id": "fixed", "quantity": "one", "rate": "11"}]), "E_RANGE", "11 is due without any quantity"),
                                     (changed("f.json", charges=[dict(flat, rate="-1")]), "E_AMBIGUOUS", "never falls"),
                                     (changed("g.json", charges=[dict(flat, quantity={"product": ["energy", "days"]})]), "E_BOUNDARY", "days")):
            self.refused(status, "buy", tariff, *at, file=tariff, says=[word])
        self.refused("E_UNCOVERED", "buy", self.tariff, "--money", "10", "--at", "2025-06-03", file=self.tariff)
        position = self.folder / "position.json"
        self.done("buy", self.tariff, *at, "--save-position", position)
        self.refused("E_POSITION", "buy", self.tariff, "--money", "10", "--at", "2026-06-02", "--position", position, file=position)
        self.refused("E_NOT_FOUND", "buy", self.tariff, *at, "--facts", self.folder / "none.json", file=self.folder / "none.json")


class MeterTables(Case):
    def test_make_and_verify(self):
        at = ("--at", "2026-07-01", "--to", "2027-01-01")
        answer = self.answer("meter_tables", "meter-tables", TOU, *at)
        self.assertEqual((answer["rates"], answer["switch"]), (["0.3583", "0.5583"], "2026-07-01T00:00:00+08:00"))
        self.assertEqual(answer["hash"], json.loads(self.done("tariff", "check", TOU, "--json"))["tariffs"][0]["hash"])
        tables = self.write("tables.json", json.dumps(answer))
        self.assertEqual(self.answer("verified", "meter-tables", TOU, "--verify", tables)["days"], 184)
        self.assertIn("184 days price as the tariff does", self.done("meter-tables", TOU, "--verify", tables))
        other = self.change(TOU, lambda d: d["charges"][0]["rate"].update(peak="0.5584"))
        self.refused("E_METER_TABLES", "meter-tables", other, "--verify", tables, file=tables, says=["2026-07-01 at 08:00"])
        self.assertIn("040502ff  8335000083550000\n", self.done("meter-tables", TOU, *at))

    def test_refused(self):
        at = ("--at", "2026-07-01")
        self.refused("E_MISUSE", "meter-tables", TOU, code=2, says=["--at is missing"])
        self.refused("E_METER_TABLES", "meter-tables", WATER, *at, file=WATER, says=["another unit than kWh"])
        profile = self.write("profile.json", json.dumps({"meterbill": 1, "kind": "meter_profile", "slots": 15}))
        self.refused("E_RANGE", "meter-tables", TOU, *at, "--profile", profile, file=profile, path="/slots")
        blocks = self.write("blocks.json", json.dumps({"meterbill": 1, "kind": "meter_tables", "from": "2026-01-01", "to": "2026-02-01", "blocks": [{"di": "00010000", "data": "00"}]}))
        self.refused("E_NOT_FOUND", "meter-tables", TOU, "--verify", blocks, file=blocks, path="/blocks/0")


class Token(Case):
    """Keys come from a private file or standard input; what a request lacks is named."""

    KEY = "00112233445566778899aabbccddeeff"
    CREDIT = {"meterbill": 1, "kind": "token_request", "protocol": "sts", "make": "credit", "key": "m", "of": "water", "amount": "25.6", "issued": "2026-01-05T08:00:00Z", "random": 3}

    def setUp(self):
        super().setUp()
        self.keys = json.dumps({"meterbill": 1, "kind": "token_keys", "keys": [{"name": "m", "protocol": "sts", "cipher": "EA11", "base": 2014, "key": self.KEY}]})
        self.file = self.write("keys.json", self.keys)
        self.file.chmod(0o600)
        self.request = self.write("request.json", json.dumps(self.CREDIT))

    def test_make_and_read(self):
        token = self.answer("token", "token", "make", self.request, "--keys", self.file)["tokens"][0]
        self.assertEqual((token["amount"], token["base"], token["issued"]), ("25.6", 2014, "2026-01-05T08:00:00Z"))
        read = json.dumps({"meterbill": 1, "kind": "token_request", "protocol": "sts", "token": token.pop("digits")})
        answer = self.answer("token", "token", "read", "--keys", self.file, input=read.encode())
        self.assertEqual((answer["token"], answer["key"]), (token, "m"))
        self.assertEqual(self.answer("token", "token", "read", self.write("read.json", read), "--keys", "-", input=self.keys.encode()), answer)
        self.assertIn("token of key m\n  says           credit\n", self.done("token", "read", "--keys", self.file, input=read.encode()))

    def core_limit_with(self, secret, *words, **more):
        """The size of a core file of a program that waits for its secret, after it got it and a wrong request, or all there was."""
        def allow():
            resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
        running = subprocess.Popen([str(PROGRAM), *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=allow, **more)
        limits, size = pathlib.Path(f"/proc/{running.pid}/limits"), None
        for _ in range(500):
            size = next(line.split()[4] for line in limits.read_text(encoding="ascii").splitlines() if line.startswith("Max core file size"))
            if size == "0":
                break
            time.sleep(0.01)
        running.communicate(secret, timeout=20)
        return size

    @unittest.skipUnless(pathlib.Path("/proc/self/limits").exists() and resource.getrlimit(resource.RLIMIT_CORE)[1] != 0, "nobody says how large a core file may be, or none may")
    def test_no_core_file_with_secrets(self):
        self.assertEqual(self.core_limit_with(self.keys.encode(), "token", "make", self.request, "--keys", "-"), "0")
        with_key = ("command", "sign", self.write("trip.json", "{}"), "--realm", "demo", "--key", "fd:0")
        self.assertEqual(self.core_limit_with(b"ab" * 32, *with_key), "0")

    def test_private_keys(self):
        for mode in (0o640, 0o604, 0o644):
            self.file.chmod(mode)
            self.refused("E_INVALID", "token", "make", self.request, "--keys", self.file, file=self.file, says=[f"mode {mode:o}"])
        self.refused("E_MISUSE", "token", "make", self.request, code=2, says=["--keys is missing"])
        self.refused("E_MISUSE", "token", "make", "--keys", "-", code=2, says=["standard input"])
        self.refused("E_NOT_FOUND", "token", "make", self.request, "--keys", self.folder / "none", file=self.folder / "none")

    def test_no_key_is_told(self):
        """Whatever is wrong with keys, no message repeats them."""
        document = json.loads(self.keys)
        for change in ({"key": self.KEY[:-1]}, {"key": self.KEY + "0"}, {"key": "z" + self.KEY[1:]}, {"vending_key": self.KEY}, {"base": 2000}, {"cipher": "EA07"}, {"other": self.KEY}, {"name": "a b"}):
            wrong = self.write("wrong.json", json.dumps({**document, "keys": [{**document["keys"][0], **change}]}))
            wrong.chmod(0o600)
            for form in ([], ["--json"]):
                code, out, err = self.call("token", "make", self.request, "--keys", wrong, *form)
                self.assertEqual(code, 1, change)
                self.assertNotIn(self.KEY[1:12], out + err)
        out = self.done("token", "make", self.write("change.json", json.dumps({"meterbill": 1, "kind": "token_request", "protocol": "sts", "make": "key_change", "key": "m", "new_key": "m",
            "key_expiry": 255, "key_revision": 1, "key_type": 2, "roll_over": True, "tariff_index": 1, "supply_group": 123456})), "--keys", self.file, "--json")
        self.assertNotIn(self.KEY[:8], out)
        self.assertEqual([one["section"] for one in json.loads(out)["tokens"]], [1, 2, 3, 4])


class DaysLeft(Case):
    def setUp(self):
        super().setUp()
        charges = [{"id": "energy", "quantity": "energy", "rate": ["1", "2"], "tiers": {"over": "month", "how": "graduated", "bounds": ["100"]}}]
        self.document = {**{key: value for key, value in PREPAID.items() if key != "buy"}, "charges": charges}
        self.tariff = self.write("tariff.json", json.dumps(self.document))

    def test_days_left(self):
        at = ("--at", "2026-01-01")
        self.assertEqual(self.done("days-left", self.tariff, "--balance", "310", "--use", "10", *at), "20 days, until 2026-01-21T12:00:00+02:00\n")
        self.assertEqual(self.done("days-left", self.tariff, "--balance", "10", "--use", "10", *at), "1 day, until 2026-01-02T00:00:00+02:00\n")
        self.assertEqual(self.done("days-left", self.tariff, "--balance", "-3", "--use", "10", *at), "0 days, until 2026-01-01T00:00:00+02:00\n")
        self.assertEqual(self.done("days-left", self.tariff, "--balance", "3", "--use", "0", *at), "nothing is charged: the money does not run out\n")
        self.assertEqual(self.done("days-left", self.tariff, "--balance", "999999", "--use", "1", *at), "at least 3660 days\n")
        answer = self.answer("days_left", "days-left", self.tariff, "--balance=310", "--use=10", *at)
        self.assertEqual({key: answer[key] for key in ("lasts", "days", "until", "balance", "use")},
                         {"lasts": "until", "days": 20, "until": "2026-01-21T12:00:00+02:00", "balance": "310", "use": "10"})
        self.assertEqual(self.answer("days_left", "days-left", self.tariff, "--balance=3", "--use=0", *at)["lasts"], "ever")

    def test_refused(self):
        self.refused("E_MISUSE", "days-left", self.tariff, "--use", "1", code=2, says=["--balance is missing"])
        self.refused("E_MISUSE", "days-left", self.tariff, "--balance", "1", code=2, says=["--use is missing"])
        self.refused("E_MISUSE", "days-left", self.tariff, "--balance", "1", "--use", "-1", code=2, says=["0 or more"])
        two = self.write("two.json", json.dumps({**self.document, "inputs": {**PREPAID["inputs"], "hot": {"register": "hot", "unit": "m3"}}}))
        self.refused("E_AMBIGUOUS", "days-left", two, "--balance", "1", "--use", "1", file=two, says=['"hot"'])
        self.refused("E_UNCOVERED", "days-left", self.tariff, "--balance", "1", "--use", "1", "--at", "2025-01-01", file=self.tariff)


class Compare(Case):
    def setUp(self):
        super().setUp()
        self.flat = {"meterbill": 1, "id": "flat", "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2020-01-01", "to": None},
                     "inputs": {"energy": {"register": "import", "unit": "kWh"}}, "rounding": {"line": "none", "charge": "none", "bill": "none"},
                     "charges": [{"id": "energy", "quantity": "energy", "rate": "0.5"}]}
        self.readings = self.write("readings.csv", "time,value\n2026-01-01,100\n2026-02-01,200\n")

    def tariff(self, name, **members):
        return self.write(f"{name}.json", json.dumps({**self.flat, "id": name, **members}))

    def rated(self, name, rate):
        return self.tariff(name, charges=[{"id": "energy", "quantity": "energy", "rate": rate}])

    def test_ranks(self):
        files = [self.rated("b", "0.6"), self.rated("a", "0.5"), self.rated("c", "0.5"), self.change(TOU, lambda d: d["inputs"]["energy"].pop("across_boundary"), "tou.json"), self.write("bad.json", "{"),
                 self.tariff("euro", currency="EUR"), self.tariff("late", valid={"from": "2027-01-01", "to": None})]
        text = self.done("compare", *files, self.readings, *SPAN)
        self.assertRegex(text, r"^1  50.00  CNY +a  1  .*a.json\n2  50.00  CNY +\+0.00  c  1  .*\n3  60.00  CNY +\+10.00  b  1  .*\n")
        for words in ("tou.json: the reading from", "bad.json: ", "euro.json: the price is in EUR", "late.json: the bill begins at"):
            self.assertIn("not priced: ", text)
            self.assertIn(words, text)
        tariffs = self.answer("compare", "compare", *files, self.readings, *SPAN)["tariffs"]
        self.assertEqual([one.get("rank") for one in tariffs], [1, 2, 3, None, None, None, None])
        self.assertEqual([one.get("more") for one in tariffs[:3]], ["0", "0", "10"])
        self.assertEqual(tariffs[2]["bill"]["total"], tariffs[2]["total"])
        self.assertEqual([one["status"] for one in tariffs[3:]], ["MBILL_E_BOUNDARY", "MBILL_E_SYNTAX", "MBILL_E_INVALID", "MBILL_E_UNCOVERED"])

    def test_price_series(self):
        """At prices of the hours, which come with the facts: one hour of 5 kWh at 0.2, and one at -0.1."""
        spot = self.tariff("spot", series={"spot": {"step": "60min", "unit": "kWh"}}, charges=[{"id": "energy", "quantity": "energy", "rate": {"series": "spot"}}])
        readings = self.write("hours.csv", "time,value\n2026-01-01T00:00+08:00,100\n2026-01-01T01:00+08:00,105\n2026-01-01T02:00+08:00,110\n")
        span = ("--from", "2026-01-01T00:00+08:00", "--to", "2026-01-01T02:00+08:00")
        facts = self.write("facts.json", json.dumps({"meterbill": 1, "kind": "facts", "series": {
            "spot": {"start": "2026-01-01T00:00:00+08:00", "step_s": 3600, "values": ["0.2", "-0.1"]}}}))
        ranked = self.answer("compare", "compare", self.rated("flat", "0.5"), spot, readings, *span, "--facts", facts)["tariffs"]
        self.assertEqual([(one["id"], one["total"]) for one in ranked], [("spot", "0.5"), ("flat", "5")])
        self.assertIn("from 2026-01-01T01:00:00+08:00", self.done("price", spot, readings, *span, "--facts", facts))
        self.refused("E_NOT_KNOWN", "price", spot, readings, *span, says=["price series"])
        self.assertIn("60min", self.done("tariff", "show", spot))

    def test_none_is_priced(self):
        file = self.tariff("late", valid={"from": "2027-01-01", "to": None})
        code, out, _ = self.call("compare", file, file, self.readings, *SPAN)
        self.assertEqual((code, out.count("not priced: ")), (1, 2))
        self.refused("E_UNCOVERED", "compare", file, self.readings, *SPAN)

    def test_usage(self):
        file = self.rated("a", "0.5")
        self.refused("E_MISUSE", "compare", file, code=2, says=["READINGS is missing"])
        self.refused("E_MISUSE", "compare", file, self.readings, code=2, says=["--from is missing"])
        self.refused("E_MISUSE", "compare", file, self.readings, *SPAN, "--position", "x", code=2, says=["--position"])


class Store(Case):
    HEADER = "meter,register,time,value,mark"

    def setUp(self):
        super().setUp()
        self.db = self.folder / "district.db"
        self.accounts = self.write("accounts.json", json.dumps({"meterbill": 1, "kind": "accounts", "accounts": [
            account(1, WATER.stem, "volume", "m3"), account(2, HEAT.stem, "heat", "kWh", {"area": "89.5"})]}))
        self.readings = self.csv("readings.csv", "M1,volume,2026-01-01T00:00+08:00,10,", "M1,volume,2026-02-01T00:00+08:00,25.5,",
                                 "M2,heat,2026-01-01T00:00+08:00,99500,", "M2,heat,2026-02-01T00:00+08:00,500,rollover")
        self.top_ups = self.write("top-ups.csv", "id,account,amount,time\n00000000000000000000000000000001,A1,100.00,2026-01-05T10:00+08:00\n")

    def csv(self, name, *rows, header=HEADER):
        return self.write(name, "\n".join([header, *rows]) + "\n")

    def dump(self):
        connection = sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)
        try:
            return list(connection.iterdump())
        finally:
            connection.close()

    def fill(self, *more):
        self.answer("db_init", "db", "init", self.db)
        return self.answer("db_import", "db", "import", self.db, self.readings, self.top_ups, self.accounts, WATER, HEAT, *more)

    def unchanged(self, status, *arguments, **options):
        before = self.dump()
        document = self.refused(status, *arguments, **options)
        self.assertEqual(self.dump(), before)
        return document

    def test_readings_are_corrected(self):
        self.fill()
        right = self.csv("right.csv", "M1,volume,2026-02-01T00:00+08:00,26.5,", "M1,volume,2026-02-02T00:00+08:00,27,", "M1,volume,2026-02-03T00:00+08:00,28,")
        self.unchanged("E_EXISTS_DIFFERENT", "db", "import", self.db, right, file=right, line=2, says=("25.5 in the store, 26.5",))
        did = self.answer("db_correct", "db", "correct", self.db, right)
        self.assertEqual((did["corrected"], did["added"], did["same"], did["behind_bill"]), (1, 2, 0, 0))
        self.assertEqual(self.done("db", "correct", self.db, right), "0 corrected, 0 added, 3 there already\n")
        self.answer("db_close", "db", "close", self.db, *SPAN)
        late = self.csv("late.csv", "M1,volume,2026-01-09T00:00+08:00,11,")
        self.assertEqual(self.done("db", "correct", self.db, late), "0 corrected, 1 added, 0 there already\n1 of them concern bills that were made\n")
        local = self.csv("local.csv", "M1,volume,2026-01-09T01:00,11,")
        self.unchanged("E_ZONE", "db", "correct", self.db, local, file=local, line=2, says=("--zone",))
        self.done("db", "correct", self.db, local, "--zone", "CST-8")
        self.unchanged("E_NOT_FOUND", "db", "correct", self.db, self.csv("no.csv", "M9,volume,2026-01-09T00:00+08:00,11,"), line=2, says=("M9",))
        self.assertEqual(self.call("db", "correct", self.db, local, "--zone", "what")[0], 2)

    def test_months_leave_and_come_back(self):
        self.fill()
        part = self.folder / "part.db"
        self.unchanged("E_ORDER", "db", "detach", self.db, "2025-12", part, says=("not billed up to 2026-01-01",))
        self.answer("db_close", "db", "close", self.db, *SPAN)
        before = self.dump()
        self.assertEqual(self.done("db", "detach", self.db, "2025-12", part), "detached 2025-12: 2 readings\n")
        self.assertEqual(self.done("db", "months", self.db), "2025-12  detached  2\n2026-01  here      2\n")
        self.assertEqual(self.answer("store_months", "db", "months", self.db)["months"][1], {"month": "2026-01", "state": "here", "readings": 2})
        self.unchanged("E_EXISTS", "db", "detach", self.db, "2025-12", part, says=("before",))
        self.unchanged("E_DATE", "db", "purge", self.db, "2025", says=("no month",))
        self.assertEqual(self.answer("db_attach", "db", "attach", self.db, part)["readings"], 2)
        self.assertEqual([line for line in self.dump() if "mbill_number" not in line], [line for line in before if "mbill_number" not in line])
        self.assertEqual(self.answer("db_purge", "db", "purge", self.db, "2025-12")["month"], "2025-12")
        self.assertEqual(self.answer("db_attach", "db", "attach", self.db, part)["month"], "2025-12")  # from the file that was kept

    def test_a_month(self):
        files = self.fill()["files"]
        self.assertEqual([(one["kind"], one["added"], one["same"]) for one in files],
                         [("readings", 4, 0), ("top-ups", 1, 0), ("accounts", files[2]["added"], 0), ("tariff", 1, 0), ("tariff", 1, 0)])
        again = self.answer("db_import", "db", "import", self.db, self.readings, self.top_ups, self.accounts, WATER, HEAT)["files"]
        self.assertEqual([(one["added"], one["same"]) for one in again], [(0, one["added"]) for one in files])
        closed = self.answer("db_close", "db", "close", self.db, *SPAN, "--batch", "1")
        self.assertEqual((closed["billed"], closed["already"], closed["refused"], closed["total"], closed["refusals"]), (2, 0, 0, "321.21", []))
        closed = self.answer("db_close", "db", "close", self.db, *SPAN)
        self.assertEqual((closed["billed"], closed["already"], closed["total"]), (0, 2, "0"))
        self.assertEqual(self.answer("bills", "db", "bill", self.db, "A1")["bills"][0]["total"], "53.48")
        self.assertEqual(self.answer("bills", "db", "bill", self.db, "A2", "--from", "2026-01-01")["bills"][0]["total"], "267.73")
        balances = self.answer("db_balance", "db", "balance", self.db, "A1", "A2")["balances"]
        self.assertEqual([(one["account"], one["balance"], one["credits"], one["debits"]) for one in balances],
                         [("A1", "46.52", "100", "53.48"), ("A2", "-267.73", "0", "267.73")])
        self.the_ledger_has_it({one["account"]: str(one["number"]) for one in balances})
        summary = self.answer("store_summary", "db", "summary", self.db)
        self.assertEqual((summary["accounts"], summary["bills"], summary["readings"]), (2, 2, 4))
        self.assertIn("1000  kWh", self.done("db", "bill", self.db, "A2"))
        self.assertIn("46.52", self.done("db", "balance", self.db, "A1"))
        self.assertRegex(self.done("db", "summary", self.db), r"(?m)^bills +2$")

    def the_ledger_has_it(self, numbers):
        """By id or by number: the same account, the same money."""
        for name in ("A1", numbers["A1"]):
            account = self.answer("accounts_of_ledger", "ledger", "balance", self.db, name)["accounts"][0]
            self.assertEqual((str(account["account"]), account["credit"]), (numbers["A1"], "46.52"))
            statement = self.answer("statement", "ledger", "statement", self.db, name)
            self.assertEqual([entry["operation"]["do"] for entry in statement["entries"]], ["top_up", "usage"])
            self.assertEqual(statement["credit"], "46.52")
        self.assertRegex(self.done("ledger", "balance", self.db, "A2"), r"^A2  credit -267\.73, ")
        self.assertEqual(self.answer("ledger_head", "ledger", "verify", self.db)["records"], 5)

    def test_a_policy_refuses_a_top_up(self):
        self.done("db", "init", self.db)
        limited = self.write("limited.json", json.dumps({"meterbill": 1, "kind": "accounts", "accounts": [{"id": "B1", "policy": {"preset": "DLT", "max_top_up": "5"}}]}))
        paid = self.write("paid.csv", f"id,account,amount,time\n{7:032x},B1,6,2026-01-05T00:00Z\n")
        self.answer("db_import", "db", "import", self.db, limited)
        self.unchanged("E_INVALID", "db", "import", self.db, paid, file=paid, line=2, says=["EXCEEDS_TOPUP"])
        zero = self.answer("db_balance", "db", "balance", self.db, "B1")["balances"][0]
        self.assertEqual((zero["balance"], zero["debits"], zero["credits"]), ("0", "0", "0"))
        self.refused("E_NOT_FOUND", "ledger", "statement", self.db, "B1", file=self.db, says=["B1"])

    def test_words_for_people(self):
        self.assertIn("made ", self.done("db", "init", self.db))
        text = self.done("db", "import", self.db, WATER, HEAT, self.accounts, self.readings, self.top_ups)
        self.assertRegex(text, r"readings\.csv +readings +4  added")
        self.assertRegex(self.done("db", "close", self.db, *SPAN), r"^billed 2 contracts from \d+ readings in \d+\.\d{3} s, total 321.21\n$")
        self.assertEqual(self.done("db", "close", self.db, *SPAN).splitlines()[1], "billed before: 2")

    def test_init_twice(self):
        self.fill()
        self.unchanged(("E_EXISTS", "E_INVALID", "E_IO"), "db", "init", self.db, file=self.db)

    def test_no_such_store(self):
        for arguments in (("import", self.db, WATER), ("close", self.db, *SPAN), ("bill", self.db, "A1"), ("balance", self.db, "A1"), ("summary", self.db)):
            with self.subTest(arguments[0]):
                self.refused("E_NOT_FOUND", "db", *arguments, file=self.db)
        self.assertFalse(self.db.exists())

    def test_no_store_at_all(self):
        for content in (b"SQLite format 3\0" + bytes(range(256)) * 64, b"id,account\n" * 400, TOU.read_bytes()):
            self.db.write_bytes(content)
            self.refused(("E_CORRUPT", "E_VERSION", "E_INVALID", "E_IO"), "db", "summary", self.db, file=self.db)
            self.refused(("E_CORRUPT", "E_VERSION", "E_INVALID", "E_IO"), "db", "import", self.db, WATER, file=self.db)
            self.assertEqual(self.db.read_bytes(), content)

    def test_usage(self):
        self.fill()
        for arguments in (("close", self.db), ("close", self.db, "--from", "2026-01-01"), ("close", self.db, "--from", "2026-01", "--to", "2026-02-01"),
                          ("close", self.db, *SPAN, "--batch", "0"), ("close", self.db, *SPAN, "--batch", "many"), ("import", self.db, WATER, "--zone", "Shanghai"),
                          ("bill", self.db, "A1", "--from", "January"), ("bill", self.db), ("balance", self.db)):
            with self.subTest(arguments=arguments):
                self.refused("E_MISUSE", "db", *arguments, code=2)

    def test_unknown_account(self):
        self.fill()
        for verb in ("bill", "balance"):
            self.unchanged("E_NOT_FOUND", "db", verb, self.db, "A3", file=self.db, says=["A3"])

    def test_a_file_is_imported_whole_or_not_at_all(self):
        self.fill()
        cases = {
            "before its predecessor": ("E_ORDER", 3, "M1,volume,2026-01-03T00:00Z,12,", "M1,volume,2026-01-02T00:00Z,11,"),
            "unknown meter": ("E_NOT_FOUND", 3, "M1,volume,2026-01-03T00:00Z,12,", "M9,volume,2026-01-03T00:00Z,12,"),
            "another value": ("E_EXISTS_DIFFERENT", 3, "M1,volume,2026-01-03T00:00Z,12,", "M1,volume,2026-02-01T00:00+08:00,25.6,"),
            "wrong mark": ("E_INVALID", 3, "M1,volume,2026-01-03T00:00Z,12,", "M1,volume,2026-01-04T00:00Z,12,turned"),
            "cut": (("E_SYNTAX", "E_MISSING_KEY"), 3, "M1,volume,2026-01-03T00:00Z,12,", "M1,volu"),
        }
        for name, (status, line, *rows) in cases.items():
            with self.subTest(name):
                file = self.csv("bad.csv", *rows)
                self.unchanged(status, "db", "import", self.db, file, file=file, line=line)
        wrong = self.csv("bad.csv", "M1;volume;2026-01-03T00:00Z;12;", header=self.HEADER.replace(",", ";"))
        self.unchanged(("E_SYNTAX", "E_MISSING_KEY", "E_UNKNOWN_KEY"), "db", "import", self.db, wrong, file=wrong, line=1)
        for name, content in (("bom.csv", BOM + self.readings.read_bytes()), ("binary.csv", bytes(range(1, 256)) * 9), ("cut.json", self.accounts.read_bytes()[:-9]),
                              ("bom.json", BOM + self.accounts.read_bytes()), ("binary.json", b"{" + bytes(range(256)) * 9), ("empty.csv", b"")):
            with self.subTest(name):
                file = self.write(name, content)
                self.unchanged(("E_ENCODING", "E_SYNTAX", "E_MISSING_KEY", "E_INVALID"), "db", "import", self.db, file, file=file)

    def test_files_before_a_refused_one_stay(self):
        self.answer("db_init", "db", "init", self.db)
        bad = self.write("bad.json", self.accounts.read_bytes()[:-9])
        code, out, err = self.call("db", "import", self.db, bad, WATER, HEAT)
        self.assertEqual((code, out.count("1  added")), (1, 2), out)
        self.assertIn(str(bad), err)
        self.assertEqual(self.answer("store_summary", "db", "summary", self.db)["tariffs"], 2)

    def test_a_later_file_may_bring_earlier_readings(self):
        self.fill(self.csv("late.csv", "M1,volume,2026-01-15T00:00+08:00,20,"))
        self.assertEqual(self.answer("db_close", "db", "close", self.db, *SPAN)["total"], "321.21")

    def test_times_without_offset_need_a_zone(self):
        """Taken as UTC they would be other instants than the ones meant."""
        self.fill()
        for line, rows in ((2, ("M1,volume,2026-01-03T00:00,12,",)), (3, ("M1,volume,2026-01-03T00:00+08:00,12,", 'M1,volume,"2026-01-04",12,'))):
            file = self.csv("local.csv", *rows)
            self.unchanged("E_ZONE", "db", "import", self.db, file, file=file, line=line, says=["--zone"])
            self.answer("db_import", "db", "import", self.db, file, "--zone", "CST-8")
        file = self.write("local.csv", "id,account,amount,time\n00000000000000000000000000000007,A1,5,2026-01-05T10:00\n")
        self.unchanged("E_ZONE", "db", "import", self.db, file, file=file, line=2)

    def test_hour_that_does_not_exist(self):
        self.fill()
        file = self.csv("bad.csv", "M1,volume,2026-03-29T01:30,12,", "M1,volume,2026-03-29T02:30,12,")
        self.unchanged("E_NO_SUCH_TIME", "db", "import", self.db, file, "--zone", "CET-1CEST,M3.5.0,M10.5.0/3", file=file, line=3)

    def test_documents_of_other_kinds(self):
        self.fill()
        file = self.write("usage.json", usage("2026-01-01", "2026-02-01", {"register": "volume", "total": "1"}))
        self.unchanged("E_INVALID", "db", "import", self.db, TOU, file, file=file, path="/kind", says=["usage"])

    def test_a_version_never_changes(self):
        self.fill()
        file = self.change(WATER, lambda d: d["charges"][1].update(rate="1.71"))
        self.unchanged("E_EXISTS_DIFFERENT", "db", "import", self.db, file, file=file)

    def test_top_ups(self):
        self.fill()
        header = "id,account,amount,time\n"
        for status, row in (("E_EXISTS_DIFFERENT", "00000000000000000000000000000001,A1,101.00,2026-01-05T10:00+08:00"),
                            ("E_NOT_FOUND", "00000000000000000000000000000002,A9,101.00,2026-01-05T10:00+08:00"),
                            (("E_INVALID", "E_RANGE"), "00000000000000000000000000000002,A1,-1.00,2026-01-05T10:00+08:00")):
            file = self.write("bad.csv", header + "00000000000000000000000000000003,A2,5,2026-01-05T10:00+08:00\n" + row + "\n")
            self.unchanged(status, "db", "import", self.db, file, file=file, line=3)

    def refuse_close(self, status, account_id, *says):
        before = [line for line in self.dump() if not line.startswith('INSERT INTO "mbill_meta')]
        code, out, err = self.call("db", "close", self.db, *SPAN, "--json")
        document = json.loads(out)
        self.assertEqual((code, document["kind"], document["refused"], document["billed"]), (1, "db_close", 1, 0), document)
        refusal = document["refusals"][0]
        self.assertEqual((refusal["account"], refusal["status"]), (account_id, "MBILL_" + status), refusal)
        for word in (str(self.db), account_id, refusal["message"], *says):
            self.assertIn(word, err)
        self.assertEqual(self.dump(), before)

    def one_contract(self, tariff, *rows):
        self.answer("db_init", "db", "init", self.db)
        only = self.write("one.json", json.dumps({"meterbill": 1, "kind": "accounts", "accounts": [account(1, WATER.stem, "volume", "m3")]}))
        self.answer("db_import", "db", "import", self.db, tariff, only, self.csv("one.csv", *rows))

    def test_register_that_falls(self):
        self.one_contract(WATER, "M1,volume,2026-01-01T00:00+08:00,10,", "M1,volume,2026-01-09T00:00+08:00,9,", "M1,volume,2026-02-01T00:00+08:00,25.5,")
        self.refuse_close("E_REGRESSED", "A1", "9")

    def test_readings_missing_at_the_edge(self):
        self.one_contract(WATER, "M1,volume,2026-01-02T00:00+08:00,10,", "M1,volume,2026-02-01T00:00+08:00,25.5,")
        self.refuse_close("E_GAP", "A1", "2026-01-01")
        closed = self.answer("db_close", "db", "close", self.db, *SPAN, "--allow-gaps")
        self.assertEqual((closed["billed"], closed["flagged"]), (1, 1))

    def test_no_tariff_version_for_part_of_the_span(self):
        tariff = self.change(WATER, lambda d: d["valid"].update(to="2026-01-15"))
        self.one_contract(tariff, "M1,volume,2026-01-01T00:00+08:00,10,", "M1,volume,2026-02-01T00:00+08:00,25.5,")
        self.refuse_close("E_UNCOVERED", "A1", "2026-01-15")

    def test_full_disk(self):
        self.fill()
        rows = [f"M1,volume,2026-01-{day:02}T{hour:02}:{minute:02}:{second:02}Z,{(day * 86400 + hour * 3600 + minute * 60 + second) ** 3 % 1000003}," for day in range(5, 9) for hour in range(24) for minute in range(60) for second in (0, 30)]
        big = self.csv("big.csv", *rows)
        small = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16384, 16384))}
        self.unchanged(("E_FULL", "E_IO", "E_OUTCOME_UNKNOWN"), "db", "import", self.db, big, file=big, **small)
        self.assertEqual(self.answer("db_import", "db", "import", self.db, big)["files"][0]["added"], len(rows))

    def test_read_only_store(self):
        self.fill()
        other = self.csv("more.csv", "M1,volume,2026-01-03T00:00Z,12,")
        self.db.chmod(0o444)
        self.folder.chmod(0o555)
        self.addCleanup(self.folder.chmod, 0o755)
        options = {"user": 65534} if os.geteuid() == 0 else {}
        try:
            subprocess.run([PROGRAM, "version"], check=True, capture_output=True, **options)
        except OSError as reason:
            self.skipTest(f"no user without rights can run the program: {reason}")
        self.unchanged(("E_READ_ONLY", "E_IO"), "db", "import", self.db, other, says=[str(self.db)], **options)
        self.unchanged(("E_READ_ONLY", "E_IO"), "db", "close", self.db, *SPAN, file=self.db, **options)


class Ledger(Case):
    """The prepaid ledger that a store keeps; what operations do is for ledger/run.py."""

    def setUp(self):
        super().setUp()
        self.store = self.folder / "ledger.db"
        self.operations = self.write("operations.json", json.dumps({
            "meterbill": 1, "kind": "operations", "policies": {"home": {"preset": "SMETS"}}, "batches": [{"at": "2026-01-05T10:00:00Z", "operations": [
                {"id": f"{1:032x}", "do": "open", "account": 7, "policy": "home"},
                {"id": f"{2:032x}", "do": "top_up", "account": 7, "amount": "20", "channel": 1}]}]}))

    def apply(self):
        document = self.answer("ledger", "ledger", "apply", self.operations, "--store", self.store)
        return [result["result"] for result in document["batches"][0]["results"]]

    def head(self, store):
        return self.answer("ledger_head", "ledger", "verify", store)

    def test_a_document_that_is_sent_again(self):
        self.assertEqual(self.apply(), ["OK", "OK"])
        self.assertEqual(self.apply(), ["EXISTS", "EXISTS"])
        self.assertEqual(self.head(self.store)["records"], 2)
        accounts = self.answer("accounts_of_ledger", "ledger", "balance", self.store, "7")["accounts"]
        self.assertEqual([(account["account"], account["credit"]) for account in accounts], [(7, "20")])

    def test_out_and_in(self):
        self.apply()
        out, other = self.folder / "out", self.folder / "other.db"
        self.answer("ledger_export", "ledger", "export", self.store, out)
        self.answer("ledger_import", "ledger", "import", other, out)
        self.assertEqual({**self.head(other)}, {**self.head(self.store)})
        cut = self.write("cut", "")
        cut.write_bytes(out.read_bytes()[:-5])
        self.refused("E_CORRUPT", "ledger", "import", self.folder / "third.db", cut, file=cut)

    def test_a_copy_of_a_store(self):
        self.apply()
        copy = self.folder / "copy.db"
        self.answer("db_backup", "db", "backup", self.store, copy)
        self.assertEqual(self.head(copy), self.head(self.store))
        self.refused("E_EXISTS", "db", "backup", self.store, copy, file=copy)

    def test_what_is_damaged_is_named(self):
        self.apply()
        with contextlib.closing(sqlite3.connect(self.store)) as connection, connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
            connection.execute("UPDATE mbill_segment SET data = CAST(substr(data, 1, 40) || x'ff' || substr(data, 42) AS BLOB)")
        self.refused("E_CORRUPT", "ledger", "verify", self.store, file=self.store)
        self.refused("E_CORRUPT", "ledger", "balance", self.store, "7", file=self.store)

    def test_refusals(self):
        self.apply()
        self.refused("E_NOT_FOUND", "ledger", "balance", self.store, "8", file=self.store)
        self.refused("E_NOT_FOUND", "ledger", "balance", self.store, "x", file=self.store, says=["x"])
        bad = self.write("bad.json", "{}")
        self.refused("E_MISSING_KEY", "ledger", "apply", bad, "--store", self.folder / "never.db", file=bad)
        self.assertFalse((self.folder / "never.db").exists())

    def lines(self, *arguments, code=0):
        """What each line of operations is answered."""
        verb, *rest = arguments
        *options, operations = rest
        text = "".join(json.dumps(line) + "\n" for line in operations)
        done = subprocess.run([PROGRAM, "ledger", verb, *map(str, options)], input=text, capture_output=True, check=False, text=True, timeout=20)
        self.assertEqual(done.returncode, code, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def one(self, verb, operation, **options):
        return self.lines(verb, self.store, [{"at": "2026-01-06T00:00:00Z", **operation}], **options)[0]

    def test_each_command_on_a_store(self):
        ids = (f"{n:032x}" for n in range(100, 200))
        for account in (7, 8):
            self.assertEqual(self.one("open", {"id": next(ids), "account": account, "policy": "VEND" if account == 8 else {"preset": "SMETS"}})["result"], "OK")
        paid, used, held = next(ids), next(ids), next(ids)
        self.assertEqual(self.one("topup", {"id": paid, "account": 7, "amount": "20", "channel": 1})["account"]["credit"], "20")
        self.assertEqual(self.one("topup", {"id": paid, "account": 7, "amount": "20", "channel": 1})["result"], "EXISTS")
        self.assertEqual(self.one("charge", {"id": used, "account": 7, "amount": "3.5"})["account"]["credit"], "16.5")
        reversal = self.one("reverse", {"id": next(ids), "target": used})
        self.assertEqual((reversal["account"]["account"], reversal["account"]["credit"]), (7, "20"))
        self.assertEqual(self.one("hold", {"id": held, "account": 7, "hold": "refund", "amount": "5"})["account"]["free"], "15")
        self.assertEqual(self.one("post", {"id": next(ids), "target": held, "amount": "2"})["account"]["credit"], "18")
        self.assertEqual(self.one("void", {"id": next(ids), "target": held})["result"], "ALREADY_POSTED")
        self.assertEqual(self.one("refund", {"id": next(ids), "account": 7, "amount": "1"})["account"]["credit"], "17")
        moved = self.one("offset", {"id": next(ids), "account": 7, "other": 8, "amount": "4"})
        self.assertEqual((moved["account"]["credit"], moved["other"]["account"]), ("13", 8))
        seen = self.one("reconcile", {"id": next(ids), "account": 7, "amount": "11", "unposted": "1.5"})
        self.assertEqual(seen["reconciliation"], {"expected": "11.5", "arrived": "0", "in_flight": "0", "unposted": "1.5", "unexplained": "-0.5", "mismatch": True})
        self.assertEqual(self.answer("ledger_rebuilt", "ledger", "rebuild", self.store)["records"], 11)
        self.the_statement_has_every_leg()

    def the_statement_has_every_leg(self):
        entries = self.answer("statement", "ledger", "statement", self.store, "7")["entries"]
        told = [(entry["operation"]["do"], entry["leg"]["purpose"], entry["leg"]["amount"], entry["credit_after"]) for entry in entries]
        self.assertEqual(told[:4], [("top_up", "plain", "20", "20"), ("usage", "plain", "3.5", "16.5"), ("reverse", "mirror", "3.5", "20"), ("hold", "reserve", "5", "20")])
        self.assertEqual(told[-1][3], "13")
        later = self.answer("statement", "ledger", "statement", self.store, "7", "--from", "2026-01-07")
        self.assertEqual((later["entries"], later["credit"], later["now"]["credit"]), ([], "13", "13"))
        self.assertEqual(self.answer("statement", "ledger", "statement", self.store, "7", "--to", "2026-01-06")["credit"], "0")
        shown = subprocess.run([PROGRAM, "ledger", "statement", self.store, "7"], capture_output=True, check=True, text=True).stdout
        self.assertIn("revenue 0   7 credit 0", shown)
        self.refused("E_NOT_FOUND", "ledger", "statement", self.store, "9", file=self.store)
        self.refused("E_MISUSE", "ledger", "statement", self.store, "7", "--from", "soon", code=2)

    def test_lines_in_memory(self):
        operations = [
            {"at": "2026-01-05T10:00:00Z", "id": f"{1:032x}", "do": "open", "account": 7},
            {"id": f"{2:032x}", "do": "top_up", "account": 7, "amount": "20", "channel": 1, "flags": ["linked"]},
            {"id": f"{3:032x}", "do": "refund", "account": 7, "amount": "21"},
            {"id": "x", "do": "usage"},
            {"id": f"{4:032x}", "do": "usage", "account": -5, "amount": "1"},
            {"at": "2026-01-06T10:00:00Z", "supply": [{"account": 7, "contactor": "closed"}]},
        ]
        policy = self.write("policy.json", json.dumps({"preset": "DLT", "overdraft_limit": "3"}))
        for given in ("SMETS", policy):
            got = self.lines("apply", given, operations, code=1)
            self.assertEqual([line.get("result") for line in got], ["OK", "LINKED_FAILED", "EXCEEDS_REFUNDABLE", None, "RESERVED_NONZERO", "OK"])
            self.assertEqual(got[3]["refused"], "MBILL_E_INVALID")
            self.assertEqual([(line["account"], line["supply"]) for line in got[5]["supply"]], [(7, "TRIP" if given == "SMETS" else "KEEP")])
        self.refused("E_INVALID", "ledger", "apply", self.write("bad.json", '{"preset": "SMETS", "max_top_up": "-1"}'))

    def test_a_line_does_what_the_command_says(self):
        self.apply()
        self.assertEqual(self.one("topup", {"id": f"{9:032x}", "do": "refund", "account": 7, "amount": "1"}, code=1)["refused"], "MBILL_E_INVALID")
        self.assertEqual(self.head(self.store)["records"], 2)


def tree(*nodes, **more):
    return {"total": "100", "tree": {"nodes": [dict(zip(("key", "reading", "parent"), node)) for node in nodes], **more}}


def flats(*weights, **more):
    return {"total": "100", "shares": [{"key": str(i), "weight": weight} for i, weight in enumerate(weights, 1)], **more}


class Bad(Case):
    """What is wrong with a cost to be split or with heat is refused, or flagged, by name."""

    def test_temperatures(self):
        both = ("--side", "return")
        for flow, back, name in (("400", "40", "the flow temperature is 400 degrees Celsius; expected 0 to 350"), ("90", "-5", "the return temperature is -5 degrees Celsius"),
                                 ("40", "70", "crossed: flow 40, return 70")):
            self.refused("E_RANGE", "heat", "coefficient", "--flow", flow, "--return", back, *both, says=[name])
        self.refused("E_RANGE", "heat", "energy", "--volume", "1", "--flow", "400", "--return", "40", *both, says=["the flow temperature is 400"])
        crossed = self.answer("heat_energy", "heat", "energy", "--volume", "1", "--flow", "40", "--return", "90", *both)  # counted as neither heat nor cold, and reported
        self.assertEqual((crossed["heat"], crossed["cold"], crossed["registers"]["idle_volume"]), ("0", "0", "1"))

    def test_areas(self):
        month = self.write("u.json", usage("2026-01-01", "2026-02-01", {"register": "heat", "total": "1000"}))
        facts = self.write("facts.json", json.dumps({"meterbill": 1, "kind": "facts", "facts": {"area": "-89.5"}}))
        self.refused("E_NOT_KNOWN", "price", HEAT, month, says=["area"])
        self.refused("E_RANGE", "price", HEAT, month, "--facts", facts, says=["area"])
        self.split("E_INVALID", "/shares/1/weight", "negative", flats("60", "-40"))
        self.split("E_MISSING_KEY", "/shares/1/weight", "weight", {"total": "1", "shares": [{"key": "1", "weight": "60"}, {"key": "2"}]})

    def split(self, status, path, name, request):
        self.refused(status, "split", self.write("request.json", json.dumps(request)), path=path, says=[name])

    def test_splits(self):
        most = str(2**63)
        for case in (("E_RANGE", "/shares/1", "2^64 or more", flats(most, most)),
                     ("E_RANGE", "/shares/0/weight", "2^64 or more", flats("18446744073709551616")),
                     ("E_DUPLICATE_KEY", "/shares/1", "key 1", {"total": "100", "shares": [{"key": "1", "weight": "1"}, {"key": "1", "weight": "2"}]}),
                     ("E_DUPLICATE_KEY", "/tree/nodes/1", "key 1", tree(("1", "9"), ("1", "9"))),
                     ("E_CYCLE", "/tree/nodes/0", "circle", tree(("1", "9", "2"), ("2", "9", "1"))),
                     ("E_NO_PARENT", "/tree/nodes/1", "7", tree(("1", "9"), ("2", "9", "7"))),
                     ("E_NEGATIVE_REST", "/tree/nodes/0", "more", tree(("1", "9"), ("2", "10", "1"))),
                     ("E_ZERO_WEIGHT", "/shares", "", flats("0", "0"))):
            with self.subTest(case=case):
                self.split(*case)

    def test_losses(self):
        """Beyond the tolerance, of either sign: flagged, and the split stays."""
        for below, warned in (("95", []), ("94", ["loss"]), ("105", []), ("106", ["loss"])):
            request = self.write("request.json", json.dumps(tree(("1", "100"), ("2", below, "1"), tolerance_ppm=50000, negative="zero", rest="by_usage")))
            answer = self.answer("split", "split", request)
            self.assertEqual((answer["nodes"][0]["warnings"], answer["parts"][0]["amount"]), (warned, "100"))


class Frames(Case):
    """tests/golden/frame has what frames say; here is how the commands are called."""
    READ = "68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16"
    REPLY = "68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16"
    OPTIONS = ("--protocol", "dlt645")

    def test_ways_in(self):
        document = self.answer("frame", "frame", "decode", *self.OPTIONS, self.REPLY)
        self.assertEqual((document["protocol"], document["value"], document["unit"]), ("dlt645", "0.26", "kWh"))
        self.assertEqual(self.answer("frame", "frame", "decode", *self.OPTIONS, *self.REPLY.split()), document)
        self.assertEqual(self.answer("frame", "frame", "decode", *self.OPTIONS, input=(self.REPLY.replace(" ", "").lower() + "\n").encode()), document)
        self.assertEqual(self.answer("frame", "frame", "decode", *self.OPTIONS, "--request", self.READ, self.REPLY), dict(document, request=self.READ.replace(" ", "")))
        text = json.dumps(document)
        for arguments, given in (((text,), b""), ((self.write("frame.json", text),), b""), (("-",), text.encode()), ((), text.encode())):
            self.assertEqual(self.done("frame", "encode", *self.OPTIONS, *arguments, input=given), self.REPLY + "\n")
        self.assertEqual(self.answer("frame_bytes", "frame", "encode", *self.OPTIONS, text)["hex"], self.REPLY)

    def test_refused(self):
        self.refused("E_CHECKSUM", "frame", "decode", *self.OPTIONS, self.REPLY.replace("8A 16", "8B 16"), says=["frame: "])
        self.refused("E_ECHO", "frame", "decode", *self.OPTIONS, "--request", self.READ, self.READ, says=["match: "])
        for given in ("6", "6X", "68 1 16", "0x68"):
            self.refused("E_INVALID", "frame", "decode", *self.OPTIONS, given, says=["hexadecimal"])
        self.refused("E_INVALID", "frame", "decode", *self.OPTIONS, "--request", "zz", self.READ, says=["hexadecimal"])
        self.refused("E_SYNTAX", "frame", "encode", *self.OPTIONS, "{")
        self.refused("E_MISSING_KEY", "frame", "encode", *self.OPTIONS, '{"meterbill": 1, "kind": "frame", "protocol": "dlt645"}', path="/address")
        self.refused("E_NOT_FOUND", "frame", "encode", *self.OPTIONS, self.folder / "none.json", file=self.folder / "none.json")
        profile = self.write("profile.json", '{"meterbill": 1, "kind": "frame_profile", "protocol": "dlt645", "vendor": true}')
        self.refused("E_UNKNOWN_KEY", "frame", "decode", *self.OPTIONS, "--profile", profile, self.READ, file=profile, path="/vendor")

    def test_usage(self):
        self.refused("E_MISUSE", "frame", "decode", self.READ, code=2, says=["--protocol", "dlt645"])
        self.refused("E_MISUSE", "frame", "decode", "--protocol", "dlms", self.READ, code=2, says=["dlms"])
        self.refused("E_MISUSE", "frame", "stream", *self.OPTIONS, "--request", self.READ, code=2)
        self.refused("E_MISUSE", "frame", "stream", *self.OPTIONS, self.READ, code=2)

    def test_streams(self):
        noise = "00 68 FE FE " + self.READ + " 68 16 " + self.REPLY + " 68 11"
        lines = self.done("frame", "stream", *self.OPTIONS, input=noise.encode()).splitlines()
        self.assertEqual([json.loads(line)["control"] for line in lines], ["11", "91"])
        self.assertEqual(self.done("frame", "stream", *self.OPTIONS, "--binary", input=bytes.fromhex(noise)).splitlines(), lines)
        self.assertEqual(self.done("frame", "stream", *self.OPTIONS, input=b""), "")
        self.assertEqual(self.done("frame", "stream", *self.OPTIONS, input=noise.replace(" ", "\n").encode()).splitlines(), lines)
        for given in (b"68 1", b"68 zz"):
            self.assertEqual(self.call("frame", "stream", *self.OPTIONS, input=given)[0], 1)
        refused = self.done("frame", "stream", *self.OPTIONS, input=b"68 03 00 00 00 00 00 68 01 02 44 E9 03 16")
        self.assertEqual(json.loads(refused)["layer"], "function")


class Split(Case):
    """One cost among many; what comes out is for apportion/run.py."""

    def lines(self, *arguments, code=0, **options):
        got, out, err = self.call(*arguments, **options)
        self.assertEqual(got, code, err)
        return [json.loads(line) for line in out.splitlines()]

    def book(self, verb, lines):
        """Lines into the store's ledger; the results."""
        text = "".join(json.dumps(line) + "\n" for line in lines)
        return [answer["result"] for answer in self.lines("ledger", *verb, input=text.encode())]

    def credits(self, store, *accounts):
        return [decimal.Decimal(one["credit"]) for one in self.answer("accounts_of_ledger", "ledger", "balance", store, *accounts)["accounts"]]

    def test_direct_deduction(self):
        """Split, charge, and charge once more; a correction; a credit: what the accounts hold is what was split, to the last cent."""
        store, accounts = self.folder / "ledger.db", ["7", "101", "201", "900"]
        at = {"at": "2026-02-01T00:00:00Z"}
        opened = [{**at, "id": f"{int(account):032x}", "do": "open", "account": int(account), "policy": "DLT"} for account in accounts]
        paid = [{"id": f"{1000 + int(account):032x}", "do": "top_up", "account": int(account), "amount": "100", "channel": 1} for account in accounts]
        self.assertEqual(self.book(("apply", "DLT", "--store", store), opened + paid), ["OK"] * 8)
        cost = {"total": "100.07", "step": "0.05", "id": f"{17:032x}", "owner": 900, "shares": [
            {"key": "101", "weight": "55.20"}, {"key": "102", "weight": "41.80", "account": 7}, {"key": "201", "weight": "97"}]}
        charge = self.lines("split", "--as", "ledger", self.write("cost.json", json.dumps(cost)))
        self.assertEqual(self.book(("charge", store), charge), ["OK"] * 4)
        held = self.credits(store, *accounts)
        self.assertEqual(400 - sum(held), decimal.Decimal("100.07"))
        cost["shares"].reverse()
        again = self.lines("split", "--as", "ledger", self.write("cost.json", json.dumps(cost)))
        self.assertEqual(self.book(("charge", store), again), ["EXISTS"] * 4)
        self.assertEqual(self.credits(store, *accounts), held)
        # the bill was 1.07 too much: the difference is split, and corrects each posting once
        less = dict(cost, total="-1.07", id=f"{18:032x}", corrects=cost["id"])
        back = self.lines("split", "--as", "ledger", self.write("less.json", json.dumps(less)))
        for results in (["OK"] * 4, ["EXISTS"] * 4):
            self.assertEqual(self.book(("apply", "DLT", "--store", store), back), results)
            self.assertEqual(400 - sum(self.credits(store, *accounts)), 99)
        gift = dict(cost, total="-9.00", id=f"{19:032x}", credit_channel=4)
        given = self.lines("split", "--as", "ledger", self.write("gift.json", json.dumps(gift)))
        for results in (["OK"] * 3, ["EXISTS"] * 3):
            self.assertEqual(self.book(("topup", store), given), results)
            self.assertEqual(400 - sum(self.credits(store, *accounts)), 90)
        # who paid nothing is known to the ledger, and what corrects it finds it
        none = dict(cost, total="10.00", id=f"{20:032x}", shares=[{"key": "101", "weight": "1"}, {"key": "201", "weight": "0"}])
        self.assertEqual(self.book(("charge", store), self.lines("split", "--as", "ledger", self.write("none.json", json.dumps(none)))), ["OK"] * 3)
        more = dict(none, total="1.01", id=f"{21:032x}", corrects=none["id"], shares=[{"key": "101", "weight": "0"}, {"key": "201", "weight": "1"}])
        self.assertEqual(self.book(("apply", "DLT", "--store", store), self.lines("split", "--as", "ledger", self.write("more.json", json.dumps(more)))), ["OK"] * 2)
        self.assertEqual(400 - sum(self.credits(store, *accounts)), decimal.Decimal("101.01"))
        # another amount under the same id is named, and not booked
        self.assertEqual(self.book(("charge", store), self.lines("split", "--as", "ledger", self.write("cost.json", json.dumps(dict(cost, total="200.14")))))[0], "EXISTS_WITH_DIFFERENT")
        self.assertEqual(400 - sum(self.credits(store, *accounts)), decimal.Decimal("101.01"))

    def test_to_money_is_refused(self):
        bare = self.write("bare.json", json.dumps(flats("1", "1")))
        self.refused("E_MISSING_KEY", "split", "--as", "ledger", bare, says=['no "id"'])
        self.refused("E_MISSING_KEY", "split", "--as", "bills", bare, says=['no "bill"'])
        credit = self.write("credit.json", json.dumps(dict(flats("1", "3"), total="-8", id=f"{1:032x}")))
        self.refused("E_INVALID", "split", "--as", "ledger", credit, says=["account 1 is to get 2", "credit_channel"])
        self.refused("E_MISUSE", "split", "--as", "rows", bare, code=2)
        self.refused("E_MISUSE", "split", "--as", "ledger", "--verify", bare, bare, code=2)
        whole = {"tariff": "t", "version": "1", "currency": "EUR", "zone": "CET-1", "charge": "c"}
        large = dict(flats("1"), total="9223372036.855", step="0.001", method="floor_each", bill=whole, period={"from": "2026-01-01", "to": "2026-02-01"})
        self.refused("E_OVERFLOW", "split", "--as", "bills", self.write("large.json", json.dumps(large)))

    def test_verify(self):
        request = self.write("request.json", json.dumps(flats("1", "1", "1")))
        answer = json.loads(self.done("split", request))
        claim = self.write("claim.json", json.dumps(answer))
        self.assertEqual(self.answer("verified", "split", request, "--verify", claim)["parts"], 3)
        self.assertEqual(self.done("split", "--verify", claim, input=request.read_bytes()), f"{claim}  ok  3 parts\n")
        answer["parts"][1]["amount"] = "34"
        wrong = self.write("wrong.json", json.dumps(answer))
        self.refused("E_INVALID", "split", "--verify", wrong, request, file=wrong, path="/parts/1/amount", says=["share 2: amount is 34, expected 33"])
        self.refused("E_SYNTAX", "split", "--verify", self.write("none.json", ""), request)
        self.refused("E_NOT_FOUND", "split", "--verify", self.folder / "nowhere.json", request)


class Tap(unittest.TestResult):
    """One TAP line a test; subtests are part of their test."""

    def __init__(self):
        super().__init__()
        self.number = 0

    def line(self, word, test, text=""):
        self.number += 1
        for comment in text.splitlines():
            print("# " + comment)
        print(f"{word} {self.number} - {test.id().removeprefix('__main__.')}", flush=True)

    def startTest(self, test):
        super().startTest(test)
        self.wrong = ""

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.wrong += f"{subtest}\n{self._exc_info_to_string(err, test)}"

    def stopTest(self, test):
        for failed, text in [*self.failures, *self.errors]:
            if failed is test:
                self.wrong += text
        skips = [reason for skipped, reason in self.skipped if skipped is test]
        if skips and not self.wrong:
            self.number += 1
            print(f"ok {self.number} - {test.id().removeprefix('__main__.')} # SKIP {skips[0]}", flush=True)
        else:
            self.line("not ok" if self.wrong else "ok", test, self.wrong)
        super().stopTest(test)


class Bills(Case):
    """Bills that are paid afterwards, from draft to write-off, through the program."""

    BILLING = {"meterbill": 1, "kind": "billing_policy", "zone": "CST-8", "due": {"days": 10}, "pays": "fee_first", "late_fee": {"rate": "0.01", "grace_days": 0, "from": "due", "compounds": False,
               "cap": "none", "round": {"step": "0.01", "how": "half_up"}}, "reminders": [{"days": 1, "channels": ["sms"]}], "review": "none"}

    def setUp(self):
        super().setUp()
        self.db = self.folder / "town.db"
        self.billing = self.write("billing.json", json.dumps(self.BILLING))
        tariff = {"meterbill": 1, "id": "flat", "version": "1", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2026-01-01", "to": None}, "inputs": {"volume": {"register": "volume", "unit": "m3"}},
                  "rounding": {"line": "none", "charge": "none", "bill": "none"}, "charges": [{"id": "water", "quantity": "volume", "rate": "2"}]}
        accounts = [{"id": f"A{n}", "contracts": [{"tariff": "flat", "from": "2026-01-01", "payment": "postpaid", "meters": [{"id": f"M{n}", "registers": [{"register": "volume", "unit": "m3"}]}]}]} for n in (1, 2)]
        readings = [f"M{n},{day}T00:00+08:00,{count}" for n in (1, 2) for day, count in (("2026-01-01", 0), ("2026-02-01", 50 * n), ("2026-03-01", 90 * n))]
        self.done("db", "init", self.db)
        self.done("db", "import", self.db, self.billing, self.write("flat.json", json.dumps(tariff)), self.write("accounts.json", json.dumps({"meterbill": 1, "kind": "accounts", "accounts": accounts})),
                  self.write("readings.csv", "\n".join(["meter,time,value", *readings]) + "\n"))
        self.done("db", "close", self.db, *SPAN)

    def states(self, *options):
        return {row["bill"]: (row["state"], row["open"]) for row in self.answer("bill_rows", "bill", "list", self.db, *options)["bills"]}

    def step(self, *arguments):
        return self.answer("bill_step", "bill", arguments[0], self.db, *arguments[1:])

    def pay(self, *rows, code="", **options):
        path = self.write("payments.csv", "\n".join(["id,account,amount,time,channel,receipt,operator,bill", *rows]) + "\n")
        return self.refused(code, "bill", "pay", self.db, path, file=path, **options) if code else self.answer("bill_pay", "bill", "pay", self.db, path)

    def test_a_life(self):
        self.assertEqual(self.states(), {1: ("draft", "0"), 2: ("draft", "0")})
        self.refused("E_ORDER", "bill", "issue", self.db, 1, says=["bill 1", "draft", "reviewed"])
        self.assertEqual(self.step("review", "all", "--at", "2026-02-02T00:00Z")["done"], 2)
        self.assertEqual(self.step("issue", "all", "--at", "2026-02-02T00:00Z")["booked"], "300")
        self.assertEqual(self.step("issue", "all", "--at", "2026-02-02T00:00Z")["done"], 0)
        self.assertEqual(self.pay(f"{1:032x},A1,30,2026-02-05T10:00+08:00,1,7,chen,")["added"], 1)
        self.assertEqual(self.pay(f"{1:032x},A1,30,2026-02-05T10:00+08:00,1,7,chen,")["same"], 1)
        self.pay(f"{2:032x},A2,1,2026-02-05T10:00+08:00,1,7,chen,", code="E_INVALID", line=2, says=["DUPLICATE_RECEIPT"])
        self.assertEqual(self.states(), {1: ("part_paid", "70"), 2: ("issued", "200")})
        self.assertEqual(self.step("overdue", "--at", "2026-02-23T00:00Z")["booked"], "27")  # ten days, 13 to 22 February
        self.assertEqual(self.states(), {1: ("overdue", "77"), 2: ("overdue", "220")})
        lines = [json.loads(line) for line in self.done("bill", "remind", self.db, "--at", "2026-02-23T00:00Z").splitlines()]
        self.assertEqual([(one["bill"], one["open"], one["channels"]) for one in lines], [(1, "77", ["sms"]), (2, "220", ["sms"])])
        self.assertEqual(self.done("bill", "remind", self.db, "--at", "2026-02-24T00:00Z"), "")
        self.step("correct", 2, "--amount", "-20", "--at", "2026-02-23T00:00Z")
        self.refused("E_ORDER", "bill", "restore", self.db, 2, says=["overdue"])
        self.refused("E_NOT_FOUND", "bill", "cancel", self.db, 9, says=["9"])
        self.assertEqual(self.step("writeoff", 2, "--reason", "3", "--at", "2026-02-23T00:00Z")["booked"], "-200")
        totals = self.answer("bill_totals", "bill", "totals", self.db)
        self.assertEqual([totals[key] for key in ("issued", "corrected", "fees", "paid", "open", "written_off", "ledger", "different")], ["300", "-20", "27", "30", "77", "200", "77", 0])
        self.assertEqual(self.done("bill", "export", self.db, "arrears", "--at", "2026-02-23T00:00Z").splitlines()[1], "A1,,1,77,0,77,0,0,0,11")
        self.assertEqual(json.loads(self.done("bill", "export", self.db, "bills", "--json", "--account", "A2"))["state"], "written_off")
        self.done("ledger", "verify", self.db)

    def test_the_order_of_payments(self):
        self.done("db", "close", self.db, "--from", "2026-02-01", "--to", "2026-03-01")
        self.step("review", "plain", "--at", "2026-03-01T00:00Z")
        self.step("issue", 1, "--at", "2026-03-02T00:00Z")
        self.step("issue", 3, "--at", "2026-03-01T00:00Z")
        self.pay(f"{1:032x},A1,100,2026-03-05T10:00+08:00,1,,chen,")
        self.assertEqual([self.states()[bill] for bill in (1, 3)], [("part_paid", "80"), ("paid", "0")])
        self.pay(f"{2:032x},A1,90,2026-03-05T10:00+08:00,1,,chen,1")  # 10 are the account's
        self.assertEqual(self.states()[1], ("paid", "0"))
        self.assertEqual(self.pay(f"{3:032x},A1,-10,2026-03-05T11:00+08:00,1,,chen,")["added"], 1)
        self.pay(f"{4:032x},A1,-1,2026-03-05T11:00+08:00,1,,chen,", code="E_INVALID", line=2, says=["EXCEEDS_REFUNDABLE"])
        closed = self.answer("cashier_close", "cashier", "close", self.db, "chen", "--channel", "1", "--day", "2026-03-05", "--counted", "180")["day"]
        self.assertEqual((closed["payments"], closed["taken"], closed["refunds"], closed["given"], closed["difference"]), (2, "190", 1, "10", "0"))
        self.pay(f"{5:032x},A1,1,2026-03-05T11:00+08:00,1,,chen,", code="E_ORDER", line=2, says=["2026-03-05"])
        self.assertEqual(self.answer("cashier_days", "cashier", "show", self.db)["days"], [closed])
        provider, drawer = self.write("provider.csv", "receipt,amount\n9,190\n"), ("--channel", "1", "--day", "2026-03-05")
        code, out, _ = self.call("cashier", "compare", self.db, provider, *drawer, "--json")
        self.assertEqual((code, [(one["difference"], one["receipt"]) for one in json.loads(out)["differences"]]), (1, [("not_in_file", 0)] * 3 + [("not_in_ledger", 9)]))
        self.assertEqual(self.call("cashier", "compare", self.db, provider, "--channel", "2", "--day", "2026-03-05")[0], 1)
        self.assertEqual(self.call("cashier", "compare", self.db, self.write("none.csv", "receipt,amount\n"), "--channel", "2", "--day", "2026-03-05")[0], 0)

    def test_wrong_usage(self):
        for arguments in (("writeoff", self.db, 1), ("correct", self.db, 1), ("review", self.db, "some"), ("export", self.db, "all"), ("score", self.db, "A1"), ("issue", self.db)):
            self.assertEqual(self.call("bill", *arguments)[0], 2, arguments)
        self.assertEqual(self.call("cashier", "close", self.db, "chen", "--channel", "1", "--day", "2026-02-30", "--counted", "1")[0], 2)
        self.refused("E_NOT_KNOWN", "bill", "score", self.db, "A1", "--months", "12", "--weight", "count", "--least", "1")


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    if len(sys.argv) > 3:
        suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[3:], sys.modules["__main__"])
    print(f"1..{suite.countTestCases()}")
    result = Tap()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
