"""Shows what curl keeps in its cookie jar, all but the values."""

import sys

for line in open(sys.argv[1]):
    http_only = line.startswith("#HttpOnly_")
    if line.startswith("#") and not http_only or not line.strip():
        continue
    host, below, path, secure, expires, name, _value = line.removeprefix("#HttpOnly_").split("\t")
    print(f"{name}: for {host} alone: {below == 'FALSE'}, path {path}, "
          f"secure: {secure == 'TRUE'}, hidden from scripts: {http_only}, "
          f"ends: {expires != '0'}")
