"""Pattern 2: both directions in turn, half closed."""

import socket

from talk import main, receive_all, show


# ANCHOR: server
def server(connection):
    request = receive_all(connection)
    print(f"A request of {len(request)} octets: {show(request)}")
    connection.sendall(request.upper())
# ANCHOR_END: server


# ANCHOR: client
def client(connection, texts):
    (text,) = texts
    connection.sendall(text.encode())
    connection.shutdown(socket.SHUT_WR)  # I am done; I still listen
    answer = receive_all(connection)
    print(f"The answer has {len(answer)} octets: {show(answer)}")
# ANCHOR_END: client


if __name__ == "__main__":
    main(__doc__, server, client)
