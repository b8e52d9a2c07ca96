"""Pattern 1: send everything, then close."""

from talk import main, receive_all, show


# ANCHOR: server
def server(connection):
    message = receive_all(connection)
    print(f"A message of {len(message)} octets: {show(message)}")
# ANCHOR_END: server


# ANCHOR: client
def client(connection, texts):
    for text in texts:
        octets = text.encode()
        connection.sendall(octets)
        print(f"wrote {len(octets)} octets: {show(octets)}")
    # `main` closes the connection
# ANCHOR_END: client


if __name__ == "__main__":
    main(__doc__, server, client)
