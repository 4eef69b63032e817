# SPDX-License-Identifier: Apache-2.0
"""Who lives in the town, what their meters count, and what becomes of the readings on their way. All of it follows from the seed. Changes when the town does."""

import datetime

ZONE = datetime.timezone(datetime.timedelta(hours=8))
BEGIN = datetime.datetime(2026, 1, 1, tzinfo=ZONE)
MONTHS = [datetime.date(2026, month, 1) for month in (1, 2, 3, 4)]
EDGES = [24 * (day - MONTHS[0]).days for day in MONTHS]  # in hours
TIMES = [(BEGIN + datetime.timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M+08:00") for hour in range(EDGES[-1] + 1)]
UNITS_OF_BUILDING, ROOMS_OF_FLOOR = 24, 4

CENTS = {"line": "none", "charge": {"step": "0.01", "how": "half_up"}, "bill": "none"}


def tariff(name, inputs, charges, **more):
    return {"meterbill": 1, "kind": "tariff", "id": name, "version": "2026-01", "currency": "CNY", "zone": "CST-8", "valid": {"from": "2026-01-01", "to": None},
            "inputs": inputs, "rounding": CENTS, "charges": charges, **more}


TARIFFS = {
    "power": tariff("power", {"energy": {"register": "import", "unit": "kWh", "across_boundary": "prorate"}}, [
        {"id": "energy", "quantity": "energy", "unit": "kWh", "rate": {"peak": "0.5583", "valley": "0.3583"}},
        {"id": "ladder", "quantity": "energy", "unit": "kWh", "tiers": {"over": "year", "how": "graduated", "bounds": ["500", "1100"], "across": "periods"},
         "rate": ["0", "0.05", "0.30"]}],
        calendar={"periods": [{"name": "peak", "when": [{"at": ["08:00-21:00"]}]}, {"name": "valley", "when": [{"at": ["21:00-08:00"]}]}]}),
    "water": tariff("water", {"volume": {"register": "volume", "unit": "m3"}}, [
        {"id": "water", "quantity": "volume", "unit": "m3", "tiers": {"over": "year", "how": "graduated", "bounds": ["30", "60"]}, "rate": ["1.92", "3.30", "4.30"]},
        {"id": "sewage", "quantity": {"of": "volume", "factor": "0.9"}, "unit": "m3", "rate": "1.70"}]),
    "water-b": tariff("water-b", {"volume": {"register": "volume", "unit": "m3"}}, [
        {"id": "water", "quantity": "volume", "unit": "m3", "tiers": {"over": "month", "how": "graduated", "bounds": ["8"]}, "rate": ["2.11", "4.05"]},
        {"id": "meter", "quantity": "one", "per": "month", "rate": "3.75"}]),
    "water-p": tariff("water-p", {"volume": {"register": "volume", "unit": "m3"}, "score": {"fact": "payment_score", "unit": "1"}}, [
        {"id": "water", "quantity": "volume", "unit": "m3", "rate": "2.85"},
        {"id": "reliable", "quantity": {"money": ["water"]}, "rate": "-0.05", "only_if": {"fact": "score", "at_least": "0.9"}}]),
    "heat": tariff("heat", {"heat": {"register": "heat", "unit": "kWh"}, "area": {"fact": "area", "unit": "m2"}}, [
        {"id": "basic", "quantity": "area", "unit": "m2", "per": "month", "rate": "1.74"},
        {"id": "metered", "quantity": "heat", "unit": "kWh", "rate": "0.112"}]),
}
UTILITIES = {"power": "electricity", "water": "water", "water-b": "water", "water-p": "water", "heat": "heat"}

# By tariff: register, unit, counts of a unit, modulus in units, least and most use of a day in counts, hours of a day with a reading.
METERS = {"power": ("import", "kWh", 100, 100000, 200, 2400, (0, 8, 21)), "water": ("volume", "m3", 1000, 10000, 60, 1100, (0,)),
          "heat": ("heat", "kWh", 10, 100000, 200, 900, (0,))}


class Meter:
    """A register's counts over the three months. chain: [hour, count, mark, quality], as it stands when all that ever arrives has arrived; of it some arrive
    slowly, some late, after the first close, and some were wrong at first."""

    def __init__(self, kind, number, rng):
        self.register, self.unit, self.scale, modulus, least, most, self.hours = METERS[kind]
        self.kind, self.id = kind, f"{kind[0].upper()}-{number:05d}"
        self.modulus = modulus * self.scale
        self.chain, self.slow, self.late, self.wrong, self.again = [], [], [], [], []
        self.refused_for = set()  # months whose bill the first close must refuse
        self.count(rng, rng.randint(least, most))
        for month in range(3):
            self.suffer(month, rng)
        self.mark()

    def count(self, rng, of_day):
        use_of_period = of_day * 100 // len(self.hours)
        count = self.modulus - rng.randint(1, of_day * 60) if rng.random() < 0.03 else rng.randrange(self.modulus // 2)
        replaced = 24 * rng.randrange(3, 85) + self.hours[-1] if rng.random() < 0.02 else -1
        for hour in (24 * day + at for day in range(91) for at in self.hours):
            if hour > EDGES[-1]:
                break
            if hour == replaced and hour not in EDGES:
                self.chain.append([hour, count, "removed", ""])
                count = rng.randrange(5 * self.scale)
                self.chain.append([hour, count, "installed", ""])
            else:
                self.chain.append([hour, count, "", ""])
            count = (count + use_of_period * rng.randint(50, 150) // 10000) % self.modulus

    def suffer(self, month, rng):
        """What happens to the readings of a month. At most one thing that stops the bill; marks are made later from what is left."""
        first, last = EDGES[month], EDGES[month + 1]
        inner = [row for row in self.chain if first < row[0] < last and row[2] == ""]
        fate = rng.random()
        if fate < 0.06:
            for row in rng.sample(inner, rng.randint(1, 3)):
                self.chain.remove(row)
                row[3] = "lost"
        elif fate < 0.10:
            self.slow += rng.sample(inner, rng.randint(1, 6))
        elif fate < 0.105:
            self.late += [row for row in rng.sample(inner, 2) if self.is_level_at(row)]  # the bill will be there before them, and stays
        elif fate < 0.125:
            self.late += [row for row in self.chain if row[0] == last]
            self.refused_for.add(month)
        elif fate < 0.135:
            edge = next(row for row in self.chain if row[0] == last)
            edge[3] = "estimated"
            self.late.append(edge)
            self.refused_for.add(month)
        elif fate < 0.155:
            self.roll_back(rng.choice(inner), month, rng)
        self.again += rng.sample(inner, 3) if rng.random() < 0.05 else []

    def is_level_at(self, row):
        """Whether the counts beside it do not fall, so that its neighbours need no mark."""
        at = self.chain.index(row)
        before, after = self.chain[at - 1], self.chain[at + 1]
        return before[1] <= row[1] <= after[1] and after[2] == before[2] == ""

    def roll_back(self, row, month, rng):
        """The meter's board reports a count of some time ago, without a mark; the right one is read from the dial later."""
        before = self.chain[self.chain.index(row) - 1]
        wrong = before[1] - rng.randint(1, 20)
        if before[2] == "" and 0 <= wrong and before[1] <= row[1]:
            self.wrong.append((row, wrong))
            self.refused_for.add(month)

    def mark(self):
        self.chain = [row for row in self.chain if row[3] != "lost"]
        self.again.sort(key=lambda row: row[0])
        apart = {id(row) for row in self.slow + self.late} | {id(row) for row, _ in self.wrong}
        self.again = [row for row in self.again if row[3] != "lost" and id(row) not in apart]
        for before, row in zip(self.chain, self.chain[1:]):
            if row[2] == "" and row[1] < before[1]:
                row[2] = "rollover"

    def decimal(self, count):
        return f"{count // self.scale}.{count % self.scale:0{len(str(self.scale)) - 1}d}"

    def row(self, row, count=None):
        return f"{self.id},{self.register},{TIMES[row[0]]},{self.decimal(row[1] if count is None else count)},{row[2]},{row[3]}\n"

    def files(self, month, first_month):
        """The rows of a month by the file they come in: at once, once more, slow, late, in the place of wrong ones."""
        first, last = EDGES[month] + (0 if first_month else 1), EDGES[month + 1]
        wrong = {id(row): count for row, count in self.wrong}
        slow, late = ({id(row) for row in rows} for rows in (self.slow, self.late))
        mine = [row for row in self.chain if first <= row[0] <= last]
        return ("".join(self.row(row, wrong.get(id(row))) for row in mine if id(row) not in late | slow),
                "".join(self.row(row) for row in self.again if first <= row[0] <= last),
                "".join(self.row(row) for row in mine if id(row) in slow),
                "".join(self.row(row) for row in mine if id(row) in late),
                "".join(self.row(row) for row in mine if id(row) in wrong))

    def billed(self, month):
        """The part of the chain that the month's bill rests on; what was late in a month that could be billed without it is not in it."""
        late = {id(row) for row in self.late if month not in self.refused_for and row[0] not in EDGES}
        return [row for row in self.chain if EDGES[month] <= row[0] <= EDGES[month + 1] and id(row) not in late]

    def behind(self, month):
        """How many readings came for a time that was billed."""
        return sum(EDGES[month] < row[0] < EDGES[month + 1] and month not in self.refused_for for row in self.late)

    def uses(self, rows):
        """[(from hour, to hour, counts)] of what was used, from rows of the chain alone."""
        found = []
        for before, row in zip(rows, rows[1:]):
            if row[2] != "installed":
                found.append((before[0], row[0], row[1] - before[1] + (self.modulus if row[2] == "rollover" else 0)))
        return found


class Household:
    def __init__(self, number, rng):
        self.number, self.id = number, f"T-{number:05d}"
        self.building, unit = divmod(number - 1, UNITS_OF_BUILDING)
        self.floor, self.room = divmod(unit, ROOMS_OF_FLOOR)
        self.pays_later = rng.random() < 0.15
        self.score = "0"  # how reliably it has paid
        self.is_shop = self.floor == 0 and rng.random() < 0.5
        self.keeps_debt = rng.random() < 0.1 or self.pays_later  # use beyond the credit becomes a debt, where others go below 0
        self.area = str(rng.randrange(300, 2400) / 10)
        kinds = ["power", "water"] + ([] if self.is_shop or rng.random() < 0.3 else ["heat"])
        self.tariffs = {kind: kind for kind in kinds}  # a task may set another
        if self.pays_later:
            self.tariffs["water"] = "water-p"
        self.meters = {kind: Meter(kind, number, rng) for kind in kinds}

    def places(self):
        building = f"b{self.building}"
        return building, f"{building}-f{self.floor}", f"{building}-f{self.floor}-r{self.room}"

    def document(self):
        contracts = [{"tariff": self.tariffs[kind], "from": "2026-01-01", **({"payment": "postpaid"} if self.pays_later else {}), "meters": [
            {"id": meter.id, "registers": [{"register": meter.register, "unit": meter.unit, "modulus": str(meter.modulus // meter.scale)}]}]}
            for kind, meter in self.meters.items()]
        facts = {"area": self.area, **({"payment_score": self.score} if self.pays_later else {})}
        return {"id": self.id, "title": f"Household {self.number}", "facts": facts, "contracts": contracts,
                **({"policy": "SMETS"} if self.keeps_debt and not self.pays_later else {})}

    def facts(self):
        return {"area": self.area, "payment_score": self.score}


def places_document(households):
    """Buildings, floors and rooms; every third building is an old one, the shops are tagged."""
    places, seen = [], set()
    for one in households:
        building, floor, room = one.places()
        for place in ({"id": building, "kind": "building", "tags": ["old"] if one.building % 3 == 0 else []},
                      {"id": floor, "kind": "floor", "in": building}, {"id": room, "kind": "room", "in": floor}):
            if place["id"] not in seen:
                seen.add(place["id"])
                places.append(place)
    accounts = [{"id": one.id, "at": one.places()[2], **({"tags": ["shop"]} if one.is_shop else {})} for one in households]
    return {"meterbill": 1, "kind": "places", "places": places, "accounts": accounts,
            "utilities": [{"tariff": name, "utility": utility} for name, utility in UTILITIES.items()]}
