# SPDX-License-Identifier: Apache-2.0
"""Signers whose key is elsewhere: a function of Python signs, in one thread and in many; what it raises is raised by the call."""

import ctypes
import ctypes.util
import gc
import threading
import weakref

import pytest
from test_signed import NOW, REALM, SECRET, TRIP

import meterbill
from meterbill import errors
from meterbill._native import core

sodium = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")


def module(secret=SECRET):
    """A security module: it has the key, and signs what it gets."""
    public, key = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
    assert sodium.crypto_sign_seed_keypair(public, key, bytes(secret)) == 0

    def sign(message):
        signature = ctypes.create_string_buffer(64)
        assert sodium.crypto_sign_detached(signature, None, message, ctypes.c_ulonglong(len(message)), key) == 0
        return signature.raw

    return public.raw, sign


def test_the_same_bytes_as_with_the_secret_here():
    public, sign = module()
    here, there = meterbill.Signer(SECRET), meterbill.Signer.by_callback(public, sign)
    assert there.public() == here.public() == public
    assert there.sign(TRIP, realm=REALM) == here.sign(TRIP, realm=REALM)
    assert there.cosign(meterbill.command_payload(TRIP), realm=REALM) == here.cosign(meterbill.command_payload(TRIP), realm=REALM)
    assert meterbill.Keyset.trust("relay", [public]).open(there.sign(TRIP, realm=REALM), realm=REALM, now=NOW).signers == 1
    for signer in (here, there):
        signer.hold()
        assert signer.sign(TRIP, realm=REALM) == here.sign(TRIP, realm=REALM)
        signer.rest()
    for odd in (bytearray, memoryview):
        assert meterbill.Signer.by_callback(public, lambda message, odd=odd: odd(sign(message))).sign(TRIP, realm=REALM) == here.sign(TRIP, realm=REALM)


class Refused(Exception):
    pass


def test_what_it_raises_is_raised():
    public, sign = module()

    def fail(message):
        raise Refused(len(message))

    with pytest.raises(Refused) as caught:
        meterbill.Signer.by_callback(public, fail).sign(TRIP, realm=REALM)
    assert caught.value.args[0] > 50
    for wrong, kind in ((lambda _: None, TypeError), (lambda _: "x" * 64, TypeError), (lambda _: b"x" * 63, ValueError), (lambda: b"", TypeError), (lambda _: bytes(64), errors.CommandError),
                        (lambda message: sign(message + b"x"), errors.CommandError)):
        with pytest.raises(kind):
            meterbill.Signer.by_callback(public, wrong).sign(TRIP, realm=REALM)
    with pytest.raises(KeyboardInterrupt):
        meterbill.Signer.by_callback(public, lambda _: (_ for _ in ()).throw(KeyboardInterrupt)).sign(TRIP, realm=REALM)
    for key, function in ((public[:31], sign), (b"\x02" + bytes(31), sign)):
        with pytest.raises(errors.MeterbillError):
            meterbill.Signer.by_callback(key, function)
    with pytest.raises(TypeError):
        meterbill.Signer.by_callback(public, None)
    assert meterbill.Signer.by_callback(public, sign).sign(TRIP, realm=REALM)


def test_it_may_ask_its_own_signer_and_close_it():
    public, sign = module()
    seen = []

    def careful(message):
        seen.append(signer.public())
        signer.close()
        return sign(message)

    signer = meterbill.Signer.by_callback(public, careful)
    assert signer.sign(TRIP, realm=REALM) and seen == [public]
    with pytest.raises(errors.ClosedError):
        signer.sign(TRIP, realm=REALM)


def test_threads():
    public, sign = module()
    wanted, shared, seen = meterbill.Signer(SECRET).sign(TRIP, realm=REALM), meterbill.Signer.by_callback(public, sign), []

    def work(number):
        own = meterbill.Signer.by_callback(public, sign)
        failing = meterbill.Signer.by_callback(public, lambda _: 1 // 0)
        for _ in range(100):
            seen.append(own.sign(TRIP, realm=REALM) == wanted and shared.sign(TRIP, realm=REALM) == wanted)
            with pytest.raises(ZeroDivisionError):
                failing.sign(TRIP, realm=REALM)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 800


def test_a_signer_that_its_function_refers_to_is_let_go():
    public, sign = module()

    class Module:
        def __init__(self):
            self.signer = meterbill.Signer.by_callback(public, self.sign)

        def sign(self, message):
            return sign(message)

    holder = Module()
    assert holder.signer.sign(TRIP, realm=REALM)
    gone, handle = weakref.ref(holder), holder.signer._handle
    del holder
    gc.collect()
    assert gone() is None
    with pytest.raises(errors.ClosedError):  # the C object alone finds nobody
        core.mbill_face_command_sign(handle, REALM, meterbill._native.text_of(TRIP))
