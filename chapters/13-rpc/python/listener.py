"""A Listener that sends each message back: the recv is pickle.loads."""

import signal
import sys
from multiprocessing.connection import Listener

host, port = sys.argv[1].split(":")
signal.signal(signal.SIGINT, lambda *_: (print("Stopped."), sys.exit()))

# ANCHOR: listener
with Listener((host, int(port)), authkey=b"secret password") as listener:
    print(f"Listening at {host}:{listener.address[1]}", flush=True)
    while True:
        with listener.accept() as c:
            try:
                while True:
                    message = c.recv()
                    print("received", repr(message), flush=True)
                    c.send(message)
            except EOFError:
                pass
# ANCHOR_END: listener
