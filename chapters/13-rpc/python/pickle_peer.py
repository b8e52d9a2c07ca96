"""Writes pickles, or compares some with its own: python3 pickle_peer.py [compare]."""

import pickle
import sys

values = [
    None, True, False, 0, 255, 256, 65535, 65536, -1, 2**31, -(2**31), 2**63 - 1, -(2**63), 0.5,
    "", "a", "b" * 300, b"", b"x" * 300, [], [1], (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4),
    {}, {"a": [1], 2: None},
]  # fmt: skip
shared = [1]
values += [[shared, shared, "a", "a"], list(values)]

if sys.argv[1:] == ["compare"]:
    for line in sys.stdin:
        ours, theirs = map(bytes.fromhex, line.split())
        assert pickle.loads(ours) == pickle.loads(theirs), line
    print("the same")
else:
    for protocol in (2, 3, 4, 5):
        for value in values:
            written = pickle.dumps(value, protocol)
            if b"_codecs" not in written and b"__builtin__" not in written:  # bytes in protocol 2
                print(written.hex(), repr(value))
