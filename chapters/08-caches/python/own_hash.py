"""What moves when another process computes it, with Python's own hash."""

import os
import subprocess
import sys

KEYS = [f"user:{number}" for number in range(1, 1001)]


# ANCHOR: own_hash
def servers():
    return [hash(key) % 4 for key in KEYS]


def elsewhere(seed):
    """Keys that another process, with this PYTHONHASHSEED, looks for elsewhere."""
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    other = [sys.executable, __file__, "other"]
    output = subprocess.run(other, env=environment, capture_output=True, check=True).stdout
    return sum(mine != int(theirs) for mine, theirs in zip(servers(), output.split()))
# ANCHOR_END: own_hash


if __name__ == "__main__":
    if sys.argv[1:] == ["other"]:
        print(*servers())
    else:
        print(f"{elsewhere('random')} of {len(KEYS)} keys are elsewhere")
