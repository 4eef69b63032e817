# SPDX-License-Identifier: Apache-2.0
"""Low balances: three levels, told by meterbill alarm run from the balances that the program shows, and once more by Python. Changes when the town's alarms do."""

import json

import households
from books import micro, text
from program import want

LEVELS = [("soon", 100, 20), ("now", 20, 20), ("empty", 0, 10)]  # amount and deadband


class Alarms:
    def __init__(self, town):
        self.town, self.office = town, town.office
        self.active, self.seconds = {}, int(households.BEGIN.timestamp())

    def found(self):
        self.config = self.office.write("alarms.json", {"meterbill": 1, "kind": "alarms", "channels": ["app"], "alarms": {"balance": {"decimals": 2, "levels": [
            {"name": name, "when": "at_or_below", "limit": f"{limit}.00", "deadband": f"{deadband}.00", "notice": {"channels": ["app"], "max_count": 1}}
            for name, limit, deadband in LEVELS]}}})
        self.state = self.office.folder / "alarms.state"
        self.office.run("alarm", "check", self.config)

    def look(self):
        """A sample of each account, cut to cents; the events of one run go on from the state of the run before."""
        self.seconds += 86400
        ids, lines, mine = list(self.town.of_id), [], []
        for first in range(0, len(ids), 500):
            for one in self.office.answer("db", "balance", self.office.store, *ids[first:first + 500])["balances"]:
                cents = micro(one["balance"]) // 10**4
                lines.append(json.dumps({"t": self.seconds, "v": text(cents * 10**4)[:-4], "alarm": "balance", "key": one["account"]}))
                mine += self.events(one["account"], cents)
        told = self.office.run("alarm", "run", self.config, "--state", self.state, given="".join(line + "\n" for line in lines)).stdout.splitlines()
        told = [json.loads(line) for line in told]
        raised = sorted((one["event"], one["key"], one["level"]) for one in told if one["event"] in ("RAISE", "CLEAR"))
        want(raised == sorted(mine), f"alarms: {[one for one in raised if one not in mine][:5]}, by Python {[one for one in mine if one not in raised][:5]}")
        notified = sorted((one["key"], one["level"]) for one in told if one["event"] == "NOTIFY")
        want(notified == sorted((key, level) for event, key, level in mine if event == "RAISE"), f"{len(notified)} were told")
        self.town.count["alarm samples"] += len(lines)
        self.town.count["alarms raised"] += sum(event == "RAISE" for event, _, _ in mine)
        self.town.count["alarms cleared"] += sum(event == "CLEAR" for event, _, _ in mine)

    def events(self, key, cents):
        for name, limit, deadband in LEVELS:
            was = self.active.get((key, name), False)
            now = cents <= limit * 100 if not was else cents < (limit + deadband) * 100
            if was != now:
                self.active[key, name] = now
                yield "RAISE" if now else "CLEAR", key, name
