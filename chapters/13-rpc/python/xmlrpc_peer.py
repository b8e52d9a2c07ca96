"""What Python's client sees of our servers: python3 claims.py xmlrpc_peer.py MATH KV."""

import sys
from datetime import datetime
from xmlrpc.client import Binary, DateTime, Fault, MultiCall, ServerProxy

from claims import raises

_math, _kv = (ServerProxy(f"http://{address}", allow_none=True) for address in sys.argv[2:4])


def every_type_comes_back():
    for value in [
        None, True, False, 0, -(2**31), 2**31 - 1, 0.5, -1e300, "", " ", "fish & chips", "<a>&amp;</a>",
        "]]>", "line\nend\n", "ünïcödé 🦀", DateTime("20261129T20:30:00"), Binary(bytes(range(256))),
        [], [1, "a", None, [True]], {}, {"a key": 1, "": [], "<&>": {"x": None}},
    ]:  # fmt: skip
        assert _math.echo(value) == value, value


def a_carriage_return_is_lost_as_python_does_not_escape_it():
    assert _math.echo("a\r\nb") == "a\nb"
    assert _math.echo(Binary(b"a\r\nb")) == b"a\r\nb"


def every_type_has_its_name():
    values = [None, True, 7, 0.5, "a", datetime(2026, 11, 29), b"\0", [], {}]
    kinds = ["nil", "boolean", "int", "double", "string", "dateTime.iso8601", "base64", "array", "struct"]
    assert _math.kinds(values) == kinds


def a_fault_says_what_a_caller_can_act_on():
    assert _math.divide(7, 2) == 3.5
    fault = raises(Fault, _math.divide, 1, 0)
    assert (fault.faultCode, fault.faultString) == (10, "division by zero")
    assert raises(Fault, _math.nothing).faultCode == -32601
    assert raises(Fault, _math.add, "1", 2).faultCode == -32602


def a_set_that_returns_nothing_returns_it():
    assert _kv.set("greeting", "hello") is None
    assert (_kv.get("greeting"), _kv.exists("greeting"), _kv.keys()) == ("hello", True, ["greeting"])
    assert (_kv.delete("greeting"), _kv.delete("greeting"), _kv.keys()) == (True, False, [])
    assert raises(Fault, _kv.get, "greeting").faultCode == 1


def the_server_describes_itself():
    names = _kv.system.listMethods()
    assert names[:5] == ["delete", "exists", "get", "keys", "set"]
    assert "system.multicall" in names
    assert _kv.system.methodSignature("set") == [["nil", "string", "string"]]
    assert all(_kv.system.methodHelp(name) for name in names)
    raises(Fault, _kv.system.methodHelp, "nothing")


def many_calls_in_one_have_their_faults_in_place():
    many = MultiCall(_math)
    many.add(1, 2)
    many.divide(1, 0)
    many.echo({"faultCode": 1, "faultString": "no fault"})
    results = many()
    assert (results[0], results[2]["faultCode"]) == (3, 1)
    assert raises(Fault, lambda: results[1]).faultCode == 10
