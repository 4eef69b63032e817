# SPDX-License-Identifier: Apache-2.0
"""Meter readings to bills that can be trusted: tariffs, prepaid ledgers, heat, shared costs, alarms, signed commands.

Numbers are :class:`decimal.Decimal`, times aware :class:`datetime.datetime`, documents JSON as text, bytes, mapping or path. Whatever is
refused raises a :class:`MeterbillError` that says where and why, and changes nothing.
"""

from __future__ import annotations

from . import errors, heat
from ._native import Document, core
from .bills import Bill, Bills, Line, Priced, Purchase
from .bulk import Bulk, Totals
from .errors import ClosedError, MeterbillError, Status
from .ledgers import Book, Entry, check_policy
from .money import Money, Number
from .rows import Intervals, Rows, intervals_of_counts, read_readings
from .splits import Split, apportion
from .tables import Column, micro_column
from .tariffs import Charge, DaysLeft, Register, Tariff, TariffInfo, price_versions
from .times import Span
from .usages import Reading, Usage, counts, intervals, total, totals_by_period
from .zones import Zone

__all__ = [
    "Bill", "Bills", "Book", "Bulk", "Charge", "ClosedError", "Column", "DaysLeft", "Document", "Entry", "Intervals", "Line", "MeterbillError",
    "Money", "Number", "Priced", "Purchase", "Reading", "Register", "Rows", "Span", "Split", "Status", "Tariff", "TariffInfo", "Totals", "Usage",
    "Zone", "apportion", "c_version", "check_policy", "counts", "errors", "heat", "intervals", "intervals_of_counts", "micro_column",
    "price_versions", "read_readings", "total", "totals_by_period",
]


def c_version() -> str:
    """The version of the C library inside."""
    text: str = core.mbill_version_string()
    return text


__version__ = c_version()
