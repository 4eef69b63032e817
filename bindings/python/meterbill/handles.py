# SPDX-License-Identifier: Apache-2.0
"""Changes when the way does in which an object owns a C handle that one thread at a time may use."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Self

from ._native import closed

__all__ = ["Owner"]


class Owner:
    """Owns one C object. Calls wait for each other; the object is freed by :meth:`close`, the end of a ``with`` block, or the last reference."""

    __slots__ = ("_handle", "_lock", "__weakref__")

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._lock = threading.Lock()

    def _call(self, function: Any, *arguments: Any) -> Any:
        """One call on the handle, with the lock held; the local reference keeps the C object while another thread closes it."""
        handle = self._handle
        if handle is None:
            closed(type(self).__name__)
        with self._lock:
            return function(handle, *arguments)

    def close(self) -> None:
        """Let go of the C object; whatever is called afterwards raises :class:`ClosedError`. Any number of times."""
        self._handle = None

    def __enter__(self) -> Self:
        if self._handle is None:
            closed(type(self).__name__)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}{', closed' if self._handle is None else ''}>"
