# SPDX-License-Identifier: Apache-2.0
"""Refusals: one class a family, each also one of Python's own, with status, path and index."""

import pickle
import re

from conftest import HOME, ROOT
import pytest

import meterbill
from meterbill import errors


def listed():
    text = (ROOT / "include/meterbill/status.def").read_text(encoding="utf-8")
    return re.findall(r'^X\((\w+),\s*(\d+),\s*"[^"]*",\s*(\w+),', text, flags=re.M)


def test_every_status_has_its_name_number_and_base():
    assert len(listed()) == len(errors.Status) > 80
    for name, number, base in listed():
        assert errors.Status[name] == int(number)
        if base != "none":
            error = errors.make_error(int(number), "m", "/p", 7)
            assert isinstance(error, __builtins__[base]) and isinstance(error, meterbill.MeterbillError)
            assert (error.status, error.message, error.path, error.index) == (int(number), "m", "/p", 7)
            assert str(error) == f"MBILL_{name} /p [7]: m"
            copy = pickle.loads(pickle.dumps(error))
            assert type(copy) is type(error) and vars(copy) == vars(error)


def test_an_unknown_number_is_kept():
    error = errors.make_error(9999, "of tomorrow", "", -1)
    assert type(error) is meterbill.MeterbillError and error.status == 9999 and error.index is None and str(error) == "status 9999: of tomorrow"


def test_a_refusal_says_where():
    broken = {**HOME, "charges": [{**HOME["charges"][0], "rat\u00e9": "1"}]}
    with pytest.raises(errors.DocumentError, match="unknown|rat") as caught:
        meterbill.Tariff.compile(broken)
    assert caught.value.status is meterbill.Status.E_UNKNOWN_KEY and caught.value.path.startswith("/charges/0") and caught.value.index is None


@pytest.mark.parametrize("document, error", [
    ("{", errors.DocumentError), (b"\xff", errors.DocumentError), ("\ud800", UnicodeError), ({"rate": 1.5}, TypeError), ({1: "a"}, TypeError), (None, TypeError), (7, TypeError),
    ({"a": {1, 2}}, TypeError), ({}, errors.DocumentError), ({**HOME, "meterbill": 2}, errors.StoreError), ({**HOME, "charges": [{"id": "a", "quantity": "days"}]}, errors.MeterbillError)])
def test_what_is_no_tariff_is_refused(document, error):
    with pytest.raises(error):
        meterbill.Tariff.compile(document)
