# SPDX-License-Identifier: Apache-2.0
"""Meter readings to bills that can be trusted: tariffs, prepaid ledgers, heat, shared costs, alarms, signed commands.

Numbers are :class:`decimal.Decimal`, times aware :class:`datetime.datetime`, documents JSON as text, bytes, mapping or path. Whatever is
refused raises a :class:`MeterbillError` that says where and why, and changes nothing.
"""

from __future__ import annotations

from . import errors
from ._native import Document, core
from .bills import Bill, Line, Priced, Purchase
from .errors import ClosedError, MeterbillError, Status
from .money import Money, Number
from .tariffs import Charge, DaysLeft, Register, Tariff, TariffInfo, price_versions
from .times import Span
from .usages import Reading, Usage, counts, intervals, total, totals_by_period

__all__ = [
    "Bill", "Charge", "ClosedError", "DaysLeft", "Document", "Line", "MeterbillError", "Money", "Number", "Priced", "Purchase", "Reading",
    "Register", "Span", "Status", "Tariff", "TariffInfo", "Usage", "c_version", "counts", "errors", "intervals", "price_versions", "total",
    "totals_by_period",
]


def c_version() -> str:
    """The version of the C library inside."""
    text: str = core.mbill_version_string()
    return text


__version__ = c_version()
