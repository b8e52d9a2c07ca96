"""Where is a place? The same question at three of the four layers."""

import http.client
import json
import socket
import sys
import urllib.parse
import urllib.request


# ANCHOR: library
def library(address, name):
    url = f"http://{address}/places?" + urllib.parse.urlencode({"name": name})
    # The environment may name a proxy, which can't reach our loopback.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=10) as reply:
        show(reply.read())
# ANCHOR_END: library


# ANCHOR: http
def messages(address, name):
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("GET", "/places?name=" + urllib.parse.quote(name))
    reply = connection.getresponse()
    print(reply.status, reply.reason)
    show(reply.read())
# ANCHOR_END: http


# ANCHOR: text
def text(address, name):
    host, port = address.rsplit(":", 1)
    request = (
        f"GET /places?name={urllib.parse.quote(name)} HTTP/1.1\r\n"
        f"Host: {address}\r\n"
        "Connection: close\r\n"
        "\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request.encode("ascii"))
        reply = b""
        while piece := connection.recv(4096):
            reply += piece
    print(reply.decode("utf-8"), end="")
# ANCHOR_END: text


def show(body):
    place = json.loads(body)
    print("{name}, {country}: {latitude}, {longitude}".format(**place))


layers = {"library": library, "http": messages, "text": text}
layers[sys.argv[1]](*sys.argv[2:])
