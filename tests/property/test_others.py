# SPDX-License-Identifier: Apache-2.0
"""Other people's programs on the same wires: each side makes frames and reads those of the other.

DL/T 645: the package dlt645 talks to examples/testmeter. Modbus RTU: pymodbus. M-Bus: pyMeterBus. For CJ/T 188 there is no package of this kind; its codec stands against
model_frame.py (test_frames.py). What a package does wrong is said where it shows."""

import os
import pathlib

from hypothesis import assume, given, settings, strategies as st
import pytest

from test_frames import frames  # noqa: F401  (a fixture)

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("MBILL_DRIVER", ROOT / "build/gcc/tests/property/driver")).resolve().parents[2]
SOME = settings(max_examples=int(os.environ.get("PROPERTY_EXAMPLES", "200")))


# --- DL/T 645: dlt645 ------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def line(monkeypatch):
    """The helpers of the meter on a line, and a meter."""
    monkeypatch.syspath_prepend(str(ROOT / "tests/golden"))
    monkeypatch.setenv("MBILL_TESTMETER", str(BUILD / "tests/golden/testmeter"))
    import meter_on_a_line
    meter = meter_on_a_line.Meter()
    yield meter_on_a_line, meter
    meter.end()


@pytest.fixture
def client():
    from loguru import logger
    logger.remove()
    from dlt645 import MeterClientService
    return MeterClientService


def talk(client, line, meter):
    assert client.connect()
    try:
        assert client.read_address().value == "010000000000"  # as it stands on the wire; the client goes on with it
        assert client.read_00(0x00010000).value == 0
        assert client.read_04(0x04000503).value == f"{meter.word():04x}"
        assert client.write_04(0x04000204, "04", "02654321") is None
        assert client.read_04(0x04000204).value == "00"
        client.write_04(0x04000204, "04", "02" + line.PASSWORD)
        assert client.read_04(0x04000204).value == "04"
    finally:
        client.disconnect()


def test_dlt645_over_tcp(client, line):
    helpers, meter = line
    talk(client.new_tcp_client("127.0.0.1", meter.port, timeout=2), helpers, meter)


def test_dlt645_over_a_terminal(client, line):
    helpers, meter = line
    talk(client.new_rtu_client(port=meter.terminal, baudrate=2400, databits=8, stopbits=1, parity="N", timeout=2), helpers, meter)


def test_dlt645_after_a_trip(client, line):
    helpers, meter = line
    order = helpers.frame(0x1C, helpers.control_data("1A", helpers.NOW + 60))
    assert meter.ask(order) == helpers.frame(0x9C, b"")
    with_meter = client.new_tcp_client("127.0.0.1", meter.port, timeout=2)
    assert with_meter.connect()
    with_meter.read_address()
    word = int(with_meter.read_04(0x04000503).value, 16)
    with_meter.disconnect()
    assert word & (helpers.OPEN | helpers.ORDERED) == helpers.OPEN | helpers.ORDERED


def test_dlt645_frames_of_both(line):
    from dlt645.protocol.protocol import DLT645Protocol
    helpers, meter = line
    ours = meter.ask(helpers.frame(0x11, bytes.fromhex("03050004")))
    read = DLT645Protocol.deserialize(ours)
    assert (read.ctrl_code, bytes(read.data).hex()) == (0x91, "030500040002")
    order = helpers.control_data("1A", helpers.NOW + 60)
    theirs = bytes(DLT645Protocol.build_frame(bytes.fromhex("010000000000"), 0x1C, order))
    assert theirs == b"\xfe" * 4 + helpers.frame(0x1C, order)
    assert meter.ask(theirs) == helpers.frame(0x9C, b"")


@SOME
@given(address=st.integers(0, 10**12 - 1), control=st.sampled_from([0x11, 0x91, 0x14, 0x94, 0x1C, 0x9C]), data=st.binary(min_size=4, max_size=50))
def test_dlt645_frames_of_any_kind(frames, address, control, data):  # noqa: F811
    from dlt645.protocol.protocol import DLT645Protocol
    low_first = bytes.fromhex(f"{address:012d}")[::-1]
    theirs = bytes(DLT645Protocol.build_frame(low_first, control, data))
    said = frames.decode("dlt645", {}, theirs)
    assert said.get("layer") != "frame", said  # the bytes are a frame; what they mean is not their affair
    if "data" in said:
        assert (said["address"], said["control"], said["data"]) == (f"{address:012d}", f"{control:02X}", data.hex().upper())
    read = DLT645Protocol.deserialize(theirs)
    assert (bytes(read.addr), read.ctrl_code, bytes(read.data)) == (low_first, control, data)


# --- Modbus RTU: pymodbus --------------------------------------------------------------------------------------------------------------

WRITES = {"writes": True}
addresses, words = st.integers(1, 247), st.integers(0, 0xFFFF)
registers = st.lists(words, min_size=1, max_size=120)


def pymodbus_frame(pdu):
    from pymodbus.framer import FramerRTU
    from pymodbus.pdu import DecodePDU
    return FramerRTU(DecodePDU(False)).buildFrame(pdu)


def pymodbus_reads(wire, is_server):
    from pymodbus.framer import FramerRTU
    from pymodbus.pdu import DecodePDU
    used, pdu = FramerRTU(DecodePDU(is_server)).handleFrame(wire, 0, 0)
    return pdu if used == len(wire) else None


def both_ways(frames, document, pdu, is_server, *fields):  # noqa: F811
    """Our frame of the document, which is theirs of the PDU; each reads it, and neither takes it with another checksum."""
    wire = bytes.fromhex(frames.encode("modbus", WRITES, {"meterbill": 1, "kind": "frame", "protocol": "modbus", **document}))
    assert wire == pymodbus_frame(pdu)
    said = frames.decode("modbus", WRITES, wire)
    assert {name: said[name] for name in document} == document
    read = pymodbus_reads(wire, is_server)
    for name in ("dev_id", "function_code", *fields):
        assert getattr(read, name) == getattr(pdu, name), name
    other = wire[:-1] + bytes([wire[-1] ^ 1])
    assert frames.decode("modbus", WRITES, other)["layer"] == "frame"
    assert pymodbus_reads(other, is_server) is None


@SOME
@given(address=addresses, start=words, count=st.integers(1, 125), function=st.sampled_from([3, 4]))
def test_modbus_questions(frames, address, start, count, function):  # noqa: F811
    from pymodbus.pdu.register_message import ReadHoldingRegistersRequest, ReadInputRegistersRequest
    assume(start + count <= 0x10000)
    kind = ReadHoldingRegistersRequest if function == 3 else ReadInputRegistersRequest
    both_ways(frames, {"address": address, "function": f"{function:02X}", "form": "read_request", "start": start, "count": count},
              kind(dev_id=address, address=start, count=count), True, "address", "count")


@SOME
@given(address=addresses, values=registers, function=st.sampled_from([3, 4]))
def test_modbus_replies(frames, address, values, function):  # noqa: F811
    from pymodbus.pdu.register_message import ReadHoldingRegistersResponse, ReadInputRegistersResponse
    kind = ReadHoldingRegistersResponse if function == 3 else ReadInputRegistersResponse
    both_ways(frames, {"address": address, "function": f"{function:02X}", "form": "read_reply", "count": len(values), "registers": [f"{value:04X}" for value in values]},
              kind(dev_id=address, registers=values), False, "registers")


@SOME
@given(address=addresses, start=words, values=registers)
def test_modbus_writes(frames, address, start, values):  # noqa: F811
    from pymodbus.pdu.register_message import WriteMultipleRegistersRequest, WriteMultipleRegistersResponse
    assume(start + len(values) <= 0x10000)
    both_ways(frames, {"address": address, "function": "10", "form": "write_request", "start": start, "count": len(values), "registers": [f"{value:04X}" for value in values]},
              WriteMultipleRegistersRequest(dev_id=address, address=start, count=len(values), registers=values), True, "address", "count", "registers")
    both_ways(frames, {"address": address, "function": "10", "form": "write_reply", "start": start, "count": len(values)},
              WriteMultipleRegistersResponse(dev_id=address, address=start, count=len(values)), False, "address", "count")


@pytest.mark.parametrize("code", [1, 2, 3, 4, 6])
def test_modbus_exceptions(frames, code):  # noqa: F811
    from pymodbus.pdu import ExceptionResponse
    theirs = ExceptionResponse(3, code, 5)
    wire = pymodbus_frame(theirs)
    said = frames.decode("modbus", {}, wire)
    assert (said["address"], said["form"], said["exception"]) == (5, "exception", code)
    read = pymodbus_reads(wire, False)
    assert (read.dev_id, read.function_code, read.exception_code) == (5, 0x83, code)
    assert bytes.fromhex(frames.encode("modbus", {}, {"meterbill": 1, "kind": "frame", "protocol": "modbus", "address": 5, "function": "83", "form": "exception", "exception": code})) == wire


# --- M-Bus: pyMeterBus -----------------------------------------------------------------------------------------------------------------

UNITS = {"VIFUnit.ENERGY_WH": ("energy", "Wh"), "VIFUnit.ENERGY_J": ("energy", "J"), "VIFUnit.VOLUME": ("volume", "m3"), "VIFUnit.MASS": ("mass", "kg"), "VIFUnit.POWER_W": ("power", "W"),
         "VIFUnit.POWER_J_H": ("power", "J/h"), "VIFUnit.VOLUME_FLOW": ("flow", "m3/h"), "VIFUnit.FLOW_TEMPERATURE": ("flow_temperature", "C"),
         "VIFUnit.RETURN_TEMPERATURE": ("return_temperature", "C"), "VIFUnit.TEMPERATURE_DIFFERENCE": ("temperature_difference", "K"), "VIFUnit.PRESSURE": ("pressure", "bar")}
FUNCTIONS = ["INSTANTANEOUS_VALUE", "MAXIMUM_VALUE", "MINIMUM_VALUE", "ERROR_STATE_VALUE"]
OUR_FUNCTIONS = ["instantaneous", "maximum", "minimum", "error"]
VIFS = [*range(0x00, 0x20), *range(0x28, 0x40), *range(0x58, 0x64), *range(0x68, 0x6C)]


@st.composite
def records(draw):
    """A number in a record: DIF with up to two DIFE, VIF, and the bytes; what it is in its parts."""
    coding, size = draw(st.sampled_from([(1, 1), (2, 2), (3, 3), (4, 4), (6, 6), (9, 1), (10, 2), (11, 3), (12, 4), (14, 6)]))
    if coding < 8:
        number = draw(st.integers(-(2 ** (8 * size - 1)), 2 ** (8 * size - 1) - 1))
        data = number.to_bytes(size, "little", signed=True)
    else:
        number = draw(st.integers(0, 10 ** (2 * size) - 1))
        data = bytes.fromhex(f"{number:0{2 * size}d}")[::-1]
    function, storage, tariff, subunit = draw(st.integers(0, 3)), draw(st.integers(0, 511)), draw(st.integers(0, 15)), draw(st.integers(0, 3))
    head = [coding | function << 4 | (storage & 1) << 6]
    n = 2 if storage > 31 or tariff > 3 or subunit > 1 else 1 if storage > 1 or tariff or subunit else 0
    for i in range(n):
        head[-1] |= 0x80
        head.append(storage >> (1 + 4 * i) & 15 | (tariff >> 2 * i & 3) << 4 | (subunit >> i & 1) << 6)
    vif = draw(st.sampled_from(VIFS))
    return bytes(head) + bytes([vif]) + data, {"number": number, "function": function, "storage": storage, "tariff": tariff, "subunit": subunit, "more": n > 0}


def long_frame(body):
    wire = bytes([0x68, len(body), len(body), 0x68]) + body
    return wire + bytes([sum(body) % 256, 0x16])


@SOME
@given(number=st.integers(0, 99999999), made=records())
def test_mbus_records(frames, number, made):  # noqa: F811
    import meterbus
    record, parts = made
    header = bytes.fromhex(f"{number:08d}")[::-1] + bytes.fromhex("2440 01 07 55 00 0000")
    wire = long_frame(b"\x08\x02\x72" + header + record)
    said, read = frames.decode("mbus", {}, wire), meterbus.load(wire).interpreted["body"]
    assert (said["id"], said["manufacturer"]) == (read["header"]["identification"].replace("0x", "").replace(", ", ""), read["header"]["manufacturer"])
    assert (said["access"], int(said["medium"], 16)) == (read["header"]["access_no"], int(read["header"]["medium"], 16))
    (ours,), (theirs,) = said["records"], read["records"]
    assert (ours["quantity"], ours["unit"]) == UNITS[theirs["type"]]
    assert (OUR_FUNCTIONS.index(ours["function"]), "FunctionType." + FUNCTIONS[parts["function"]]) == (parts["function"], theirs["function"])
    assert (ours["storage"], ours["tariff"], ours["subunit"]) == (parts["storage"], parts["tariff"], parts["subunit"])
    assert (theirs["storage_number"], theirs.get("tariff", 0), theirs.get("device", 0)) == (parts["storage"], parts["tariff"], parts["subunit"])
    assert float(ours["value"]) == pytest.approx(float(theirs["value"]), rel=1e-12)


class Wire:
    """What pyMeterBus writes to, in place of a serial port."""

    def __init__(self):
        self.sent = b""

    def write(self, data):
        self.sent += bytes(data)


@pytest.mark.parametrize("address", [1, 5, 250, 253, 254])
@pytest.mark.parametrize("c, verb", [("5B", "send_request_frame"), ("40", "send_ping_frame")])
def test_mbus_questions(frames, c, verb, address):  # noqa: F811
    import meterbus
    theirs = Wire()
    getattr(meterbus, verb)(theirs, address)
    ours = bytes.fromhex(frames.encode("mbus", {}, {"meterbill": 1, "kind": "frame", "protocol": "mbus", "form": "short", "c": c, "a": f"{address:02X}"}))
    assert ours == theirs.sent
    read = meterbus.load(ours)
    assert isinstance(read, meterbus.TelegramShort) and bytes(read) == ours


def test_mbus_selection(frames):  # noqa: F811
    import meterbus
    theirs = Wire()
    meterbus.send_select_frame(theirs, "1234567824400107")
    said = frames.decode("mbus", {}, theirs.sent)
    assert (said["form"], said["c"], said["a"], said["ci"], said["data"]) == ("long", "73", "FD", "52", "7856341224400107")
    assert bytes.fromhex(frames.encode("mbus", {}, said)) == theirs.sent


def test_mbus_frames_that_are_none(frames):  # noqa: F811
    import meterbus
    for text in ("105B056116", "6803046853FE50A116", "681F1F6808027278563412244001075500000003131531" "00DA023B13018B60043718021916"):
        assert frames.decode("mbus", {}, bytes.fromhex(text))["layer"] == "frame"
        with pytest.raises((meterbus.MBusFrameCRCError, meterbus.MbusFrameLengthError)):
            meterbus.load(bytes.fromhex(text))
    # pyMeterBus 0.8.5 does not look at the end byte.
    assert frames.decode("mbus", {}, bytes.fromhex("105B056017"))["layer"] == "frame"
    assert isinstance(meterbus.load(bytes.fromhex("105B056017")), meterbus.TelegramShort)
