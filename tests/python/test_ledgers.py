# SPDX-License-Identifier: Apache-2.0
"""The ledger as users see it; what it answers is compared with the program in test_same.py."""

import datetime as dt
from decimal import Decimal
import pickle
import threading
import uuid

import pytest

import meterbill
from meterbill import errors

NOW = dt.datetime(2026, 1, 5, 10, tzinfo=dt.UTC)


def new_id(number):
    return uuid.UUID(int=number)


@pytest.fixture
def book():
    made = meterbill.Book(policy="SMETS")
    assert made.do("open", id=new_id(1), account=7, at=NOW).result == "OK"
    return made


def test_a_payment_counts_once(book):
    paid = book.do("top_up", id=new_id(2), account=7, amount=Decimal("20"), channel=1, at=NOW)
    again = book.do("top_up", id=new_id(2), account=7, amount="20", channel=1, at=NOW)
    other = book.do("top_up", id=new_id(2), account=7, amount=21, channel=1, at=NOW)
    assert paid.ok and paid.result == "OK" and paid.account["credit"] == "20"
    assert again.ok and (again.result, again.first) == ("EXISTS", "OK")
    assert not other.ok and other.result == "EXISTS_WITH_DIFFERENT_AMOUNT" or other.result.startswith("EXISTS_WITH")
    assert book.credit(7) == 20 and len(book) == 2 and book.find(new_id(2)) == 1 and book.find(new_id(3).hex) is None
    assert book.record(1)["operation"]["do"] == "top_up" and book.account(7)["smets"]


def test_supply_is_asked(book):
    entry = book.do("usage", id=new_id(2), account=7, amount="3", at=NOW, supply=[{"account": 7, "contactor": "closed"}])
    assert entry.supply[0]["supply"] == "TRIP" and entry.supply[0]["reasons"]


def test_refusals(book):
    for members, error in (({"amount": 1.5}, TypeError), ({"amount": "1e"}, errors.NumberError), ({"amount": "1", "colour": "red"}, errors.DocumentError), ({"amount": Decimal("NaN")}, ValueError)):
        with pytest.raises(error):
            book.do("top_up", id=new_id(9), account=7, channel=1, at=NOW, **members)
    for wrong in (dt.datetime(2026, 1, 1), None):
        with pytest.raises((ValueError, TypeError)):
            book.do("top_up", id=new_id(9), account=7, amount="1", channel=1, at=wrong)
    with pytest.raises(errors.MeterbillError):
        book.do("top_up", id=new_id(0), account=7, amount="1", channel=1, at=NOW)
    with pytest.raises(errors.MeterbillError):
        book.account(8)
    assert len(book) == 1


def test_a_document_is_all_or_nothing(book):
    good = {"id": new_id(5).hex, "do": "top_up", "account": 7, "amount": "5", "channel": 1}
    document = {"meterbill": 1, "kind": "operations", "policies": {}, "batches": [{"at": "2026-01-05T12:00:00Z", "operations": [good]}, {"at": "2026-01-01T00:00:00Z", "operations": [{**good, "id": new_id(6).hex}]}]}
    before = book.journal()
    try:
        book.apply(document)
    except errors.MeterbillError:
        assert book.journal() == before
    assert meterbill.Book().apply({**document, "batches": []})["batches"] == []


def test_it_is_the_fold_of_its_journal(book):
    for number in range(2, 50):
        book.do("top_up", id=new_id(number), account=7, amount=number, channel=1, at=NOW)
    copy = pickle.loads(pickle.dumps(book))
    assert copy.journal() == book.journal() and copy.account(7) == book.account(7) and repr(copy) == "<Book of 49 records>"
    with pytest.raises(errors.MeterbillError):
        copy.replay(b"nonsense")
    assert meterbill.Book().journal() == b"" and book.journal(48, 1)


def test_threads_share_a_book(book):
    def pay(worker):
        for number in range(50):
            book.do("top_up", id=new_id(1000 * worker + number), account=7, amount=1, channel=1, at=NOW)

    threads = [threading.Thread(target=pay, args=(worker,)) for worker in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert book.credit(7) == 400 and len(book) == 401


def test_closing(book):
    book.close()
    for call in (lambda: len(book), lambda: book.account(7), book.journal, lambda: book.tick(NOW), lambda: book.apply({})):
        with pytest.raises(errors.ClosedError):
            call()
    assert repr(book) == "<Book, closed>"


def test_policies():
    for policy in ("SMETS", "DLMS", "DLT", "VEND", {"preset": "SMETS", "hoarding_limit": Decimal("100")}):
        meterbill.check_policy(policy)
    with pytest.raises(errors.MeterbillError):
        meterbill.Book(policy={"preset": "NONE"})


def test_splits():
    request = {"meterbill": 1, "kind": "split", "total": "100", "step": "0.01", "shares": [{"key": number, "weight": number} for number in (1, 2, 3)]}
    with meterbill.Split.read(request) as split:
        answer = split.answer()
        split.verify(answer)
        assert answer["kind"] == "split_result" or "meterbill" in answer
    with pytest.raises(errors.ClosedError):
        split.answer()
    with pytest.raises(errors.MeterbillError):
        meterbill.Split.read({**request, "total": "one"})
