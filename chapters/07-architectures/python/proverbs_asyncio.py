"""Many clients at a time in asyncio streams, or a server for them."""

import asyncio
import sys

ANSWERS = {
    b"Many hands make?": b"Light work.",
    b"Too many cooks spoil?": b"The broth.",
    b"Haste makes?": b"Waste.",
}
LIMIT = 1024  # octets of a question
PATIENCE = 10  # seconds for a question, and for an answer


# ANCHOR: server
async def handle(reader, writer):
    try:
        while True:
            question = await asyncio.wait_for(reader.readuntil(b"?"), PATIENCE)
            writer.write(ANSWERS.get(question.strip(), b"Nobody knows."))
            await asyncio.wait_for(writer.drain(), PATIENCE)  # the backpressure
    except (EOFError, OSError, TimeoutError, asyncio.TimeoutError, asyncio.LimitOverrunError):
        pass
    finally:
        writer.close()


async def server(host, port):
    listening = await asyncio.start_server(handle, host, port, limit=LIMIT)
    print("Listening at %s:%d" % listening.sockets[0].getsockname(), flush=True)
    await listening.serve_forever()
# ANCHOR_END: server


# ANCHOR: client
async def ask(host, port):
    reader, writer = await asyncio.open_connection(host, port)
    answers = []
    for question in ANSWERS:
        writer.write(question)
        answers.append(await asyncio.wait_for(reader.readuntil(b"."), PATIENCE))
    writer.close()
    return answers


async def client(host, port, number):
    talks = await asyncio.gather(*(ask(host, port) for _ in range(number)))
    right = sum(answers == list(ANSWERS.values()) for answers in talks)
    print(f"{right} of {number} clients have their answers")
# ANCHOR_END: client


if __name__ == "__main__":
    role, address, *number = sys.argv[1:]
    host, port = address.rsplit(":", 1)
    if role == "server":
        asyncio.run(server(host, int(port)))
    else:
        asyncio.run(client(host, int(port), int(number[0])))
