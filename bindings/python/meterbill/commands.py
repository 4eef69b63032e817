# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of signed messages does: keys, keysets, commands, receipts, and what a receiver remembers."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
import weakref
from collections.abc import Callable, Iterable
from typing import Any, Self

from ._native import Document, core, text_of
from .errors import ClosedError
from .handles import Owner
from .times import utc_s_of

__all__ = ["Admitted", "Keyset", "Opened", "Receipt", "Signer", "command_hash", "command_payload", "follows", "kid", "open_receipt", "targets_hash"]


class Signer(Owner):
    """A signing key in guarded memory. The secret is 32 bytes; overwrite your copy when the signer is made (a ``bytearray`` can be)."""

    __slots__ = ("_sign",)

    def __init__(self, secret: bytes | bytearray) -> None:
        super().__init__(core.mbill_face_signer_open(secret))
        self._sign: Callable[[bytes], bytes] | None = None

    @classmethod
    def by_callback(cls, public: bytes, sign: Callable[[bytes], bytes]) -> Self:
        """A key that is elsewhere, such as in a security module: ``sign`` gets the bytes to be signed and gives 64 bytes, which are checked before use.

        It is called on the thread that wants the signature; what it raises is raised by that call.
        """
        if not callable(sign):
            raise TypeError(f"expected a function that signs, not {type(sign).__name__}")
        self = cls.__new__(cls)
        number = next(_NUMBERS)
        Owner.__init__(self, core.mbill_face_signer_open_callback(public, number))
        self._sign = sign
        _ELSEWHERE[number] = self
        return self

    def hold(self) -> None:
        """Leave the secret readable until :meth:`rest`, so that many signatures cost less each."""
        self._call(core.mbill_signer_hold)

    def rest(self) -> None:
        """The opposite of :meth:`hold`."""
        self._call(core.mbill_signer_rest)

    def public(self) -> bytes:
        """The public key, 32 bytes."""
        key: bytes = self._call(core.mbill_face_signer_public)
        return key

    def sign(self, command: Document, *, realm: str) -> bytes:
        """A document of kind "command" as a signed message (COSE_Sign1, Ed25519)."""
        message: bytes = self._call(core.mbill_face_command_sign, realm, text_of(command))
        return message

    def cosign(self, message: bytes, *, realm: str) -> bytes:
        """A payload, or a message with signatures, with one signature more."""
        signed: bytes = self._call(core.mbill_face_command_cosign, realm, message)
        return signed

    def sign_keyset(self, payload: bytes, *, realm: str) -> bytes:
        """A keyset's payload, or a message with signatures, with one signature more."""
        signed: bytes = self._call(core.mbill_face_keyset_sign, realm, payload)
        return signed

    def sign_receipt(self, receipt: Document, *, realm: str) -> bytes:
        """A document of kind "receipt" as a signed message."""
        message: bytes = self._call(core.mbill_face_receipt_sign, realm, text_of(receipt))
        return message


_NUMBERS = itertools.count(1)
_ELSEWHERE: weakref.WeakValueDictionary[int, Signer] = weakref.WeakValueDictionary()


def _sign_elsewhere(number: int, message: bytes) -> bytes:
    """Called by the C layer: the signature of the signer that has this number."""
    signer = _ELSEWHERE.get(number)
    if signer is None or signer._sign is None:
        raise ClosedError(f"nobody signs under the number {number}")
    signature = signer._sign(message)
    if not isinstance(signature, bytes | bytearray | memoryview):
        raise TypeError(f"expected a signature as bytes, not {type(signature).__name__}")
    return bytes(signature)


core.set_signing(_sign_elsewhere)


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """A command whose signature and content were checked. ``signers``: how many signed; ``keyset_expired``: only some kinds may still run."""

    command: dict[str, Any]
    hash: str
    kid: str
    signers: int
    keyset_expired: bool
    text: str


class Keyset(Owner):
    """Keys that are trusted, with what each may sign."""

    __slots__ = ()

    @classmethod
    def pin(cls, roots: list[bytes], *, threshold: int, version: int) -> Self:
        """Roots that are trusted from the start, public keys of 32 bytes; ``threshold`` of them must sign a keyset above ``version``."""
        return cls(core.mbill_face_keyset_pin(b"".join(roots), threshold, version))

    @classmethod
    def trust(cls, role: str, keys: list[bytes]) -> Self:
        """Keys of one role without a keyset."""
        return cls(core.mbill_face_keyset_trust(role, b"".join(keys)))

    @staticmethod
    def payload(document: Document) -> bytes:
        """A document of kind "keyset" as the payload that roots sign."""
        payload: bytes = core.mbill_face_keyset_payload(text_of(document))
        return payload

    def next(self, message: bytes, *, realm: str) -> Keyset:
        """A signed keyset, trusted because of this one."""
        handle = self._handle
        if handle is None:
            self._call(None)
        return Keyset(core.mbill_face_keyset_open(message, realm, handle))

    def show(self) -> dict[str, Any]:
        """The document of kind "keyset"."""
        says: dict[str, Any] = json.loads(self._call(core.mbill_face_keyset_show))
        return says

    def open(self, message: bytes, *, realm: str, now: dt.datetime) -> Opened:
        """A command, if its signature, its times and who signed it are right; else :class:`CommandError` that says which check refused."""
        text = self._call(core.mbill_face_command_open, realm, utc_s_of(now), message)
        says = json.loads(text)
        signers = says["signers"]
        return Opened(says["command"], says["hash"], says["kid"], signers if isinstance(signers, int) else len(signers), says["keyset_expired"], text)


@dataclasses.dataclass(frozen=True, slots=True)
class Admitted:
    """Whether a command was taken before, and what the receiver remembers from now on."""

    repeat: bool
    replay: bytes
    purchases: bytes

    @classmethod
    def first(cls) -> Admitted:
        """A receiver that has taken nothing yet."""
        return cls(False, b"", b"")

    def admit(self, opened: Opened, message: bytes, *, known: bytes | None = None) -> Admitted:
        """The receiver's memory after this command; CommandError where its number was used or passed. ``known``: the hash of the message
        that was taken under this id before."""
        says = json.loads(core.mbill_face_command_admit(json.dumps(opened.command), command_hash(message), known, self.replay, self.purchases))
        return Admitted(bool(says["repeat"]), bytes.fromhex(says["replay"]), bytes.fromhex(says["purchases"]))


@dataclasses.dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt whose signature was checked."""

    receipt: dict[str, Any]
    hash: str
    kid: str
    text: str


def open_receipt(message: bytes, *, key: bytes, realm: str) -> Receipt:
    """A receipt, if ``key`` signed it."""
    return receipt_of(core.mbill_face_receipt_open(key, realm, message))


def receipt_of(text: str) -> Receipt:
    """What the C layer says of a receipt."""
    says = json.loads(text)
    return Receipt(says["receipt"], says["hash"], says["kid"], text)


def follows(receipt: Document, before: bytes = b"") -> None:
    """Raises where a receipt does not follow the message before it; no bytes: where it is not the first."""
    core.mbill_face_receipt_follows(text_of(receipt), before)


def command_payload(command: Document) -> bytes:
    """A document of kind "command" as the payload that is signed, for :meth:`Signer.cosign`."""
    payload: bytes = core.mbill_face_command_payload(text_of(command))
    return payload


def command_hash(message: bytes) -> bytes:
    """BLAKE2b-256 of a whole message."""
    digest: bytes = core.mbill_face_command_hash(message)
    return digest


def targets_hash(targets: Iterable[str]) -> bytes:
    """BLAKE2b-256 of a group's targets."""
    digest: bytes = core.mbill_face_targets_hash(lines_of(targets))
    return digest


def lines_of(words: Iterable[str]) -> str:
    """Names, one a line, as the C layer takes lists of them."""
    names = list(words)
    for name in names:
        if not isinstance(name, str) or "\n" in name:
            raise ValueError(f"{name!r} names no meter")
    return "".join(name + "\n" for name in names)


def kid(public: bytes) -> bytes:
    """The name of a public key, 8 bytes."""
    name: bytes = core.mbill_face_kid(public)
    return name
