# SPDX-License-Identifier: Apache-2.0
"""The notebook's cells run from the first to the last, and its plots are drawn."""

import json

from conftest import ROOT
import pytest


def test_notebook(tmp_path, monkeypatch):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    monkeypatch.chdir(tmp_path)
    notebook = json.loads((ROOT / "examples/notebook/stories.ipynb").read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4 and all(cell.get("outputs", []) == [] for cell in notebook["cells"])
    names: dict[str, object] = {"__name__": "__main__"}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), "stories.ipynb", "exec"), names)  # noqa: S102
    assert len(plt.get_fignums()) == 4
    for number in plt.get_fignums():
        plt.figure(number).savefig(tmp_path / f"{number}.png")
        assert (tmp_path / f"{number}.png").stat().st_size > 3000
    plt.close("all")
