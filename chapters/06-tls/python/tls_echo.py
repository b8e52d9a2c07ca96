"""The echo service in TLS, with Python's ssl."""

import argparse
import socket
import ssl


# ANCHOR: server
def server(address, identity):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{identity}.pem", f"{identity}-key.pem")
    listener = socket.create_server(address)
    print("Listening at {}:{}".format(*listener.getsockname()))
    while True:
        connection, (host, port) = listener.accept()
        try:
            connection.settimeout(10)
            with context.wrap_socket(connection, server_side=True) as stream:
                for line in stream.makefile("r", encoding="utf-8"):
                    stream.sendall(line.upper().encode())
                stream.unwrap()  # close_notify, and wait for that of the client
        except OSError as error:  # ssl.SSLError is one
            print(f"{host}:{port}: {error}")
# ANCHOR_END: server


# ANCHOR: client
def client(address, ca, name, identity, texts):
    # Checks the chain and the name; a bare SSLContext(PROTOCOL_TLS_CLIENT) does, too.
    context = ssl.create_default_context(cafile=ca)
    if identity:
        context.load_cert_chain(f"{identity}.pem", f"{identity}-key.pem")
    with socket.create_connection(address, timeout=10) as connection:
        with context.wrap_socket(connection, server_hostname=name) as stream:
            answers = stream.makefile("r", encoding="utf-8")
            for text in texts:
                stream.sendall((text + "\n").encode())
                answer = answers.readline().rstrip("\n")
                print(f'"{text}" is answered "{answer}"')
            names = [name for _, name in stream.getpeercert()["subjectAltName"]]
            print("The certificate is for", ", ".join(names))
            stream.unwrap()
# ANCHOR_END: client


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["server", "client"])
    parser.add_argument("address")
    parser.add_argument("texts", nargs="*")
    parser.add_argument("--identity")
    parser.add_argument("--ca")
    parser.add_argument("--name")
    options = parser.parse_args()
    host, port = options.address.rsplit(":", 1)
    address = (host, int(port))
    if options.role == "server":
        server(address, options.identity)
    else:
        client(address, options.ca, options.name, options.identity, options.texts)


if __name__ == "__main__":
    main()
