# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of cashiers' days does: what was taken and given, counting, a provider's file."""

from __future__ import annotations

import datetime as dt
import json
import os
from typing import Any

from ._native import core, text_of
from .handles import Owner
from .money import Number, micro_of
from .times import utc_s_of

__all__ = ["Cashiers"]

_EPOCH = dt.date(1970, 1, 1).toordinal()


class Cashiers:
    """What operators of a store took and gave, ``store.cashiers``: by channel and civil day, until it is counted.

    >>> store.cashiers.close("chen", 1, date(2026, 2, 11), "80", at=now, note="till 3")["difference"]
    '0'
    """

    __slots__ = ("_store",)

    def __init__(self, store: Owner) -> None:
        self._store = store

    def days(self) -> Any:
        """Every day that anybody took or gave money on: operator, channel, day, payments, taken, refunds, given, state and, once closed, counted and difference."""
        return json.loads(self._store._call(core.mbill_face_cashier_days))["days"]

    def close(self, operator: str, channel: int, day: dt.date, counted: Number, *, at: dt.datetime, note: str | None = None) -> dict[str, Any]:
        """Count a day and let it take no more; the day as it was closed. The same count again changes nothing, another is refused."""
        says = self._store._call(core.mbill_face_cashier_close, operator, channel, day.toordinal() - _EPOCH, micro_of(counted), note, utc_s_of(at))
        closed: dict[str, Any] = json.loads(says)["day"]
        return closed

    def compare(self, channel: int, day: dt.date, file: str | bytes | os.PathLike[str]) -> dict[str, Any]:
        """A provider's file (CSV with receipt and amount) against the ledger, receipt by receipt: "differences", and both sides' counts and sums."""
        says: dict[str, Any] = json.loads(self._store._call(core.mbill_face_cashier_compare, channel, day.toordinal() - _EPOCH, text_of(file)))
        return says
