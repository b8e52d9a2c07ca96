"""Numbers as octets, with the struct module."""

import struct
import sys


# ANCHOR: number
def write_number(number):
    if -(2**15) <= number < 2**15:
        print("16 bits, network order ", struct.pack("!h", number).hex(" "))
        print("16 bits, little-endian ", struct.pack("<h", number).hex(" "))
    network = struct.pack("!i", number)
    print("32 bits, network order ", network.hex(" "))
    print("32 bits, little-endian ", struct.pack("<i", number).hex(" "))
    print("as text                ", str(number).encode().hex(" "))

    print("Read the wrong way:")
    print("  network order read as little-endian ", *struct.unpack("<i", network))
    print("  signed read as unsigned             ", *struct.unpack("!I", network))
    print("  32 bits read as 16                  ", *struct.unpack("!H", network[:2]))
# ANCHOR_END: number


# ANCHOR: layout
def layout():
    print("octets of !HI", struct.calcsize("!HI"))
    print("octets of @HI", struct.calcsize("@HI"))  # as C lays it out here
    print(struct.pack("!HI", 1, 258).hex(" "))
    print(struct.pack("@HI", 1, 258).hex(" "))
# ANCHOR_END: layout


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["number", number]:
            write_number(int(number))
        case ["layout"]:
            layout()
        case _:
            sys.exit("usage: bytes_on_wire.py number NUMBER | layout")
