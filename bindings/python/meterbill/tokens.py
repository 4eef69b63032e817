# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of tokens and of the tables of meters does."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from ._native import Document, core, optional_text_of, text_of
from .handles import Owner
from .tariffs import Tariff
from .times import utc_s_of

__all__ = ["TokenKeys", "check_meter_tables", "meter_tables"]

class TokenKeys(Owner):
    """Keys from which tokens are made that customers type into meters: a document of kind "token_keys"."""

    __slots__ = ()

    def __init__(self, keys: Document) -> None:
        super().__init__(core.mbill_face_token_keys_open(text_of(keys)))

    def make(self, request: Document) -> dict[str, Any]:
        """The tokens of a request, a document."""
        tokens: dict[str, Any] = json.loads(self._call(core.mbill_face_token_make, text_of(request)))
        return tokens

    def read(self, keyed_in: Document) -> dict[str, Any]:
        """What digits that were keyed in mean; :class:`TokenError` where they mean nothing."""
        says: dict[str, Any] = json.loads(self._call(core.mbill_face_token_read, text_of(keyed_in)))
        return says

def meter_tables(tariff: Tariff, switch: dt.datetime, to: dt.datetime, *, profile: Document | None = None) -> dict[str, Any]:
    """The tariff as the tables that a prepaid meter holds from ``switch`` on; ``profile``: what the meter can hold."""
    tables: dict[str, Any] = json.loads(core.mbill_face_meter_tables_make(tariff._open(), optional_text_of(profile), utc_s_of(switch), utc_s_of(to)))
    return tables

def check_meter_tables(tariff: Tariff, tables: Document) -> int:
    """Whether tables that were read back price as the tariff does: the days that were compared; :class:`TokenError` where they differ."""
    days: int = core.mbill_face_meter_tables_check(tariff._open(), text_of(tables))
    return days
