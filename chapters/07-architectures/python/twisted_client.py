"""A client of Twisted: the protocol of one connection, and a factory that hears how it went.

    twisted_client.py PORT OF-NOBODY
"""

import sys

from twisted.internet import protocol, reactor

PORT, OF_NOBODY = map(int, sys.argv[1:])


class Asking(protocol.Protocol):
    def connectionMade(self):
        self.transport.write(b"abc")

    def dataReceived(self, octets):
        print(octets.decode())
        self.transport.loseConnection()


class Factory(protocol.ClientFactory):
    protocol = Asking

    def clientConnectionLost(self, connector, reason):
        reactor.connectTCP("127.0.0.1", OF_NOBODY, self)

    def clientConnectionFailed(self, connector, reason):
        print("failed")
        reactor.stop()


reactor.connectTCP("127.0.0.1", PORT, Factory())
reactor.run()
