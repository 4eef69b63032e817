# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of the frames of meters does: bytes on the wire, and what they say."""

from __future__ import annotations

import json
from typing import Any, Self

from ._native import Document, core, optional_text_of, text_of
from .handles import Owner

__all__ = ["FrameCodec", "frame_protocols"]


def frame_protocols() -> list[str]:
    """The protocols by their names: "dlt645", "cjt188", "modbus", "mbus"."""
    names: list[str] = json.loads(core.mbill_face_frame_protocols())
    return names


class FrameCodec(Owner):
    """Frames of one protocol as documents and back. ``profile`` says what a meter does in its own way.

    >>> codec = FrameCodec.open("dlt645")
    >>> codec.decode(bytes.fromhex("68 11 11 11 11 11 11 68 11 04 33 33 34 33 AE 16"))["verdict"]
    """

    __slots__ = ()

    def __init__(self, protocol: str, *, profile: Document | None = None) -> None:
        super().__init__(core.mbill_face_frame_open(protocol, optional_text_of(profile)))

    @classmethod
    def open(cls, protocol: str, *, profile: Document | None = None) -> Self:
        """For a protocol by its name; :class:`MeterbillError` for one that there is not."""
        return cls(protocol, profile=profile)

    def decode_text(self, frame: bytes, *, request: bytes | None = None) -> str:
        """What a frame says, as the C library writes it; ``request``: what it answers."""
        text: str = self._call(core.mbill_face_frame_decode, frame, request)
        return text

    def decode(self, frame: bytes, *, request: bytes | None = None) -> dict[str, Any]:
        """What a frame says: a document of kind "frame", also where a layer refuses it and says why."""
        says: dict[str, Any] = json.loads(self.decode_text(frame, request=request))
        return says

    def encode(self, document: Document) -> bytes:
        """The bytes of a frame that a document describes."""
        frame: bytes = self._call(core.mbill_face_frame_encode, text_of(document))
        return frame

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """The frames that are whole after these bytes of a stream; no bytes: the stream ends."""
        return [json.loads(line) for line in self._call(core.mbill_face_frame_feed, data).splitlines()]
