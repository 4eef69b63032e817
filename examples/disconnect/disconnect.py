# SPDX-License-Identifier: Apache-2.0
"""A household's money ends, and its supply is cut by a command that nobody can forge, repeat or use elsewhere: decided, signed, checked, taken once.
The key is that of an example everybody knows (RFC 8032, section 7.1)."""

import datetime
import uuid

import meterbill

SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
REALM = "demo"
NOON = datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


def decide() -> str:
    """The ledger decides: what use left is below 0. The id of the entry becomes that of the command."""
    book = meterbill.Book(policy="DLT")
    book.do("open", id=uuid.UUID(int=1), account=7, at=NOON)
    entry = book.do("usage", id=uuid.UUID(int=2), account=7, amount="0.50", at=NOON, supply=[{"account": 7, "contactor": "closed"}])
    print(f"credit {book.credit(7):.2f}: {entry.supply[0]['supply'].lower()}")
    return uuid.UUID(int=2).hex


def refusal(call: str, error: meterbill.MeterbillError) -> None:
    print(f"{call}: {error.message}")


def main() -> None:
    command = {"meterbill": 1, "kind": "command", "command": "trip", "target": "e/000000000001", "id": decide(), "seq": 1,
               "made": "2026-01-05T12:00:00Z", "ends": "2026-01-05T12:05:00Z"}
    with meterbill.Signer(SECRET) as signer:
        message = signer.sign(command, realm=REALM)
        public = signer.public()
    print(f"signed, {len(message)} bytes")
    keys = meterbill.Keyset.trust("relay", [public])
    opened = keys.open(message, realm=REALM, now=NOON + MINUTE)
    print(f"checked: {opened.command['command']} {opened.command['target']}")
    for what, realm, now in (("elsewhere", "town", NOON + MINUTE), ("too late", REALM, NOON + 60 * MINUTE)):
        try:
            keys.open(message, realm=realm, now=now)
        except meterbill.MeterbillError as error:
            refusal(what, error)
    taken = meterbill.Admitted.first().admit(opened, message)
    again = taken.admit(opened, message, known=meterbill.command_hash(message))
    print(f"taken, and when it comes again: {'known' if again.repeat else 'new'}")


if __name__ == "__main__":
    main()
