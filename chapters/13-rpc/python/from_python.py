"""What the pages of this chapter say of Python, shown."""

import io
import json
import multiprocessing
import os
import pickle
import pickletools
import socket
import sys
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from multiprocessing.connection import Client, Listener, Pipe
from xmlrpc.client import Binary, DateTime, Fault, MultiCall, ServerProxy, Transport
from xmlrpc.server import SimpleXMLRPCDispatcher, SimpleXMLRPCRequestHandler, SimpleXMLRPCServer

from claims import in_thread, package, raises

# XML-RPC.


def none_needs_allow_none_to_be_sent_and_is_always_read():
    raises(TypeError, xmlrpc.client.dumps, (None,))
    document = xmlrpc.client.dumps((None,), allow_none=True)
    assert "<nil/>" in document
    assert xmlrpc.client.loads(document) == ((None,), None)


def an_int_of_33_bits_raises_overflow_error():
    raises(OverflowError, xmlrpc.client.dumps, (2**31,))


def a_number_of_more_than_4300_digits_is_refused():
    int("9" * 4300)
    raises(ValueError, int, "9" * 4301)


def dates_and_octets_have_types_of_their_own_unless_builtin_types_are_asked_for():
    values = (datetime(2026, 11, 29, 20, 30), b"\0")
    document = xmlrpc.client.dumps(values)
    own, _ = xmlrpc.client.loads(document)
    assert [type(value) for value in own] == [DateTime, Binary]
    assert xmlrpc.client.loads(document, use_builtin_types=True)[0] == values


def server_proxy_makes_whatever_method_is_named():
    proxy = ServerProxy("http://127.0.0.1:9/")
    assert callable(proxy.there_is_no_such_method)


def a_password_in_the_url_is_sent_as_basic():
    _, headers, _ = Transport().get_host_info("alice:secret@host")
    assert headers == [("Authorization", "Basic YWxpY2U6c2VjcmV0")]


def a_call_without_an_answer_is_sent_again_once_unless_the_transport_asks_once():
    class Once(Transport):
        def request(self, host, handler, request_body, verbose=False):
            return self.single_request(host, handler, request_body, verbose)

    def closes(listener, times):
        for _ in range(times):
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)

    for transport, times in ((None, 2), (Once(), 1)):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            host, port = listener.getsockname()
            proxy = ServerProxy(f"http://{host}:{port}", transport)
            with in_thread(closes, listener, times):
                raises(OSError, proxy.get, "greeting")
            listener.setblocking(False)
            raises(BlockingIOError, listener.accept)  # nobody came once more


def a_fault_has_the_class_of_the_exception_and_the_number_1():
    dispatcher = SimpleXMLRPCDispatcher(allow_none=True)
    dispatcher.register_function(lambda: 1 / 0, "fail")
    answer = dispatcher._marshaled_dispatch(xmlrpc.client.dumps((), "fail"))
    fault = raises(Fault, xmlrpc.client.loads, answer)
    assert (fault.faultCode, "ZeroDivisionError" in fault.faultString) == (1, True)


def a_fault_that_the_function_raises_stays_as_it_is():
    def fail():
        raise Fault(10, "a reason")

    dispatcher = SimpleXMLRPCDispatcher()
    dispatcher.register_function(fail)
    answer = dispatcher._marshaled_dispatch(xmlrpc.client.dumps((), "fail"))
    fault = raises(Fault, xmlrpc.client.loads, answer)
    assert (fault.faultCode, fault.faultString) == (10, "a reason")


def register_instance_offers_every_method_without_an_underscore():
    class Service:
        def get(self):
            return "got"

        def drop_everything(self):
            return "dropped"

        def _own(self):
            return "own"

    dispatcher = SimpleXMLRPCDispatcher()
    dispatcher.register_instance(Service())
    assert dispatcher._dispatch("drop_everything", ()) == "dropped"
    raises(Exception, dispatcher._dispatch, "_own", ())
    # allow_dotted_names follows attributes of attributes.
    service = Service()
    service.part = Service()
    raises(Exception, dispatcher._dispatch, "part.get", ())
    dispatcher.register_instance(service, allow_dotted_names=True)
    assert dispatcher._dispatch("part.get", ()) == "got"


def the_results_of_a_multi_call_raise_where_a_call_failed():
    server = SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
    server.register_multicall_functions()
    server.register_function(lambda a, b: a // b, "divide")
    host, port = server.server_address
    with server, in_thread(server.handle_request):
        many = MultiCall(ServerProxy(f"http://{host}:{port}"))
        assert many.divide(7, 2) is None
        many.divide(1, 0)
        many.divide(9, 3)
        results = many()
    assert (results[0], results[2]) == (3, 3)
    seen = []
    raises(Fault, lambda: [seen.append(result) for result in results])
    assert seen == [3]


def the_server_speaks_http_1_0_unless_told_otherwise():
    assert SimpleXMLRPCRequestHandler.protocol_version == "HTTP/1.0"


def told_http_1_1_it_keeps_a_connection_and_serves_nobody_else():
    class Keeps(SimpleXMLRPCRequestHandler):
        protocol_version = "HTTP/1.1"

    server = SimpleXMLRPCServer(("127.0.0.1", 0), Keeps, logRequests=False)
    server.register_function(lambda: "answered", "ask")
    host, port = server.server_address
    with server, in_thread(server.handle_request):  # one connection
        first = ServerProxy(f"http://{host}:{port}")
        for _ in range(3):
            assert first.ask() == "answered"
        with socket.create_connection((host, port), timeout=0.2) as waits:
            waits.sendall(b"POST / HTTP/1.1\r\n\r\n")
            raises(socket.timeout, waits.recv, 1)
        first("close")()


def the_server_does_one_thing_at_a_time():
    from socketserver import ThreadingMixIn

    assert not issubclass(SimpleXMLRPCServer, ThreadingMixIn)


# JSON.


def json_takes_what_is_no_json():
    assert json.loads("Infinity") == float("inf")
    assert json.loads("NaN") != json.loads("NaN")
    assert json.loads('{"a": 1, "a": 2}') == {"a": 2}


# Connections and pickles.


def pickles_are_of_protocol_4_and_since_3_14_of_5():
    assert pickle.DEFAULT_PROTOCOL == (5 if sys.version_info >= (3, 14) else 4)


def send_bytes_moves_octets_without_pickle():
    ours, theirs = Pipe()
    ours.send_bytes(json.dumps([1, 2]).encode())
    assert json.loads(theirs.recv_bytes()) == [1, 2]


def recv_is_pickle_loads():
    ours, theirs = Pipe()
    ours.send_bytes(pickle.dumps([1, 2]))
    assert theirs.recv() == [1, 2]


class _Forged:
    def __reduce__(self):
        return os.getpid, ()


def an_unpickler_can_refuse_names():
    class Careful(pickle.Unpickler):
        def find_class(self, module, name):
            raise pickle.UnpicklingError(f"{module}.{name}")

    assert pickle.loads(pickle.dumps(_Forged())) == os.getpid()
    raises(pickle.UnpicklingError, Careful(io.BytesIO(pickle.dumps(_Forged()))).load)
    assert Careful(io.BytesIO(pickle.dumps([1, "a"]))).load() == [1, "a"]


def pickletools_names_the_instructions_without_running_them():
    class Raises:
        def __reduce__(self):
            return int, ("no number",)

    octets = pickle.dumps(Raises())
    raises(ValueError, pickle.loads, octets)
    said = io.StringIO()
    pickletools.dis(octets, said)
    assert "STACK_GLOBAL" in said.getvalue() and "REDUCE" in said.getvalue()


def a_listener_without_a_key_asks_nobody():
    with Listener(("127.0.0.1", 0)) as listener:
        with in_thread(lambda: Client(listener.address).send("hello")):
            with listener.accept() as c:
                assert c.recv() == "hello"


def the_key_of_the_process_is_no_default_of_a_listener():
    assert len(multiprocessing.current_process().authkey) == 32
    with Listener(("127.0.0.1", 0)) as listener:
        assert listener._authkey is None


def a_listener_that_prints_the_first_message_does_not_echo_it():
    def copied(listener):
        with listener.accept() as c:
            str(c.recv())  # where it is printed
            try:
                while True:
                    c.send(c.recv())
            except EOFError:
                pass

    with Listener(("127.0.0.1", 0), authkey=b"key") as listener:
        with in_thread(copied, listener), Client(listener.address, authkey=b"key") as c:
            c.send("hello")
            c.send(42)
            assert c.recv() == 42  # the first answer, to the second message


# Other ways.


def pyro5_serialises_with_serpent():
    package("Pyro5.api")
    from Pyro5 import config

    assert config.SERIALIZER == "serpent"
    assert package("Pyro5.api").Proxy("PYRO:kv@localhost:9")


def rpyc_passes_a_list_by_reference():
    rpyc = package("rpyc")

    class Service(rpyc.Service):
        values = [1, 2, 3]

        def exposed_get(self):
            return self.values

    connection = rpyc.connect_thread(remote_service=Service)
    try:
        values = connection.root.get()
        assert type(values) is not list
        Service.values.append(4)
        assert len(values) == 4
    finally:
        connection.close()


def grpcio_does_without_generated_files():
    grpc = package("grpc")
    with grpc.insecure_channel("127.0.0.1:9") as channel:
        call = channel.unary_unary(
            "/onthewire.kv.KeyValue/Get", request_serializer=bytes, response_deserializer=bytes
        )
        error = raises(grpc.RpcError, call, b"", timeout=10)
        assert error.code() == grpc.StatusCode.UNAVAILABLE


def a_status_that_is_too_long_is_another_one_in_grpcio():
    grpc = package("grpc")

    def missing(request, context):
        context.abort(grpc.StatusCode.NOT_FOUND, "x" * int(request))

    handler = grpc.unary_unary_rpc_method_handler(missing)
    server = grpc.server(ThreadPoolExecutor())
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("kv", {"Get": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            call = channel.unary_unary("/kv/Get")
            for length, code in ((1000, "NOT_FOUND"), (20_000, "RESOURCE_EXHAUSTED")):
                error = raises(grpc.RpcError, call, str(length).encode(), timeout=10)
                assert error.code().name == code
    finally:
        server.stop(0).wait()
