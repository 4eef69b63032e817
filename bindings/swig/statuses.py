#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Changes when what is made from include/meterbill/status.def does: statuses.py python|java STATUS.DEF OUTPUT.

Python gets the enumeration Status and one class a family of statuses, each also one of Python's own classes; Java gets the enum Status.
"""
import pathlib
import re
import sys

# (first number, last number, family, what it says); a family with several base classes gets one class each.
FAMILIES = [
    (1, 1, "InternalError", "An invariant of the library failed; please report it."),
    (5, 5, "ResultOverflowError", "A result that does not fit its type."),
    (6, 6, "OutOfMemoryError", "Memory could not be allocated."),
    (9, 9, "NotFoundError", "Nothing of that name is there."),
    (2, 19, "CallError", "A value, option or call that is not allowed."),
    (20, 39, "DocumentError", "A document that is not well formed or not of its form."),
    (40, 59, "NumberError", "Text that is not a decimal number of its unit."),
    (60, 99, "TimeError", "A date, time or time zone that cannot be used."),
    (100, 199, "ReadingError", "Readings that cannot be billed."),
    (200, 299, "TariffError", "A tariff that cannot be used, or what pricing by it lacks."),
    (300, 319, "ExistsError", "An id that was applied before."),
    (320, 359, "SplitError", "A cost that cannot be shared."),
    (360, 399, "AlarmError", "A call to an alarm or a detector that is out of time or damaged."),
    (400, 419, "FrameError", "Bytes of a meter's wire that are refused."),
    (420, 449, "CommandError", "A signed command, keyset or receipt that is refused."),
    (450, 499, "TokenError", "A token or a meter's tables that are refused."),
    (500, 599, "StoreError", "The file of a store could not be read or written."),
]


def statuses(path):
    found = re.findall(r'^X\((\w+),\s*(\d+),\s*"([^"]*)",\s*(\w+),\s*(\w+)\)', path.read_text(encoding="utf-8"), flags=re.M)
    return [(name, int(number), text, python, java) for name, number, text, python, java in found]


def family_of(number):
    return next((family for first, last, family, _ in FAMILIES if first <= number <= last), None)


def leaf(family, base, bases):
    """The class of a status: the family itself where all of it have one base, else one a base."""
    return family if len(bases[family]) == 1 else family.removesuffix("Error") + base


def python_classes(bases):
    """(name, source) of every class, families before what is made of them."""
    for _, _, family, says in FAMILIES:
        own = bases.get(family, [])
        if len(own) == 1:
            yield family, f'class {family}(MeterbillError, {own[0]}):\n    """{says}"""\n'
        elif own:
            yield family, f'class {family}(MeterbillError):\n    """{says}"""\n'
            for base in own:
                name = leaf(family, base, bases)
                yield name, f'class {name}({family}, {base}):\n    """{says} Those of it that are a {base}."""\n'


def python_text(entries):
    members, families, bases = [], [], {}
    for name, number, text, base, _ in entries:
        members.append(f"    {name} = {number}\n    \"\"\"{text}\"\"\"")
        if number and base not in bases.setdefault(family_of(number), []):
            bases[family_of(number)].append(base)
    for name, number, _, base, _ in entries:
        if number:
            families.append(f"    {number}: {leaf(family_of(number), base, bases)},")
    classes = list(python_classes(bases))
    names = ", ".join(f'"{name}"' for name, _ in classes)
    return f'''# SPDX-License-Identifier: Apache-2.0
"""Why a call was refused: one class a family of statuses. Made from status.def when the package is built."""

from __future__ import annotations

import enum

__all__ = ["Status", "MeterbillError", "ClosedError", {names}]


class Status(enum.IntEnum):
    """What the C library returns; numbers keep their meaning for ever."""

{chr(10).join(members)}


class MeterbillError(Exception):
    """A call that was refused. Nothing was changed by it.

    ``status`` is a :class:`Status`, or an ``int`` that this version has no name for; ``path`` is the JSON pointer into the document
    that was refused ("" when none is meant); ``index`` is the record of the input, from 0, or None; ``message`` says what was found
    and what was expected.
    """

    def __init__(self, status: int, message: str, path: str = "", index: int | None = None) -> None:
        super().__init__(status, message, path, index)
        self.status: Status | int = Status(status) if status in Status._value2member_map_ else status
        self.message = message
        self.path = path
        self.index = index

    def __reduce__(self) -> tuple[type[MeterbillError], tuple[int, str, str, int | None]]:
        return type(self), (int(self.status), self.message, self.path, self.index)

    def __str__(self) -> str:
        name = f"MBILL_{{self.status.name}}" if isinstance(self.status, Status) else f"status {{self.status}}"
        place = f" {{self.path}}" if self.path else ""
        record = f" [{{self.index}}]" if self.index is not None else ""
        return f"{{name}}{{place}}{{record}}: {{self.message}}"


class ClosedError(ValueError):
    """Something that was closed was used again."""


{(chr(10) * 2).join(text for _, text in classes)}

_FAMILIES: dict[int, type[MeterbillError]] = {{
{chr(10).join(families)}
}}


def make_error(status: int, message: str, path: str, index: int) -> MeterbillError:
    """The exception of a status; the C layer raises it."""
    return _FAMILIES.get(status, MeterbillError)(status, message, path, index if index >= 0 else None)
'''


def java_text(entries):
    rows = ",\n".join(f'    /** {text}. */\n    {name}({number}, "{text}")' for name, number, text, _, _ in entries)
    return f'''// SPDX-License-Identifier: Apache-2.0
// Made from status.def when the library is built.
package org.meterbill;

/** What the C library returns; numbers keep their meaning for ever. */
public enum Status {{
{rows},
    /** a number that this version has no name for. */
    UNKNOWN(-1, "unknown status");

    private final int number;
    private final String text;

    Status(int number, String text) {{
        this.number = number;
        this.text = text;
    }}

    /**
     * The number in all languages.
     *
     * @return the number
     */
    public int number() {{
        return number;
    }}

    /**
     * What it means, in a few words.
     *
     * @return the words
     */
    public String text() {{
        return text;
    }}

    /**
     * The status of a number.
     *
     * @param number a number, of this version or a later one
     * @return the status; {{@link #UNKNOWN}} for a number that this version does not have
     */
    public static Status of(int number) {{
        for (Status status : values()) {{
            if (status.number == number) {{
                return status;
            }}
        }}
        return UNKNOWN;
    }}
}}
'''


def main(arguments):
    if len(arguments) != 3 or arguments[0] not in ("python", "java"):
        print(__doc__, file=sys.stderr)
        return 2
    entries = statuses(pathlib.Path(arguments[1]))
    text = python_text(entries) if arguments[0] == "python" else java_text(entries)
    pathlib.Path(arguments[2]).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
