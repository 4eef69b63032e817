# SPDX-License-Identifier: Apache-2.0
"""What leaves the town's store while bills and ledger stay: readings of a month, and the people behind accounts. Changes when these leave in another way."""

import pathlib

import households
from program import want

REASON = "moved away"


class Keeping:
    def __init__(self, town):
        self.town, self.office = town, town.office
        self.people = {}

    def meet(self):
        """The people behind accounts: names that stand nowhere else."""
        for one in self.town.households[::5]:
            self.people[one.id] = {"name": f"Nobody Elsename-{self.town.rng.getrandbits(40):010x}", "phone": f"+86 555 {self.town.rng.randrange(10**8):08d}"}
        path = self.office.write("people.json", {"meterbill": 1, "kind": "people", "people": [{"account": name, "fields": fields} for name, fields in self.people.items()]})
        self.office.imported(path)
        path.unlink()
        self.town.count["people"] += len(self.people)

    def forget(self, month):
        """Killed while it forgets, and told again; then not a byte of the name is in the store or beside it."""
        for name in list(self.people)[month::7]:
            fields = self.people.pop(name)
            command = ("account", "forget", self.office.store, name, "--at", f"{households.MONTHS[month + 1]}T08:00:00+08:00", "--reason", REASON)
            if self.town.options.kills:
                self.office.killed(*command)
            if "forgotten" not in self.office.answer("account", "show", self.office.store, name):
                self.office.run(*command)
            shown = self.office.answer("account", "show", self.office.store, name)
            want("person" not in shown and shown["forgotten"]["reason"] == REASON, f"{name} is not forgotten: {shown}")
            for path in self.office.folder.glob("town.db*"):
                content = path.read_bytes()
                want(not any(text.encode() in content for text in fields.values()), f"{path.name} remembers {fields}")
            self.town.count["people forgotten"] += 1
        for name, fields in self.people.items():
            shown = self.office.answer("account", "show", self.office.store, name) if self.town.rng.random() < 0.1 else {"person": fields}
            want(shown["person"] == fields, f"{name}: {shown}")

    def detach(self, month):
        """A closed month goes into a file of its own, comes back, and goes again; what comes for it meanwhile is refused."""
        name = households.MONTHS[month].isoformat()[:7]
        part = self.office.folder / f"{name}.db"
        [(before,)] = self.office.query("SELECT sum(n_readings) FROM mbill_reading_tile")
        if self.town.options.kills:
            self.office.killed("db", "detach", self.office.store, name, part)
        for _ in range(2):
            if not self.is_away(name):
                self.office.run("db", "detach", self.office.store, name, part)
            [(after,)] = self.office.query("SELECT sum(n_readings) FROM mbill_reading_tile")
            want(after < before, f"{name} was detached and nothing left")
            meter = self.town.households[0].meters["water"]
            late = self.office.write("after.csv", f"meter,register,time,value\n{meter.id},{meter.register},{name}-10T05:00+08:00,1\n")
            self.office.run("db", "import", self.office.store, late, codes=(1,))
            if _ == 0:
                self.office.run("db", "attach", self.office.store, part)
                want(self.office.query("SELECT sum(n_readings) FROM mbill_reading_tile") == [(before,)], f"{name} came back another")
        self.town.count["months detached"] += 1

    def is_away(self, name):
        return any(name in line and "detached" in line for line in self.office.run("db", "months", self.office.store).stdout.splitlines())

    def purge(self, month):
        """The oldest readings go for good, with their file."""
        name = households.MONTHS[month].isoformat()[:7]
        self.office.run("db", "attach", self.office.store, self.office.folder / f"{name}.db")
        self.office.run("db", "purge", self.office.store, name)
        pathlib.Path(self.office.folder / f"{name}.db").unlink()
        self.town.count["months purged"] += 1
