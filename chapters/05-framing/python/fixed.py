"""Pattern 3: messages of a fixed length."""

import struct

from talk import main, receive_exactly

# ANCHOR: record
RECORD = struct.Struct("!8si")  # name, hundredths of a degree; ! is network order
COUNT = struct.Struct("!I")
# ANCHOR_END: record


# ANCHOR: server
def server(connection):
    count = 0
    with connection.makefile("rb") as stream:
        while record := receive_exactly(stream, RECORD.size):
            count += 1
            name, hundredths = RECORD.unpack(record)
            word = name.rstrip(b"\0")
            if not word or not all(0x21 <= octet <= 0x7E for octet in word):
                raise ValueError(f"refused: record {count} has the name {name}")
            print(f"{count}: {word.decode()} {hundredths / 100:.2f} °C")
            connection.sendall(COUNT.pack(count))
# ANCHOR_END: server


# ANCHOR: client
def client(connection, texts):
    with connection.makefile("rb") as stream:
        for text in texts:
            name, celsius = text.split("=")
            record = RECORD.pack(name.encode(), round(float(celsius) * 100))
            connection.sendall(record)
            print(f"sent {len(record)} octets: {name}")
            answer = receive_exactly(stream, COUNT.size)
            if not answer:
                raise EOFError("the server closed without an answer")
            print("the server has", *COUNT.unpack(answer))
# ANCHOR_END: client


if __name__ == "__main__":
    main(__doc__, server, client)
