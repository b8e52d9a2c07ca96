"""Takes URLs apart as Python does."""

import sys
from urllib.parse import urlsplit

# ANCHOR: split
for text in sys.argv[1:]:
    url = urlsplit(text)
    print(f"{text}: host {url.hostname}, path {url.path}")
# ANCHOR_END: split
