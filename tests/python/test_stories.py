# SPDX-License-Identifier: Apache-2.0
"""The stories of examples/ in Python print what the same stories in C print, and need nothing but the package."""

import subprocess
import sys

from conftest import ROOT
import pytest

STORIES = sorted(path for path in (ROOT / "examples").glob("*/*.py") if (path.parent / "expected.txt").exists())


def test_there_are_stories():
    assert {path.parent.name for path in STORIES} >= {"bulk", "prepaid", "price", "split", "disconnect", "close"}


@pytest.mark.parametrize("path", STORIES, ids=[path.stem for path in STORIES])
def test_story(path, tmp_path):
    done = subprocess.run([sys.executable, "-W", "error", str(path)], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, (path.parent / "expected.txt").read_text(encoding="utf-8"), "")


def test_they_are_typed(tmp_path):
    for path in STORIES:
        done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(tmp_path), str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
