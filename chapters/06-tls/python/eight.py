"""What Python's ssl, and the OpenSSL under it, says of each certificate of `make-ca`."""

import ssl
import sys

NAMES = """server expired not-yet-valid wrong-name name-in-common-name self-signed
no-intermediate wrong-purpose issuer-is-no-ca""".split()


def shake_hands(folder, name):
    """A handshake without a network; what each side has to say of it."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(f"{folder}/{name}.pem", f"{folder}/{name}-key.pem")
    client = ssl.create_default_context(cafile=f"{folder}/ca.pem")
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server.wrap_bio(to_server, to_client, server_side=True)
    client = client.wrap_bio(to_client, to_server, server_hostname="echo.example")
    said = {}
    for _ in range(4):
        for side, end in (("client", client), ("server", server)):
            if said.get(side):
                continue
            try:
                end.do_handshake()
                said[side] = ""
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLCertVerificationError as error:
                said[side] = f"{error.verify_message} (code {error.verify_code})"
            except ssl.SSLError as error:
                said[side] = error.reason
    return said["client"], said["server"]


for name in NAMES:
    client, server = shake_hands(sys.argv[1], name)
    print(name)
    print("    client:", client or "believes it")
    print("    server:", server or "was believed")
