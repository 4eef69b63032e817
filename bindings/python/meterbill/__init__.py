# SPDX-License-Identifier: Apache-2.0
"""Meter readings to bills that can be trusted: tariffs, prepaid ledgers, heat, shared costs, alarms, signed commands.

Numbers are :class:`decimal.Decimal`, times aware :class:`datetime.datetime`, documents JSON as text, bytes, mapping or path. Whatever is
refused raises a :class:`MeterbillError` that says where and why, and changes nothing.
"""

from __future__ import annotations

from . import errors, gateway, heat
from ._native import Document, core
from .alarms import AlarmBoard, Alarms, alarm_reasons, canonical_alarms
from .billing import Billing, try_billing
from .bills import Bill, Bills, BillsHash, Line, Priced, Purchase
from .bulk import Billed, Bulk, Totals
from .cashiers import Cashiers
from .commands import Admitted, Keyset, Opened, Receipt, Signer, command_hash, command_payload, follows, kid, open_receipt, targets_hash
from .errors import ClosedError, MeterbillError, Status
from .frames import FrameCodec, frame_protocols
from .ledgers import Book, Entry, Ledger, check_policy
from .money import Money, Number
from .outbox import Commands
from .rows import Intervals, Rows, intervals_of_counts, read_readings
from .splits import Split, apportion
from .stores import Store
from .streams import Stream
from .tables import Column, micro_column
from .tariffs import Charge, DaysLeft, Register, Tariff, TariffInfo, check_versions, explain_versions, price_versions
from .tasks import Charges, Tasks, canonical_charge, canonical_task
from .times import Span
from .tokens import TokenKeys, check_meter_tables, meter_tables
from .translators import CommandAnswer, CommandFrames, Translator, translator_protocols
from .usages import Reading, Usage, counts, intervals, total, totals_by_period
from .zones import Zone

__all__ = [
    "Admitted", "AlarmBoard", "Alarms", "Bill", "Billed", "Billing", "Bills", "BillsHash", "Book", "Bulk", "Cashiers", "Charge", "Charges", "ClosedError", "Column", "CommandAnswer", "CommandFrames", "Commands", "DaysLeft", "Document", "Entry",
    "FrameCodec", "Intervals", "Keyset", "Ledger", "Line", "MeterbillError", "Money", "Number", "Opened", "Priced", "Purchase", "Reading", "Receipt",
    "Register", "Rows", "Signer", "Span", "Split", "Status", "Store", "Stream", "Tariff", "TariffInfo", "Tasks", "TokenKeys", "Totals", "Translator", "Usage", "Zone",
    "alarm_reasons", "apportion", "c_version", "canonical_alarms", "canonical_charge", "canonical_task", "check_meter_tables", "check_policy", "check_versions", "command_hash", "command_payload",
    "counts", "errors", "explain_versions", "follows", "frame_protocols", "gateway", "heat", "intervals", "intervals_of_counts", "kid", "meter_tables", "micro_column",
    "open_receipt", "price_versions", "read_readings", "targets_hash", "total", "totals_by_period", "translator_protocols", "try_billing",
]


def c_version() -> str:
    """The version of the C library inside."""
    text: str = core.mbill_version_string()
    return text


__version__ = c_version()
