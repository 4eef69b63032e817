# SPDX-License-Identifier: Apache-2.0
"""Every entry with wrong types, huge values and closed handles: exceptions only. Handles without growth, in threads, in a forked child.

Each entry is driven with the same 60 examples every time, or with PYTHON_EXAMPLES=N new ones; PYTHON_LOOPS (default 20000) is how often handles are made and freed. By hand a million of each kind of
handle but stores (of signers and keysets 400,000) grew by 16 KiB at most.
"""

import array
import datetime as dt
from decimal import Decimal
import functools
import gc
import inspect
import itertools
import os
import resource
import subprocess
import sys
import tempfile
import threading
import zoneinfo

from conftest import HOME, SOLD
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

import meterbill
from meterbill._native import core

MANY, LOOPS = os.environ.get("PYTHON_EXAMPLES"), int(os.environ.get("PYTHON_LOOPS", "20000"))
DRIVEN = settings(max_examples=int(MANY or 60), derandomize=MANY is None, deadline=None, suppress_health_check=list(HealthCheck), database=None)
NOW = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
# What a call may raise: refusals, and what Python itself says of wrong arguments (BufferError: of one that cannot be written).
ALLOWED = (meterbill.MeterbillError, TypeError, ValueError, OverflowError, LookupError, AttributeError, BufferError, OSError)

tariff = meterbill.Tariff.compile(HOME)
january = meterbill.Span.month(2026, 1, zoneinfo.ZoneInfo("Europe/Berlin"))
numbers = st.one_of(st.integers(), st.integers(-2**63, 2**63 - 1), st.sampled_from([0, 1, -1, 2**31, 2**63, -2**63 - 1, 10**40]))
texts = st.one_of(st.text(max_size=40), st.binary(max_size=40), st.sampled_from(["{}", "[]", "\0", "{\"meterbill\":1}", "\ud800", "import", "1e999999"]))
documents = st.one_of(
    texts, st.recursive(st.none() | st.booleans() | numbers | st.floats() | texts | st.decimals(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6),
    st.sampled_from([HOME, SOLD, {**HOME, "charges": []}]), st.builds(lambda key, value: {**HOME, key: value}, st.sampled_from(sorted(HOME)), numbers | texts | st.floats()))
columns = st.one_of(st.lists(numbers, max_size=5), st.builds(bytes, st.integers(0, 64)), st.builds(lambda n: array.array("q", bytes(8 * n)), st.integers(0, 2000)),
                    st.builds(lambda n: array.array("d", bytes(8 * n)), st.integers(0, 20)), st.none())
times = st.one_of(st.datetimes(), st.datetimes(timezones=st.sampled_from([dt.UTC])), st.dates(), numbers, st.none())
SPLIT = {"meterbill": 1, "kind": "split", "total": "1", "step": "0.01", "shares": [{"key": 1, "weight": 1}]}
ALARMS = {"meterbill": 1, "kind": "alarms", "alarms": {"a": {"when": "at_or_below", "limit": 0, "on_s": 5}}}
FOLDER = tempfile.TemporaryDirectory()
MAKERS = {
    "AlarmBoard": lambda: meterbill.AlarmBoard(ALARMS), "Book": meterbill.Book,
    "Bulk": lambda: meterbill.Bulk(tariff, january, step=HOUR), "FrameCodec": lambda: meterbill.FrameCodec("dlt645"),
    "Keyset": lambda: meterbill.Keyset.trust("relay", [meterbill.Signer(bytes(range(32))).public()]), "Signer": lambda: meterbill.Signer(bytes(range(32))),
    "Split": lambda: meterbill.Split(SPLIT), "Store": lambda: meterbill.Store.open(os.path.join(FOLDER.name, f"{next(NUMBERS)}.db"), create=True),
    **{view: (lambda view=view: getattr(shared_store(), view.lower())) for view in ("Alarms", "Billing", "Cashiers", "Charges", "Commands", "Ledger", "Tasks")},
    "Stream": lambda: meterbill.Stream(tariff, january, most=100), "Tariff": lambda: tariff,
    "Translator": lambda: meterbill.Translator("dlt645"), "Zone": lambda: meterbill.Zone.rule("UTC0")}
NUMBERS = itertools.count()


@functools.cache
def shared_store():
    """The store of all views: what they are given does not close it."""
    return MAKERS["Store"]()


made = {}
for maker_name, maker_call in MAKERS.items():
    try:
        made[maker_name] = maker_call()
    except meterbill.MeterbillError:
        made[maker_name] = None
handles = st.sampled_from([None, january, *made.values(), *(one._handle for one in made.values() if hasattr(one, "_handle"))])


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Files that a call makes are made here."""
    monkeypatch.chdir(tmp_path)


def test_every_kind_of_handle_is_made():
    assert None not in made.values()
anything = st.one_of(numbers, texts, documents, columns, times, handles, st.floats(), st.decimals(), st.booleans(), st.just(object()), st.sets(numbers, max_size=2))

RAW = sorted(name for name in dir(core) if name.startswith(("mbill_", "face_", "set_")) and callable(getattr(core, name)))


def arity(name):
    """How many arguments a raw function takes, as it says itself when it gets too many."""
    try:
        getattr(core, name)(*[object()] * 60)
    except TypeError as error:
        words = str(error).replace(",", "").split()
        return next((int(word) for word in words if word.isdigit()), 0)
    return 0


@pytest.mark.parametrize("name", [name for name in RAW if not name.startswith("set_")])
def test_raw_entries(name):
    """The private layer too refuses whatever it is not made for."""
    call, n = getattr(core, name), arity(name)

    @DRIVEN
    @given(st.lists(anything, min_size=n, max_size=n) | st.lists(anything, max_size=4))
    def drive(arguments):
        try:
            call(*arguments)
        except ALLOWED:
            pass

    drive()


def test_a_column_to_write_that_cannot_be_written():
    with pytest.raises(BufferError, match="not writable"):
        core.mbill_face_widen(None, b"")


def entries():
    """Every public function and method, with what makes the object it is called on."""
    for name in meterbill.__all__:
        thing = getattr(meterbill, name)
        if inspect.isfunction(thing):
            yield name, None, thing
    for name, function in inspect.getmembers(meterbill.heat, inspect.isfunction):
        if name in meterbill.heat.__all__:
            yield f"heat.{name}", None, function
    for owner, maker in MAKERS.items():
        kind = getattr(meterbill, owner)
        yield owner, None, kind
        for name, function in inspect.getmembers(kind, callable):
            if not name.startswith("__") and name not in ("close",):
                yield f"{owner}.{name}", maker, function


ENTRIES = list(entries())


@pytest.mark.parametrize("name, maker, function", ENTRIES, ids=[name for name, _, _ in ENTRIES])
def test_public_entries(name, maker, function):
    names = list(inspect.signature(function).parameters)
    takes_self = names[:1] == ["self"]
    takes = [parameter for parameter in inspect.signature(function).parameters.values() if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)]
    if takes_self:
        takes = takes[1:]
    positional = [parameter for parameter in takes if parameter.kind != parameter.KEYWORD_ONLY]
    named = [parameter.name for parameter in takes if parameter.kind == parameter.KEYWORD_ONLY and parameter.name not in ("threads", "progress", "steps")]

    @DRIVEN
    @given(st.tuples(*[anything for _ in positional]), st.fixed_dictionaries({}, optional={key: anything for key in named}))
    def drive(arguments, options):
        try:
            if maker is None or inspect.ismethod(function) or not takes_self:
                function(*arguments, **options)
            else:
                function(maker(), *arguments, **options)
        except (*ALLOWED, ArithmeticError, NotImplementedError):
            pass

    drive()


def grown(make, loops):
    """Kilobytes that the process grows by over loops, after a warm-up."""
    for _ in range(loops // 5):
        make()
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(loops):
        make()
    gc.collect()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


def refused():
    try:
        meterbill.Tariff('{"meterbill": 1, "id": "' + "x" * 10_000)
    except meterbill.MeterbillError:
        pass


@pytest.mark.parametrize("make, share", [
    (meterbill.Book, 1), (lambda: meterbill.Zone.rule("CET-1CEST,M3.5.0,M10.5.0/3"), 1), (lambda: meterbill.Tariff.compile(HOME), 0.2), (refused, 1),
    (lambda: tariff.total("152.75", january), 1), (lambda: tariff.price(meterbill.Usage.of(january, meterbill.total("import", 1))), 0.1),
    (lambda: meterbill.Bulk(tariff, january, step=dt.timedelta(days=1)).price({"import": [1] * 31}).__arrow_c_stream__(), 0.1)],
    ids=["book", "zone", "tariff", "refused", "total", "price", "bulk"])
def test_made_and_freed_without_growth(make, share):
    assert grown(make, int(LOOPS * share)) < 4096


def a_store():
    """A store that is there, to be opened again and again."""
    path = os.path.join(FOLDER.name, "kept.db")
    meterbill.Store.open(path, create=not os.path.exists(path)).close()
    return path


KEPT = a_store()
SIGNER = MAKERS["Signer"]()
# Every kind of handle, and how many of PYTHON_LOOPS are made: what a store costs is the opening of its file.
COMES_AND_GOES = {
    **{name: (maker, 0.1) for name, maker in MAKERS.items() if name not in ("Store", "Tariff", "Alarms", "Billing", "Cashiers", "Charges", "Commands", "Ledger", "Tasks")},
    "Signer elsewhere": (lambda: meterbill.Signer.by_callback(SIGNER.public(), bytes), 1), "Store": (lambda: meterbill.Store.open(KEPT), 0.02),
    "Rows": (lambda: meterbill.read_readings("meter,time,value\nM,2026-01-01T00:00Z,1\n", zone=meterbill.Zone.rule("UTC0")), 0.1)}


@pytest.mark.parametrize("name", COMES_AND_GOES)
def test_every_handle_comes_and_goes(name):
    make, share = COMES_AND_GOES[name]

    def once():
        one = make()
        if hasattr(one, "close"):
            one.close()

    assert grown(once, int(LOOPS * share)) < 4096


def test_closes_come_and_go():
    """A close that is begun, and left in the middle or after its end."""
    store, day = MAKERS["Store"](), dt.date(2026, 1, 1)

    def once():
        for _ in store.closing(day, day + dt.timedelta(days=1), at=NOW):
            break

    assert grown(once, LOOPS // 50) < 4096


def test_threads_close_what_others_use():
    """Whoever closes never pulls memory from under a call; the call ends, or says that it is closed."""
    seen = []

    def use(shared):
        try:
            for _ in range(300):
                assert shared.total("152.75", january) == Decimal("51.18")
        except meterbill.ClosedError:
            seen.append("closed")
        except BaseException as error:  # noqa: BLE001
            seen.append(error)

    for _ in range(20):
        shared = meterbill.Tariff.compile(HOME)
        threads = [threading.Thread(target=use, args=(shared,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        shared.close()
        for thread in threads:
            thread.join()
    assert set(seen) <= {"closed"}


def test_a_forked_child_works():
    child = os.fork()
    if child == 0:
        right = False
        try:
            right = tariff.total("152.75", january) == Decimal("51.18") and meterbill.Tariff.compile(HOME) == tariff and len(meterbill.Book()) == 0
        finally:
            os._exit(0 if right else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_end_of_the_interpreter_is_quiet():
    code = "import meterbill\nkept = [meterbill.Book(), meterbill.Zone.rule('UTC0')]\nkept.append(kept)\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
