"""The answer is the request in capital letters."""

import socket
import socketserver

from talk import PATIENCE, ROOM, main, show


# ANCHOR: server
class Upper(socketserver.BaseRequestHandler):
    def handle(self):
        octets, sock = self.request
        print("{} octets from {}:{}".format(len(octets), *self.client_address))
        sock.sendto(octets.upper(), self.client_address)


def server(address, texts, options):
    with socketserver.UDPServer(address, Upper) as serving:
        print("Listening at {}:{}".format(*serving.server_address), flush=True)
        serving.serve_forever()
# ANCHOR_END: server


# ANCHOR: client
def client(address, texts, options):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(PATIENCE)
    sock.connect(address)
    for text in texts:
        sock.send(text.encode())
        print(f"{show(text.encode())} is answered {show(sock.recv(ROOM))}")
# ANCHOR_END: client


if __name__ == "__main__":
    main(__doc__, server=server, client=client)
