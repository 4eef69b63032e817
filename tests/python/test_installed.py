# SPDX-License-Identifier: Apache-2.0
"""The package that is tested is the installed one, and what it says of itself holds."""

import importlib.metadata
import pathlib
import subprocess
import sys

from conftest import ROOT

import meterbill


def test_it_is_not_the_source_tree():
    assert ROOT / "bindings" not in pathlib.Path(meterbill.__file__).resolve().parents


def test_versions_agree():
    assert meterbill.__version__ == meterbill.c_version() == importlib.metadata.version("meterbill")


def test_it_is_typed():
    assert (pathlib.Path(meterbill.__file__).parent / "py.typed").exists()


def test_mypy_strict_finds_nothing(tmp_path):
    """The installed face, and a user's file whose types are said aloud."""
    user = tmp_path / "user.py"
    user.write_text(
        "import datetime, meterbill\n"
        "span = meterbill.Span.month(2026, 1, datetime.UTC)\n"
        "tariff = meterbill.Tariff.compile({})\n"
        "reveal_type(tariff.total('1', span))\n"
        "reveal_type(tariff.price({}).bill.lines[0].amount)\n", encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(tmp_path / "cache"),
                           "-p", "meterbill"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(tmp_path / "cache"), str(user)],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split("note: ")[1] for line in done.stdout.splitlines()] == ['Revealed type is "decimal.Decimal"', 'Revealed type is "decimal.Decimal"']
