"""The room, talked to by a client that nobody here wrote; and its client, by a server.

Arguments: the room's address, and the program `chat`.
"""

import asyncio
import json
import subprocess
import sys

from claims import package

ROOM, CHAT = sys.argv[2:4]


def _talk(with_room):
    client = package("websockets.asyncio.client")

    async def inside():
        async with client.connect(f"ws://{ROOM}/room?name=Pia") as ws:
            # Others may talk in the same room meanwhile: only Pia's lines are of interest.
            await with_room(ws)

    asyncio.run(asyncio.wait_for(inside(), 30))


async def _own(ws):
    while True:
        line = json.loads(await ws.recv())
        if line["from"] == "Pia":
            return line["text"]


def a_message_is_said():
    async def says(ws):
        await ws.send("Hallo, Jürgen 🙂")
        assert await _own(ws) == "Hallo, Jürgen 🙂"

    _talk(says)


def fragments_are_one_message():
    async def says(ws):
        await ws.send(iter(["Hel", "", "lo"]))
        assert await _own(ws) == "Hello"

    _talk(says)


def a_ping_is_answered():
    async def pings(ws):
        await asyncio.wait_for(await ws.ping(b"there?"), 20)

    _talk(pings)


def _closed_with(code, message):
    async def says(ws):
        closed = package("websockets.exceptions").ConnectionClosed
        await ws.send(message)
        try:
            while True:
                await ws.recv()
        except closed as why:
            assert why.rcvd.code == code, why

    _talk(says)


def what_is_too_long_is_1009():
    _closed_with(1009, "x" * 4097)


def fragments_that_are_too_long_together_are_1009():
    _closed_with(1009, iter(["x" * 4000, "x" * 97]))


def what_is_no_text_is_1003():
    _closed_with(1003, b"octets")


def the_room_closes_when_the_client_does():
    async def closes(ws):
        await ws.close(1000, "enough")
        assert (ws.close_code, ws.protocol.close_rcvd.code) == (1000, 1000)

    _talk(closes)


def a_room_may_not_be_entered_from_another_page():
    client = package("websockets.asyncio.client")
    refused = package("websockets.exceptions").InvalidStatus

    async def enters():
        try:
            await client.connect(f"ws://{ROOM}/room?name=Eve", origin="http://evil.example")
        except refused as why:
            assert why.response.status_code == 403

    asyncio.run(asyncio.wait_for(enters(), 30))


def our_client_talks_with_their_server():
    server = package("websockets.asyncio.server")
    heard = []

    async def room(ws):
        assert ws.request.path == "/room?name=Anna"
        await ws.send(iter(['{"from": "Pia", ', '"text": "Hello\\u0007"}']))
        await asyncio.wait_for(await ws.ping(), 20)
        heard.append(await ws.recv())
        await ws.send(json.dumps({"from": "", "text": "It is late."}))
        await ws.wait_closed()
        heard.append(ws.close_code)

    async def serves():
        async with server.serve(room, "127.0.0.1", 0) as serving:
            host, port = serving.sockets[0].getsockname()
            pipe = subprocess.PIPE
            client = await asyncio.create_subprocess_exec(
                CHAT, "client", f"{host}:{port}", "Anna", stdin=pipe, stdout=pipe
            )
            client.stdin.write(b"Good evening\n")
            shown = [await client.stdout.readline() for _ in range(2)]
            client.stdin.close()
            return shown, await client.wait()

    shown, status = asyncio.run(asyncio.wait_for(serves(), 30))
    assert shown == [b"Pia: Hello\n", b"* It is late.\n"], shown
    assert status == 0
    assert heard == ["Good evening", 1005], heard
