# SPDX-License-Identifier: Apache-2.0
"""Changes when the way does in which an object holds a C handle."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Self

from ._native import closed

__all__ = ["Handle", "Owner"]


class Handle:
    """Holds one C object, which any number of threads may use at once; let go by :meth:`close`, the end of a ``with`` block, or the last reference."""

    __slots__ = ("_handle", "__weakref__")

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def _open(self) -> Any:
        """The C object. The caller's reference keeps it while another thread closes this one."""
        handle = self._handle
        return closed(type(self).__name__) if handle is None else handle

    def close(self) -> None:
        """Let go of the C object; whatever is called afterwards raises :class:`ClosedError`. Any number of times."""
        self._handle = None

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}{', closed' if self._handle is None else ''}>"


class Owner(Handle):
    """Holds one C object that one thread at a time may use: calls wait for each other."""

    __slots__ = ("_lock",)

    def __init__(self, handle: Any) -> None:
        super().__init__(handle)
        self._lock = threading.RLock()  # what is let go while a call is prepared, or a callback, may come here again

    def _call(self, function: Any, *arguments: Any) -> Any:
        """One call on the handle, with the lock held."""
        handle = self._open()
        with self._lock:
            return function(handle, *arguments)
