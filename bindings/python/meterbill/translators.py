# SPDX-License-Identifier: Apache-2.0
"""Changes when what is asked of the road from commands to frames of meters, and from their replies to receipts, does."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

from ._native import Document, core, optional_text_of, text_of
from .commands import Opened
from .handles import Handle
from .times import utc_s_of

__all__ = ["CommandAnswer", "CommandFrames", "Translator", "translator_protocols"]


def translator_protocols() -> list[str]:
    """The protocols that commands are translated into, by their names."""
    names: list[str] = json.loads(core.mbill_face_translator_protocols())
    return names


@dataclasses.dataclass(frozen=True, slots=True)
class CommandFrames:
    """What goes out for a command: ``frame`` orders it, ``read_back`` asks what became of it (no bytes: the meter cannot say). ``text``: the document."""

    frame: bytes
    read_back: bytes
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class CommandAnswer:
    """What replies prove: ``answer`` to the frame and the ``state`` that follows; ``receipt``: of a signed command, still to be chained and signed."""

    answer: str
    state: str
    receipt: dict[str, Any] | None
    text: str


class Translator(Handle):
    """Commands as frames of a meter's protocol, and what its replies prove. Any number of threads may share one.

    ``means``: a document of kind "meter_means" with the passwords and keys that the meter wants; they are wiped from the C side when it is let go.

    >>> translator = Translator("dlt645", means=pathlib.Path("means.json"))
    >>> frames = translator.frames(opened, at=now)
    >>> translator.answer(frames, line.exchange(frames.frame), line.exchange(frames.read_back), at=now).state
    'confirmed'
    """

    __slots__ = ()

    def __init__(self, protocol: str, *, profile: Document | None = None, means: Document | None = None) -> None:
        super().__init__(core.mbill_face_translator_open(protocol, optional_text_of(profile), optional_text_of(means)))

    def frames(self, command: Opened | Document, *, at: dt.datetime) -> CommandFrames:
        """The frames of a command that was opened, or of a document of kind "command" that nobody signed and of which no receipt will be.

        Raises :class:`MeterbillError` where the meter cannot do it, or the command may not run at that time.
        """
        if isinstance(command, Opened):
            text = core.mbill_face_translator_frames(self._open(), json.dumps(command.command), bytes.fromhex(command.hash), utc_s_of(at))
        else:
            text = core.mbill_face_translator_frames(self._open(), text_of(command), None, utc_s_of(at))
        says = json.loads(text)
        return CommandFrames(bytes.fromhex(says["frame"]), bytes.fromhex(says.get("read_back", "")), text)

    def answer(self, frames: CommandFrames | Document, reply: bytes = b"", told: bytes = b"", *, at: dt.datetime) -> CommandAnswer:
        """What came to the frame and to the reading back, one frame each; no bytes: nothing came in time."""
        document = frames.text if isinstance(frames, CommandFrames) else text_of(frames)
        text = core.mbill_face_translator_answer(self._open(), document, reply, told, utc_s_of(at))
        says = json.loads(text)
        return CommandAnswer(says["answer"], says["state"], says.get("receipt"), text)
