# SPDX-License-Identifier: Apache-2.0
"""Every exported function is reached from other languages, or bindings/swig/left_out.txt says why not."""

import re

from conftest import ROOT

EXPORTED = {name for listed in ("meterbill", "meterbill-store") for name in (ROOT / f"tests/abi/symbols-{listed}.txt").read_text(encoding="utf-8").split()}


def called():
    """Names in the code of the adapters and prototypes; comments do not count."""
    found = set()
    for path in (ROOT / "bindings/swig").glob("*.[chi]"):
        code = re.sub(r"/\*.*?\*/|//[^\n]*", " ", path.read_text(encoding="utf-8"), flags=re.S)
        found |= set(re.findall(r"\bmbill_\w+", code))
    return found & EXPORTED


def left_out():
    lines = [line for line in (ROOT / "bindings/swig/left_out.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return dict(line.split(" ", 1) for line in lines)


def test_each_is_reached_or_left_out_with_a_reason():
    reached, left = called(), left_out()
    assert len(reached) > 150 and EXPORTED - reached - set(left) == set(), "neither reached nor left out"
    assert set(left) - EXPORTED == set(), "left out, but not exported"
    assert set(left) & reached == set(), "left out, but reached"
    assert all(len(reason) > 15 for reason in left.values())


def test_one_list_of_handles_is_freed():
    """Each handle of the layer names the function that frees it."""
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bindings/swig").glob("functions_*.i"))
    handles = re.findall(r"^FACE_HANDLE\((\w+), (\w+)\)", text, flags=re.M)
    assert len(handles) >= 10 and len({handle for handle, _ in handles}) == len(handles) and all(free.endswith("_free") for _, free in handles)
