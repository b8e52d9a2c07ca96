"""Calls the key-value service of XML-RPC, as Python does it."""

import sys
import xmlrpc.client

# ANCHOR: client
server = xmlrpc.client.ServerProxy(f"http://{sys.argv[1]}", allow_none=True)
print("set gives", server.set("greeting", "hello"))
print("get gives", server.get("greeting"))
try:
    server.get("nothing")
except xmlrpc.client.Fault as fault:
    print("fault", fault.faultCode, fault.faultString)
many = xmlrpc.client.MultiCall(server)
many.exists("greeting")
many.keys()
print("many give", tuple(many()))
# ANCHOR_END: client
