# SPDX-License-Identifier: Apache-2.0
"""Changes when what the modules of the package ask of the C layer does: the only importer of it, and how documents are handed to it."""

from __future__ import annotations

import importlib
import json
import os
import pathlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn, TypeAlias

from .errors import ClosedError, make_error

core: Any = importlib.import_module("meterbill._core")
core.set_raiser(make_error)

Document: TypeAlias = "str | bytes | Mapping[str, Any] | os.PathLike[str]"
"""A JSON document: its text, its UTF-8 bytes, a mapping, or the path of its file."""


def _refuse(value: object) -> NoReturn:
    raise TypeError(f"{type(value).__name__} in a document: expected text, int, bool, None, Decimal, list or dict; write a number that is not whole as text")


def _plain(value: object) -> Any:
    """The same with Decimals as text; floats are refused wherever they stand."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no number of a document")
        return format(value, "f")
    if isinstance(value, Mapping):
        return {key if isinstance(key, str) else _refuse(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    _refuse(value)


def text_of(document: Document) -> str | bytes:
    """The text that the C layer reads."""
    if isinstance(document, str | bytes):
        return document
    if isinstance(document, os.PathLike):
        return pathlib.Path(document).read_bytes()
    if isinstance(document, Mapping):
        return json.dumps(_plain(document), ensure_ascii=False)
    raise TypeError(f"expected a document as str, bytes, mapping or path, not {type(document).__name__}")


def optional_text_of(document: Document | None) -> str | bytes | None:
    return None if document is None else text_of(document)


def closed(what: str) -> NoReturn:
    raise ClosedError(f"{what} is closed")
