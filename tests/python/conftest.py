# SPDX-License-Identifier: Apache-2.0
"""What the tests of the Python package share. They run against the installed package, never the source tree."""

import json
import pathlib
import sys
from zoneinfo import ZoneInfo

import pytest

import meterbill

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/golden"))

HOME = {
    "meterbill": 1, "id": "home", "version": "2026", "currency": "EUR", "zone": "CET-1CEST,M3.5.0,M10.5.0/3",
    "valid": {"from": "2026-01-01", "to": None}, "inputs": {"energy": {"register": "import", "unit": "kWh"}},
    "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"},
    "charges": [
        {"id": "energy", "quantity": "energy", "rate": ["0.25", "0.32"], "tiers": {"over": "bill", "how": "graduated", "bounds": ["100"]}},
        {"id": "standing", "quantity": "days", "rate": "0.3"}],
}
SOLD = {
    "meterbill": 1, "id": "sold", "version": "1", "currency": "EUR", "zone": "UTC0", "valid": {"from": "2026-01-01", "to": None},
    "inputs": {"energy": {"register": "import", "unit": "kWh"}}, "rounding": {"line": "none", "charge": "none", "bill": {"step": "0.01", "how": "half_up"}},
    "buy": {"step": "0.1", "how": "down"}, "charges": [{"id": "energy", "quantity": "energy", "rate": "0.3"}],
}


@pytest.fixture(scope="session")
def berlin():
    return ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="session")
def january(berlin):
    return meterbill.Span.month(2026, 1, berlin)


@pytest.fixture(scope="session")
def home():
    return meterbill.Tariff.compile(HOME)


@pytest.fixture(scope="session")
def sold():
    return meterbill.Tariff.compile(json.dumps(SOLD))
