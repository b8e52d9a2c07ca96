"""Looks into the bank's file, with Python's own SQLite."""

import sqlite3
import sys

# Not as a file name, which would be made if it is not there.
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
for name, password, balance in db.execute("SELECT * FROM account"):
    print(f"{name} has {balance} cents, and a password that begins {password[:10]}")
for payment in db.execute("SELECT payer, payee, cents, memo FROM payment"):
    print(*payment, sep=", ")
