"""A client of the bank that knows one address, and follows links from there."""

import json
import sys
from urllib.parse import urlencode, urljoin
from urllib.request import Request, urlopen


# ANCHOR: follow
def payments(address, name):
    url = f"http://{address}/payments"
    while url:
        with urlopen(Request(url, headers={"Cookie": f"session={name}"})) as answer:
            page = json.load(answer)
        yield from page["payments"]
        older = page["links"].get("older")
        url = urljoin(url, older["href"]) if older else None
# ANCHOR_END: follow


def pay(address, name, payee, amount, memo):
    form = urlencode({"payee": payee, "amount": amount, "memo": memo}).encode()
    urlopen(Request(f"http://{address}/pay", form, {"Cookie": f"session={name}"})).close()


address, name, *form = sys.argv[1:]
if form:
    pay(address, name, *form[1:])
for payment in payments(address, name):
    print("{payer} to {payee}: {cents} cents for {memo!r}".format(**payment))
