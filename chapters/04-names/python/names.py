"""The resolver's calls by their Python names."""

import socket

# ANCHOR: names
print(socket.getservbyname("domain", "udp"), socket.getservbyport(53, "tcp"))
print(socket.getprotobyname("icmp"), socket.has_ipv6)

for family, kind, _, _, address in socket.getaddrinfo(
    "127.0.0.1", 53, flags=socket.AI_NUMERICHOST
):
    print(kind.name, address)

print(socket.inet_pton(socket.AF_INET6, "2001:db8::1").hex(" "))
try:
    socket.getaddrinfo("www.example.com", 80, flags=socket.AI_NUMERICHOST)
except socket.gaierror as error:
    print("gaierror:", error.strerror)
# ANCHOR_END: names
