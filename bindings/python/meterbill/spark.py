# SPDX-License-Identifier: Apache-2.0
"""Changes when the way does in which Spark prices a table of readings. Needs pyspark and pyarrow, which are imported on first use.

>>> bills = spark.price(readings, [tariff_json], registers={"import": "readings"})
>>> spark.write(bills, "bills", by=["month", "part"])

A row of ``readings`` is a meter-month:

===============  =============  ====================================================================================================
column           type           meaning
===============  =============  ====================================================================================================
account          string         whose bill it is
contract         string         a name among ``contracts``; without them the id of a tariff
from_utc_s       bigint         the span of the bill, UTC seconds
to_utc_s         bigint         its end, not included
step_s           bigint         seconds of each reading; the first one begins at ``from_utc_s``
(each register)  array<bigint>  readings, 10^-6 of the unit; null: the account has no such register
facts            string         optional: a document of kind "facts" with the account's own values, or null
position         string         optional: where the bill before left off, a document of kind "position", or null
===============  =============  ====================================================================================================

A row of the bills has ``account``, ``contract``, the columns of ``keep``, ``tariff``, ``version``, ``from_utc_s``, ``to_utc_s``, ``currency``, ``total_micro``
(10^-6), ``flags``, ``bill`` (the document, to the byte what the program and a store make) and ``position``, which goes into the next month's row; and
``status``, ``path``, ``message``: "OK", or why the row was refused.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import importlib
import json
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from ._native import Document, core, optional_text_of
from .bills import BillsHash
from .bulk import Billed, Bulk
from .errors import MeterbillError, Status, make_error
from .tariffs import Tariff
from .times import Span, instant_of

__all__ = ["Contract", "bills_hash", "price", "write"]

DataFrame: TypeAlias = Any
"""A ``pyspark.sql.DataFrame``."""
_ROWS_AT_ONCE = 512
_FIRST, _LAST = -62_135_596_800, 253_402_300_799  # the instants that a datetime has
_KEY = ("account", "contract")
_NUMBERS = ("from_utc_s", "to_utc_s", "step_s")
_ANSWER = (("tariff", "string"), ("version", "string"), ("from_utc_s", "bigint"), ("to_utc_s", "bigint"), ("currency", "string"), ("total_micro", "bigint"),
           ("flags", "bigint"), ("bill", "string"), ("position", "string"), ("status", "string"), ("path", "string"), ("message", "string"))


@dataclasses.dataclass(frozen=True, slots=True)
class Contract:
    """What accounts have in common: the id of a tariff, its version (None: the one that is valid in the whole span), what holds for all of them (a document
    of kind "facts": values, lists of days, price series), and whether time without readings is billed as far as it is known."""

    tariff: str
    version: str | None = None
    facts: Document | None = None
    allow_gaps: bool = False


def price(readings: DataFrame, tariffs: Sequence[Document], *, registers: Mapping[str, str], contracts: Mapping[str, Contract] | None = None,
          keep: Sequence[str] = (), refused: str = "raise") -> DataFrame:
    """The bills of a table of readings, one a row; nothing is shuffled, and a task holds one batch of rows at a time.

    ``tariffs``: documents, which go to the tasks as text and are compiled once in each Python worker; ``registers``: the column of each register;
    ``keep``: columns that go along, such as those that the bills are laid out by. ``refused``: "raise" fails the task with the first row that is refused,
    named by partition and account, so that no half month is written; "rows" gives it as a row with ``status``, ``path`` and ``message`` and no bill.

    Raises :class:`MeterbillError` for a tariff that does not compile, two of one id and version, and a contract whose tariff is not among them; ValueError
    for a table without these columns or with other types. In a task, a Python without this package, or with another version of it, is a RuntimeError that names
    the host. Any tariff is taken; the cost is that of :meth:`Bulk.bills`.
    """
    if refused not in ("raise", "rows"):
        raise ValueError(f'refused is "{refused}", expected raise or rows')
    texts = tuple(Tariff.compile(one).canonical() for one in tariffs)
    shelf = _Shelf(texts, _plain(contracts))
    for name, contract in (contracts or {}).items():
        if not shelf.versions(contract.tariff, contract.version):
            raise shelf.missing(name, contract.tariff, contract.version)
    _check(readings, registers, keep)
    schema = ", ".join(f"`{name}` {kind}" for name, kind in _schema(readings, keep))
    chosen = [*_KEY, *_NUMBERS, *dict.fromkeys([*registers.values(), *keep]), *(name for name in ("facts", "position") if name in readings.columns)]
    order = (texts, _plain(contracts), tuple(registers.items()), tuple(keep), refused == "rows", core.mbill_version_string())
    return readings.select(*dict.fromkeys(chosen)).mapInArrow(_task("meterbill.spark", "_price_batches", order), schema)


def write(bills: DataFrame, folder: str, *, by: Sequence[str]) -> None:
    """Write bills as Parquet below ``folder``, one folder a value of the columns ``by``, such as ``month=2026-01/part=7``.

    Exactly once: what a task writes counts when Spark commits the task, one attempt of each, so a task that ran twice, or died, leaves nothing double or half;
    a folder that is written again takes the place of the one before, and other folders stay as they are. Run again whatever was cut short. A folder for which
    there is not one row any more is left as it was: remove it.
    """
    if not by:
        raise ValueError("by is empty, expected the columns that name a folder of bills")
    bills.write.mode("overwrite").option("partitionOverwriteMode", "dynamic").partitionBy(*by).parquet(folder)


def bills_hash(bills: DataFrame, *, by: Sequence[str] = ()) -> dict[tuple[Any, ...], BillsHash]:
    """The :class:`BillsHash` of bills by the values of columns, such as ``month`` and ``part``; without columns the one of ``()``.

    It is what ``BillsHash.of`` says of the same accounts and bills on one machine. A row without a bill raises ValueError.
    """
    if bills.where("bill is null").limit(1).count():
        raise ValueError("a row has no bill: it was refused, and a hash without it would say too little")
    parts = bills.select("account", "bill", *by).mapInArrow(_task("meterbill.spark", "_hash_batches", (len(by),)), "k string, h string").collect()
    sums: dict[tuple[Any, ...], BillsHash] = {}
    for part in parts:
        key = tuple(json.loads(part["k"]))
        sums[key] = sums.get(key, BillsHash()) + BillsHash.parse(part["h"])
    return sums


# --- on the driver ---


def _plain(contracts: Mapping[str, Contract] | None) -> tuple[tuple[Any, ...], ...] | None:
    """What a task gets: words alone, so that a worker without this package can still say so."""
    if contracts is None:
        return None
    return tuple((name, one.tariff, one.version, optional_text_of(one.facts), one.allow_gaps) for name, one in contracts.items())


def _schema(readings: DataFrame, keep: Sequence[str]) -> list[tuple[str, str]]:
    types = dict(readings.dtypes)
    answer = {name for name, _ in _ANSWER} | set(_KEY)
    for name in keep:
        if name in answer:
            raise ValueError(f'the column "{name}" cannot be kept: the bills have one of that name')
    return [*((name, "string") for name in _KEY), *((name, types[name]) for name in keep), *_ANSWER]


def _check(readings: DataFrame, registers: Mapping[str, str], keep: Sequence[str]) -> None:
    types = dict(readings.dtypes)
    wanted = {**{name: "string" for name in _KEY}, **{name: "bigint" for name in _NUMBERS}, **{column: "array<bigint>" for column in registers.values()}}
    wanted.update({name: "string" for name in ("facts", "position") if name in types})
    wanted.update({name: types.get(name, "any type") for name in keep})
    for name, kind in wanted.items():
        if name not in types:
            raise ValueError(f'the readings have no column "{name}" ({kind})')
        if types[name] != kind:
            raise ValueError(f'the column "{name}" is {types[name]}, expected {kind}')


def _task(module: str, function: str, order: tuple[Any, ...]) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """A function that goes to the workers by value and finds the package there, or says where it is missing."""

    def batches(iterator: Iterable[Any]) -> Iterator[Any]:
        try:
            run = getattr(importlib.import_module(module), function)
        except (ImportError, OSError) as error:
            raise RuntimeError(f"the executor on {socket.gethostname()} has no package meterbill in {sys.executable}: {error}; "
                               "install the one that the driver has") from error
        yield from run(iterator, order)

    return batches


# --- in a task ---


@functools.lru_cache(maxsize=256)
def _compiled(text: str) -> Tariff:
    """Once in each worker, which Spark uses for one task after the other."""
    return Tariff.compile(text)


class _Shelf:
    """The tariffs and contracts of a task."""

    def __init__(self, texts: Sequence[str], contracts: Sequence[tuple[Any, ...]] | None) -> None:
        self.tariffs: dict[tuple[str, str], Tariff] = {}
        for text in texts:
            tariff = _compiled(text)
            key = tariff.info.id, tariff.info.version
            if key in self.tariffs:
                raise make_error(Status.E_DUPLICATE_KEY, f'the tariff "{key[0]}" of version "{key[1]}" is there twice', "", -1)
            self.tariffs[key] = tariff
        self.contracts = None if contracts is None else {name: Contract(*rest) for name, *rest in contracts}

    def versions(self, name: str, version: str | None) -> list[Tariff]:
        return [tariff for key, tariff in self.tariffs.items() if key[0] == name and version in (None, key[1])]

    def missing(self, contract: str, name: str, version: str | None) -> MeterbillError:
        there = ", ".join(f"{one} {of}" for one, of in self.tariffs) or "none"
        which = "" if version is None else f' of version "{version}"'
        return make_error(Status.E_NOT_FOUND, f'there is no tariff "{name}"{which} for the contract "{contract}" among those handed over: {there}', "", -1)

    def contract(self, name: str) -> Contract:
        if self.contracts is None:
            return Contract(name)
        if name not in self.contracts:
            raise make_error(Status.E_NOT_FOUND, f'there is no contract "{name}" among the {len(self.contracts)} handed over', "", -1)
        return self.contracts[name]

    def tariff(self, name: str, contract: Contract, span: Span) -> Tariff:
        """The version that is valid in the whole span."""
        known = self.versions(contract.tariff, contract.version)
        if not known:
            raise self.missing(name, contract.tariff, contract.version)
        valid = [tariff for tariff in known if tariff.info.valid_from <= span.start and (tariff.info.valid_to is None or span.end <= tariff.info.valid_to)]
        if len(valid) == 1:
            return valid[0]
        there = ", ".join(tariff.info.version for tariff in valid or known)
        said = f"several versions are valid ({there})" if valid else f"no version is valid (there are {there})"
        raise make_error(Status.E_AMBIGUOUS if valid else Status.E_UNCOVERED,
                         f'{said} of the tariff "{contract.tariff}" from {span.start.isoformat()} to {span.end.isoformat()}', "", -1)


_Key: TypeAlias = "tuple[str, Span, int, tuple[str, ...], int]"
"""Contract, span, step, registers, readings of each: rows of one key are priced together."""


class _Desk:
    """What a task keeps from one batch to the next."""

    def __init__(self, order: tuple[Any, ...]) -> None:
        texts, contracts, registers, self.keep, self.rows, version = order
        if core.mbill_version_string() != version:
            raise RuntimeError(f"the executor on {socket.gethostname()} has meterbill {core.mbill_version_string()}, the driver {version}")
        self.arrow: Any = importlib.import_module("pyarrow")
        self.shelf = _Shelf(texts, contracts)
        self.registers: dict[str, str] = dict(registers)
        self.opened = functools.lru_cache(maxsize=64)(self._open)
        pyspark: Any = sys.modules.get("pyspark")  # in a task it is there
        context = pyspark and pyspark.TaskContext.get()
        self.partition = context.partitionId() if context else 0

    def _open(self, key: _Key) -> tuple[Tariff, Bulk]:
        name, span, step_s, registers, n = key
        contract = self.shelf.contract(name)
        tariff = self.shelf.tariff(name, contract, span)
        return tariff, Bulk(tariff, span, step=dt.timedelta(seconds=step_s), steps=n, registers=registers, shared=contract.facts, allow_gaps=contract.allow_gaps)

    def refuse(self, row: Mapping[str, Any], status: int, path: str, message: str) -> Billed:
        """A row that is refused, or the exception that ends the task."""
        if not self.rows:
            raise make_error(status, f'{message} (partition {self.partition}, account "{row["account"]}", contract "{row["contract"]}")', path, -1)
        return Billed(status, 0, 0, "", "", path, message)


class _Batch:
    """Rows that are priced together, at most _ROWS_AT_ONCE."""

    def __init__(self, desk: _Desk, batch: Any) -> None:
        self.desk, self.batch = desk, batch
        self.rows: list[dict[str, Any]] = batch.select([name for name in batch.schema.names if name not in desk.registers.values()]).to_pylist()
        self.lengths = {register: batch.column(column).value_lengths().to_pylist() for register, column in desk.registers.items()}
        self.unknown = {number: text for register in desk.registers for number, text in self._nulls(register)}
        self.billed: list[Billed | None] = [None] * len(self.rows)
        self.tariffs: list[Tariff | None] = [None] * len(self.rows)

    def _nulls(self, register: str) -> Iterator[tuple[int, str]]:
        """Rows with a reading that is null, which is not 0."""
        lists = self.batch.column(self.desk.registers[register])
        if lists.flatten().null_count:
            for number, one in enumerate(lists):
                at = next((at for at, value in enumerate(one.values or ()) if not value.is_valid), None) if one.is_valid else None
                if at is not None:
                    yield number, f'reading {at} of the register "{register}" is null; a column has every reading'

    def key(self, number: int) -> _Key:
        """How a row is priced. Raises for one that cannot be."""
        row = self.rows[number]
        for name in (*_KEY, *_NUMBERS):
            if row[name] is None:
                raise make_error(Status.E_MISSING_KEY, f"{name} is null", "", -1)
        if number in self.unknown:
            raise make_error(Status.E_GAP, self.unknown[number], "", -1)
        from_utc_s, to_utc_s, step_s = (row[name] for name in _NUMBERS)
        if to_utc_s <= from_utc_s or step_s <= 0 or not _FIRST <= from_utc_s <= to_utc_s <= _LAST:
            raise make_error(Status.E_RANGE, f"there is no span from {from_utc_s} to {to_utc_s} in steps of {step_s} s", "", -1)
        here = {register: lengths[number] for register, lengths in self.lengths.items() if lengths[number] is not None}
        n = next(iter(here.values()), -(-(to_utc_s - from_utc_s) // step_s))
        for register, length in here.items():
            if length != n or length == 0 or length * step_s > to_utc_s - from_utc_s:
                raise make_error(Status.E_RANGE, f'{length} readings of {step_s} s of the register "{register}" in a span of {to_utc_s - from_utc_s} s'
                                 + (f", others have {n}" if length != n else ""), "", -1)
        return row["contract"], Span(instant_of(from_utc_s), instant_of(to_utc_s)), step_s, tuple(here), n

    def bill(self) -> Any:
        """All rows, and the batch that comes of them."""
        keys: dict[_Key, list[int]] = {}
        for number, row in enumerate(self.rows):
            try:
                keys.setdefault(self.key(number), []).append(number)
            except MeterbillError as error:
                self.billed[number] = self.desk.refuse(row, error.status, error.path, error.message)
        for key, numbers in keys.items():
            try:
                tariff, bulk = self.desk.opened(key)
            except MeterbillError as error:
                for number in numbers:
                    self.billed[number] = self.desk.refuse(self.rows[number], error.status, error.path, error.message)
                continue
            self._bill_some(tariff, bulk, key[3], numbers)
        return self._answer([one for one in self.billed if one is not None])

    def _bill_some(self, tariff: Tariff, bulk: Bulk, registers: Iterable[str], numbers: list[int]) -> None:
        part = self.batch if len(numbers) == len(self.rows) else self.batch.take(self.desk.arrow.array(numbers))
        facts, positions = ([self.rows[number].get(name) for number in numbers] for name in ("facts", "position"))
        answers = bulk.bills({register: part.column(self.desk.registers[register]).flatten() for register in registers}, accounts=len(numbers),
                             facts=facts if any(facts) else None, positions=positions if any(positions) else None, raise_refused=False)
        for number, one in zip(numbers, answers, strict=True):
            if one.status == Status.OK:
                self.billed[number], self.tariffs[number] = one, tariff
            else:
                self.billed[number] = self.desk.refuse(self.rows[number], one.status, one.path, one.message)

    def _answer(self, billed: list[Billed]) -> Any:
        arrow, batch = self.desk.arrow, self.batch
        text, whole = arrow.string(), arrow.int64()
        infos = [tariff and tariff.info for tariff in self.tariffs]
        columns = {
            **{name: batch.column(name) for name in (*_KEY, *self.desk.keep, "from_utc_s", "to_utc_s")},
            **{name: arrow.array([info and getattr(info, field) for info in infos], text) for name, field in (("tariff", "id"), ("version",) * 2, ("currency",) * 2)},
            **{name: arrow.array([getattr(one, name) if info else None for one, info in zip(billed, infos, strict=True)], whole) for name in ("total_micro", "flags")},
            **{name: arrow.array([getattr(one, name) or None for one in billed], text) for name in ("bill", "position", "path", "message")},
            "status": arrow.array([_name(one.status) for one in billed], text)}
        names = [*_KEY, *self.desk.keep, *(name for name, _ in _ANSWER)]
        return arrow.RecordBatch.from_arrays([columns[name] for name in names], names=names)


def _name(status: int) -> str:
    """As the program prints it; the number of a status that this version has no name for."""
    return Status(status).name if status in Status._value2member_map_ else str(status)


def _price_batches(iterator: Iterable[Any], order: tuple[Any, ...]) -> Iterator[Any]:
    desk = _Desk(order)
    for batch in iterator:
        for first in range(0, batch.num_rows, _ROWS_AT_ONCE):
            yield _Batch(desk, batch.slice(first, _ROWS_AT_ONCE)).bill()


def _hash_batches(iterator: Iterable[Any], order: tuple[Any, ...]) -> Iterator[Any]:
    arrow: Any = importlib.import_module("pyarrow")
    sums: dict[tuple[Any, ...], BillsHash] = {}
    for batch in iterator:
        account, bill, *by = (column.to_pylist() for column in batch.columns)
        parts: dict[tuple[Any, ...], list[tuple[str, str]]] = {}
        for number, pair in enumerate(zip(account, bill, strict=True)):
            parts.setdefault(tuple(column[number] for column in by), []).append(pair)
        for key, pairs in parts.items():
            sums[key] = sums.get(key, BillsHash()) + BillsHash.of(pairs)
    keys = [json.dumps(key, default=str) for key in sums]
    yield arrow.RecordBatch.from_arrays([arrow.array(keys, arrow.string()), arrow.array([str(one) for one in sums.values()], arrow.string())], names=["k", "h"])
