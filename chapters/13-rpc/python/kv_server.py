"""The key-value service of XML-RPC, as Python does it."""

import signal
import sys
from xmlrpc.server import SimpleXMLRPCServer

host, port = sys.argv[1].split(":")
signal.signal(signal.SIGINT, lambda *_: (print("Stopped."), sys.exit()))
values = {}

# ANCHOR: server
server = SimpleXMLRPCServer((host, int(port)), logRequests=False, allow_none=True)
server.register_function(values.get, "get")
server.register_function(values.__setitem__, "set")
server.register_function(values.__contains__, "exists")
server.register_function(lambda: sorted(values), "keys")
server.register_function(lambda key: values.pop(key, None) is not None, "delete")
server.register_function(lambda a, b: a / b, "divide")
server.register_function(lambda value: value, "echo")
server.register_introspection_functions()
server.register_multicall_functions()
# ANCHOR_END: server
print(f"Listening at {host}:{server.server_address[1]}", flush=True)
server.serve_forever()
