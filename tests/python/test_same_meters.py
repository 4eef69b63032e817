# SPDX-License-Identifier: Apache-2.0
"""Every published case of alarms and frames through Python, answered as the program answers, to the byte."""

import importlib.util
import json
import subprocess

from conftest import ROOT
import pytest
import same

import meterbill

pytestmark = pytest.mark.skipif(not same.PROGRAM, reason="MBILL_PROGRAM does not name the program")
GOLDEN = ROOT / "tests/golden"
ALARMS = sorted((GOLDEN / "alarm/cases").glob("*.json"))
FRAMES = [(path.stem, case) for path in sorted((GOLDEN / "frame/cases").glob("*.json")) for case in json.loads(path.read_text(encoding="utf-8"))]
assert ALARMS and FRAMES


def module(area):
    spec = importlib.util.spec_from_file_location(f"golden_{area}", GOLDEN / area / "run.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def said_by_program(config, lines, folder, state):
    path = folder / "config.json"
    path.write_text(config, encoding="utf-8")
    words = [same.PROGRAM, "alarm", "run", str(path), *(["--state", str(state)] if state else [])]
    return subprocess.run(words, input=lines, capture_output=True, timeout=60, check=False).stdout.decode()


@pytest.mark.parametrize("path", ALARMS, ids=[path.stem for path in ALARMS])
def test_alarms(path, tmp_path):
    golden, compared = module("alarm"), 0
    for run in json.loads(path.read_text(encoding="utf-8"))["runs"]:
        part = run["parts"][0]
        config = same.text_of(golden.document_of({**run, **part.get("config", {})}))
        lines = "".join(json.dumps(golden.line_of(line)) + "\n" for line in part["lines"])
        board = meterbill.AlarmBoard(config)
        assert board.run_text(lines) == said_by_program(config, lines.encode(), tmp_path, None)
        whole, state = board.save(), None
        again = meterbill.AlarmBoard(config)
        answers = ""
        for line in lines.splitlines(keepends=True):  # each line on a board that takes the state of the one before
            again = meterbill.AlarmBoard(config)
            if state is not None:
                again.load(state)
            answers += again.run_text(line)
            state = again.save()
        if run.get("restart", {}).get("rule") != "pause" and '"refused"' not in answers:
            assert answers == meterbill.AlarmBoard(config).run_text(lines) and (state is None or json.loads(state) == json.loads(whole))
        compared += 1
    assert compared


@pytest.mark.parametrize("protocol, case", FRAMES, ids=[f"{protocol}-{case['case']}" for protocol, case in FRAMES])
def test_frames(protocol, case, tmp_path):
    golden = module("frame")
    profile = same.text_of({"meterbill": 1, "kind": "frame_profile", "protocol": protocol, **case["profile"]}) if "profile" in case else None
    codec = same.python(meterbill.FrameCodec, protocol, profile=profile)
    if case.get("refused") == "protocol":
        assert isinstance(codec, tuple)
        return
    wire = bytes.fromhex(case["hex"])
    request = bytes.fromhex(case["request"]) if "request" in case else None
    text = codec.decode_text(wire, request=request)
    asked = ["--request", case["request"]] if request is not None else []
    _, theirs, _ = golden.call(same.PROGRAM, "frame", "decode", *golden.options(case, protocol, tmp_path), *asked, *case["hex"].split())
    assert text == theirs.removesuffix("\n")
    golden.check_members(case, json.loads(text))
    if "refused" not in case:
        assert codec.encode(text) == wire
        if request is None and protocol != "modbus":
            fed = meterbill.FrameCodec(protocol, profile=profile)
            frames = [frame for byte in wire for frame in fed.feed(bytes([byte]))] + fed.feed(b"")
            assert frames and frames[0]["protocol"] == protocol
    else:
        assert isinstance(same.python(codec.encode, text), tuple)
