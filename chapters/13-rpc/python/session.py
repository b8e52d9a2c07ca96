"""A session with a Listener, as it stands in many a tutorial."""

import sys
from multiprocessing.connection import Client

host, port = sys.argv[1].split(":")
# ANCHOR: session
c = Client((host, int(port)), authkey=b"secret password")
c.send("hello")
print(c.recv())
c.send(42)
print(c.recv())
c.send([1, 2, 3, 4, 5])
print(c.recv())
# ANCHOR_END: session
