# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of signed commands that a store keeps does: taking, handing out, settling, proofs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from ._native import core
from .commands import Keyset, Receipt, lines_of, receipt_of
from .handles import Owner
from .times import utc_s_of

__all__ = ["Commands"]


class Commands:
    """The signed commands of a store, ``store.commands``: each is taken once, handed out when it may run, and settled by what came of it.

    >>> store.commands.take(message, keyset=keyset, realm="demo", at=now)["verdict"]
    'new'
    >>> for command in store.commands.due(keyset=keyset, realm="demo", at=now)["commands"]:
    ...     frames = translator.frames(keyset.open(bytes.fromhex(command["message"]), realm="demo", now=now), at=now)
    >>> store.commands.prove(receipt, key=gateway, realm="demo", at=now).receipt["state"]
    'confirmed'
    """

    __slots__ = ("_store",)

    def __init__(self, store: Owner) -> None:
        self._store = store

    def take(self, message: bytes, *, keyset: Keyset, realm: str, at: dt.datetime, account: str | None = None, targets: Iterable[str] | None = None) -> dict[str, Any]:
        """Check a message as :meth:`Keyset.open` does, and keep it: its number, what it supersedes and the money of ``account`` are one transaction.

        ``targets``: of a group, all its meters. "verdict" is "new", or "repeat" for the same command again, which changes nothing; "commands" says how it
        stands at each of its meters. Raises :class:`CommandError` with the check that refused.
        """
        meters = None if targets is None else lines_of(targets)
        return self._says(core.mbill_face_outbox_take, keyset._open(), realm, utc_s_of(at), message, account, meters)

    def due(self, *, keyset: Keyset, realm: str, at: dt.datetime, words: Mapping[str, int] | None = None, most: int = 0, cuts_a_minute: int = 0) -> dict[str, Any]:
        """Hand out the "commands" that may run now, each checked once more and durably marked as sent; "message" is in hexadecimal.

        ``words``: what meters have just said of themselves, status word 3 by meter. ``most`` and ``cuts_a_minute``: 0 for 1000 and 60. Commands whose condition
        does not hold stand in "left_out" with the reason, where there are any.
        """
        said = None if words is None else lines_of(f"{meter}={word:04x}" for meter, word in words.items())
        return self._says(core.mbill_face_outbox_due, keyset._open(), realm, utc_s_of(at), said, most, cuts_a_minute)

    def settle(self, id: str, state: str, *, at: dt.datetime, meter: str | None = None) -> None:
        """What became of a command that was sent, without a proof: "accepted", "confirmed", "refused" or "unknown". ``meter``: of a group's command."""
        self._store._call(core.mbill_face_outbox_settle, id, state, meter, utc_s_of(at))

    def prove(self, receipt: bytes, *, key: bytes, realm: str, at: dt.datetime, meter: str | None = None) -> Receipt:
        """The same by a receipt that ``key`` signed; it must be of this very command, and is kept."""
        return receipt_of(self._store._call(core.mbill_face_outbox_prove, key, realm, meter, utc_s_of(at), receipt))

    def list(self, state: str | None = None) -> Any:
        """Every command in the order in which it was taken, a group's once a meter; or those of one state, such as "sent"."""
        return self._says(core.mbill_face_outbox_list, state)["commands"]

    def receipts(self, *, key: bytes, realm: str) -> Any:
        """The receipts that are kept, {"target", "receipt"}, each checked and held against the one before it; raises where the chain is broken."""
        return self._says(core.mbill_face_outbox_receipts, key, realm)["receipts"]

    def last_receipt(self) -> bytes:
        """The message of the last receipt, whose hash the next one has as "previous"; no bytes: there is none."""
        message: bytes = self._store._call(core.mbill_face_outbox_last_receipt)
        return message

    def kept(self, *, at: dt.datetime) -> Any:
        """The meters whose power is kept, {"id", "target", "since"}, with the command that says so."""
        return self._says(core.mbill_face_outbox_kept, utc_s_of(at))["kept"]

    def _says(self, function: Any, *arguments: Any) -> dict[str, Any]:
        says: dict[str, Any] = json.loads(self._store._call(function, *arguments))
        return says
