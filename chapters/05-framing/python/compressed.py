"""zlib streams, one directly after the other."""

import zlib

from talk import LIMIT, main, show


# ANCHOR: server
def server(connection):
    rest = b""
    while rest := rest or connection.recv(4096):
        unpacker = zlib.decompressobj()
        message = bytearray()
        packed = 0
        while not unpacker.eof:
            if not rest:
                rest = connection.recv(4096)
                if not rest:
                    raise EOFError("incomplete deflate stream")
            # One more than is allowed, and no bomb can take more memory.
            message += unpacker.decompress(rest, LIMIT + 1 - len(message))
            if len(message) > LIMIT:
                raise ValueError(f"refused: more than {LIMIT} octets")
            after = unpacker.unused_data or unpacker.unconsumed_tail
            packed += len(rest) - len(after)
            rest = after
        print(f"{packed} octets unpacked to {len(message)}: {show(bytes(message))}")
# ANCHOR_END: server


def client(connection, texts):
    packed = b"".join(zlib.compress(text.encode()) for text in texts)
    print(f"sending {len(packed)} octets")
    connection.sendall(packed)


if __name__ == "__main__":
    main(__doc__, server, client)
