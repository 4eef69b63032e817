# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of a gateway's limits does: who signed, groups, quotas, pace, what must hold when a command runs, what evidence means.

States are bytes that the caller keeps, in the same transaction as what the command does; no bytes: nothing yet. A store has all of this in ``store.commands``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from ._native import Document, core, text_of
from .commands import Keyset, lines_of
from .money import Number, micro_of
from .times import utc_s_of

__all__ = ["check_targets", "count_pace", "count_quota", "is_from", "judge", "may_run", "signer"]

_BALANCE, _STATUS, _KEEP_POWER = 1, 2, 4
_READ_STATUS, _READ_VALVE, _READ_SAME = 1, 2, 4
_VALVES = {"open": 0, "closed": 1, "fault": 3}


def signer(message: bytes, nth: int = 0) -> bytes:
    """The name of one key that signed a command which was opened, 8 bytes; :class:`NotFoundError` past the last."""
    name: bytes = core.mbill_face_gateway_signer(message, nth)
    return name


def check_targets(message: bytes, targets: Iterable[str], *, keyset: Keyset, realm: str, now: dt.datetime) -> None:
    """Raises where a group's command is not for these meters, or takes supply from a group and too few agreed."""
    keyset._call(core.mbill_face_gateway_targets, realm, utc_s_of(now), message, lines_of(targets))


def count_quota(message: bytes, before: bytes = b"", *, keyset: Keyset, realm: str, now: dt.datetime, nth: int = 0) -> bytes:
    """What a signer's key has signed on this day, with this command; :class:`CommandError` where it is more than the key may."""
    after: bytes = keyset._call(core.mbill_face_gateway_quota, realm, utc_s_of(now), message, nth, before)
    return after


def count_pace(command: Document, before: bytes = b"", *, limit: int, now: dt.datetime) -> bytes:
    """Of how many meters supply was taken in this minute, with this command; :class:`CommandError` above ``limit``. Other commands pass."""
    after: bytes = core.mbill_face_gateway_pace(text_of(command), limit, utc_s_of(now), before)
    return after


def may_run(command: Document, *, now: dt.datetime, balance: Number | None = None, status_word: int | None = None, keeps_power: bool = False) -> None:
    """Raises where a command may not run now: it is void, power is kept, or its condition does not hold; what is not known is not met."""
    has = (0 if balance is None else _BALANCE) | (0 if status_word is None else _STATUS) | (_KEEP_POWER if keeps_power else 0)
    core.mbill_face_gateway_may_run(text_of(command), utc_s_of(now), has, 0 if balance is None else micro_of(balance), status_word or 0)


def is_from(receipt: Document, meter: str) -> None:
    """Raises where the reply in a receipt is not of this meter."""
    core.mbill_face_gateway_receipt_from(text_of(receipt), meter)


def judge(command: str, answer: str, *, status_word: int | None = None, valve: str | None = None, same: bool = False) -> str:
    """What is proved of a command by its name: "accepted", "confirmed", "refused" or "unknown". ``answer``: "none", "accepted", "refused" or "other"; the others
    are what was read back."""
    if valve is not None and valve not in _VALVES:
        raise ValueError(f'the valve is "{valve}", expected one of: {", ".join(_VALVES)}')
    has = (0 if status_word is None else _READ_STATUS) | (0 if valve is None else _READ_VALVE) | (_READ_SAME if same else 0)
    state: str = core.mbill_face_gateway_judge(command, answer, has, status_word or 0, 0 if valve is None else _VALVES[valve])
    return state
