# SPDX-License-Identifier: Apache-2.0
"""The command lines of the program meterbill that the published cases use, over the Python package; tests/golden/through.py gives them one a line and says the form."""

import datetime as dt
import json
import os
import pathlib
import sys

import meterbill
from meterbill._native import core

ZONE = meterbill.Zone.rule("UTC0")


class Skip(Exception):
    """A call that has no counterpart here."""


class Refused(Exception):
    """A refusal that is an answer: the code is 1, what was said is said, and this stands on standard error."""


class Call:
    """One command line: operands, options and standard input; it gathers what is printed."""

    def __init__(self, words, stdin):
        self.operands, self.options, self.stdin, self.out = [], {}, stdin, []
        words = iter(words)
        for word in words:
            if word in ("--json", "--cold"):
                self.options[word[2:]] = ""
            elif word.startswith("--"):
                self.options[word[2:]] = next(words)
            else:
                self.operands.append(word)

    def say(self, text):
        self.out.append(text + "\n")

    def file(self, at):
        return pathlib.Path(self.operands[at]).read_text(encoding="utf-8")

    def optional(self, option):
        return pathlib.Path(self.options[option]).read_text(encoding="utf-8") if option in self.options else None

    def document(self, kind, members):
        self.say(json.dumps({"meterbill": 1, "kind": kind, **members}, separators=(",", ":"), ensure_ascii=False))


def instant(call, option, tariff):
    zone = meterbill.Zone.rule(json.loads(tariff)["zone"])
    return zone.parse(call.options[option])


def price(call):
    *versions, usage = call.operands[1:]
    tariffs = [meterbill.Tariff.compile(pathlib.Path(one)) for one in versions]
    given = {"facts": call.optional("facts"), "position": call.optional("position")}
    text = pathlib.Path(usage).read_text(encoding="utf-8")
    if len(tariffs) == 1:
        priced = tariffs[0].price(text, **given)
    else:
        split = {"split": call.options["change"]} if "change" in call.options else {}
        rule = call.options.get("change-round", "none").split(",")
        priced = meterbill.price_versions(tariffs, text, **given, **split, **({"round_to": tuple(rule)} if len(rule) == 2 else {}))
        assert meterbill.check_versions(tariffs, priced.bill).text == priced.bill.text
        assert len(meterbill.explain_versions(tariffs, priced.bill)) >= len(priced.bill.lines)
    call.say(priced.text)


def buy(call):
    text = call.file(1)
    call.say(meterbill.Tariff.compile(text).buy(call.options["money"], at=instant(call, "at", text), facts=call.optional("facts"), position=call.optional("position")).text)


def meter_tables(call):
    text = call.file(1)
    at = instant(call, "at", text)
    to = instant(call, "to", text) if "to" in call.options else at + dt.timedelta(days=366)
    tariff = meterbill.Tariff.compile(text)
    made = core.mbill_face_meter_tables_make(tariff._open(), call.optional("profile"), int(at.timestamp()), int(to.timestamp()))
    meterbill.check_meter_tables(tariff, made)
    call.say(made)


def alarm(call):
    board = meterbill.AlarmBoard(call.file(2))
    state = pathlib.Path(call.options["state"]) if "state" in call.options else None
    if state is not None and state.exists():
        board.load(state)
    answers = board.run_text(call.stdin)
    call.out.append(answers)
    if state is not None:
        state.write_text(board.save() + "\n", encoding="utf-8")
    if any("refused" in json.loads(line) for line in answers.splitlines()):
        raise Refused("")


def codec(call):
    if call.options["protocol"] not in meterbill.frame_protocols():
        raise Skip("the program says which protocols there are")
    return meterbill.FrameCodec(call.options["protocol"], profile=call.optional("profile"))


def frame(call):
    if call.operands[1] == "encode":
        call.say(" ".join(f"{byte:02X}" for byte in codec(call).encode(call.stdin)))
        return
    request = call.options.get("request")
    said = codec(call).decode_text(bytes.fromhex("".join(call.operands[2:])), request=None if request is None else bytes.fromhex(request))
    call.say(said)
    refused = json.loads(said)
    if "layer" in refused:
        raise Refused(f"meterbill: {refused['layer']}: {refused['message']}\n")


def token(call):
    keys = meterbill.TokenKeys(pathlib.Path(call.options["keys"]))
    function = core.mbill_face_token_make if call.operands[1] == "make" else core.mbill_face_token_read
    call.say(keys._call(function, call.file(2)))


def command(call):
    message = bytes.fromhex(call.operands[2])
    if call.operands[1] == "open":
        role, key = call.options["public"].split(":")
        opened = meterbill.Keyset.trust(role, [bytes.fromhex(key)]).open(message, realm=call.options["realm"], now=dt.datetime.fromisoformat(call.options["now"]))
        call.say('{"meterbill":1,"kind":"command_open",' + opened.text[1:])
    elif call.operands[1] == "receipt":
        receipt = meterbill.open_receipt(message, key=bytes.fromhex(call.options["public"]), realm=call.options["realm"])
        call.say('{"meterbill":1,"kind":"receipt_open",' + receipt.text[1:])
    else:
        raise Skip(f"command {call.operands[1]}")


def split(call):
    made = meterbill.Split.read(call.stdin)
    if "verify" in call.options:
        made.verify(call.optional("verify"))
        call.document("verified", {"parts": len(json.loads(made.text)["parts"])})
    elif "as" in call.options:
        for line in made.operations() if call.options["as"] == "ledger" else made.bills():
            call.say(line)
    else:
        call.say(made.text)


def ledger(call):
    if call.operands[1] == "apply" and len(call.operands) > 2 and os.path.exists(call.operands[2]):
        if "store" not in call.options:
            call.say(meterbill.Book().apply_text(call.file(2)))
            return
        with meterbill.Store.open(call.options["store"], create=not os.path.exists(call.options["store"])) as store:
            call.say(store.ledger.apply_text(call.file(2)))
    elif call.operands[1] == "verify":
        with meterbill.Store.open(call.operands[2]) as store:
            journal = store.ledger.journal()
            call.document("ledger_head", {"records": store.ledger.verify(), "hash": journal[16:48].hex()})
    else:
        raise Skip("a ledger by lines")


def plain(number):
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def heat(call):
    verb, options = call.operands[1], call.options
    pressure = options.get("pressure", "1.6")
    shown = meterbill.money.Decimal(pressure)
    if verb == "settle":
        call.say(core.mbill_face_heat_settle(call.file(2)))
    elif verb == "water":
        water = meterbill.heat.water(options["temperature"], pressure_mpa=pressure)
        call.document("heat_water", {"temperature": plain(meterbill.money.Decimal(options["temperature"])), "pressure_mpa": plain(shown), "volume_m3_per_kg": plain(water.volume),
                                     "enthalpy_kj_per_kg": plain(water.enthalpy)})
    elif verb == "coefficient":
        k = meterbill.heat.coefficient(options["flow"], options["return"], side=options["side"], pressure_mpa=pressure, cold="cold" in options)
        call.document("heat_coefficient", {"flow": plain(meterbill.money.Decimal(options["flow"])), "return": plain(meterbill.money.Decimal(options["return"])),
                                           "pressure_mpa": plain(shown), "side": options["side"], "k_kwh": plain(k.kwh), "k_mj": plain(k.mj)})
    else:
        call.say(core.mbill_face_heat_energy(call.file(2) if len(call.operands) > 2 else one_record(options)))


def one_record(options):
    """The options of heat energy as the document that says the same."""
    record = {"volume": options["volume"], "flow": options["flow"], "return": options["return"]}
    return json.dumps({"meterbill": 1, "kind": "heat_records", "meter": {"side": options["side"], "unit": options.get("unit", "kWh")}, "records": [record]})


def convert(call):
    step, how = call.options.get("round", "0.000001,half_even").split(",")
    call.say(meterbill.heat.convert(*call.operands[1:4], facts=call.optional("facts"), round_to=(step, how)).text)


def bill(call):
    if call.operands[1] != "try":
        raise Skip(f"bill {call.operands[1]}")
    call.say(core.mbill_face_cycle_run(call.file(2)))


VERBS = {"price": price, "buy": buy, "meter-tables": meter_tables, "alarm": alarm, "frame": frame, "token": token, "command": command, "split": split, "ledger": ledger, "heat": heat,
         "convert": convert, "bill": bill}


def refusal(error):
    members = {"status": f"MBILL_{error.status.name}", "message": error.message}
    if error.path:
        members["path"] = error.path
    if error.index is not None and error.index >= 0:
        members["index"] = error.index
    return members


def answer(line):
    asked = json.loads(line)
    call, code, stderr = Call(asked["args"], asked.get("stdin", "")), 0, ""
    try:
        VERBS[call.operands[0]](call)
    except Skip as skip:
        return {"skip": str(skip)}
    except Refused as refused:
        code, stderr = 1, str(refused)
    except meterbill.MeterbillError as error:
        code = 1
        call.document("error", refusal(error))
    return {"code": code, "stdout": "".join(call.out), "stderr": stderr}


for one in sys.stdin:
    print(json.dumps(answer(one)), flush=True)
