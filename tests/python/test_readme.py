# SPDX-License-Identifier: Apache-2.0
"""README's Python runs as written and prints what README says."""

import re
import subprocess
import sys

from conftest import ROOT


def test_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```\n```text\n(.*?)^```", text, flags=re.M | re.S)
    assert blocks
    for code, expected in blocks:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, expected), done.stderr
