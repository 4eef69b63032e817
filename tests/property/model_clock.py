# SPDX-License-Identifier: Apache-2.0
"""Civil time for the reference model: POSIX zone rules, calendar spans and the periods of a tariff calendar.

Changes when the guide's words about days, spans or periods do. Slow on purpose: every rule is written as the guide says it, minute by
minute, and shares nothing with the library. Instants are whole UTC seconds; civil days are datetime.date.
"""
import datetime
import functools
import itertools
import re

DAY = 86400
EPOCH = datetime.date(1970, 1, 1)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Zone:
    """A POSIX TZ rule with Mm.w.d change dates, as IEEE Std 1003.1 chapter 8.3 writes it; names are skipped."""

    RULE = re.compile(r"^(?:<[^>]+>|[A-Za-z]{3,})([+-]?[\d:]+)"
                      r"(?:(?:<[^>]+>|[A-Za-z]{3,})([+-]?[\d:]+)?,(M[^,]+),(M[^,]+))?$")

    def __init__(self, rule):
        match = self.RULE.match(rule)
        if match is None:
            raise ValueError("zone rule not known to the model: " + rule)
        self.standard = -self._seconds(match[1])
        self.summer = None
        if match[3]:
            self.summer = -self._seconds(match[2]) if match[2] else self.standard + 3600
            self.begins, self.ends = self._change(match[3]), self._change(match[4])

    @staticmethod
    def _seconds(text):
        sign = -1 if text.startswith("-") else 1
        parts = [int(part) for part in text.lstrip("+-").split(":")] + [0, 0]
        return sign * (parts[0] * 3600 + parts[1] * 60 + parts[2])

    @classmethod
    def _change(cls, text):
        date, _, time = text.partition("/")
        month, week, weekday = (int(part) for part in date[1:].split("."))
        return month, week, weekday, cls._seconds(time) if time else 7200

    @staticmethod
    @functools.lru_cache(maxsize=None)
    def _change_local(year, change):
        """Local seconds of a change, by the clock that is in force before it. POSIX counts weekdays from Sunday = 0."""
        month, week, weekday, time = change
        first = datetime.date(year, month, 1)
        day = first + datetime.timedelta((weekday - (first.weekday() + 1)) % 7 + 7 * (week - 1))
        while day.month != month:
            day -= datetime.timedelta(7)
        return (day - EPOCH).days * DAY + time

    def offset(self, utc):
        if self.summer is None:
            return self.standard
        year = (EPOCH + datetime.timedelta((utc + self.standard) // DAY)).year
        begins = self._change_local(year, self.begins) - self.standard
        ends = self._change_local(year, self.ends) - self.summer
        in_summer = begins <= utc < ends if begins < ends else not ends <= utc < begins
        return self.summer if in_summer else self.standard

    def day(self, utc):
        return EPOCH + datetime.timedelta((utc + self.offset(utc)) // DAY)

    def utc(self, local):
        """The earliest instant whose local clock shows at least this time."""
        candidates = sorted({local - self.standard, local - (self.standard if self.summer is None else self.summer)})
        for utc in candidates:
            if utc + self.offset(utc) == local:
                return utc
        return candidates[0]

    def day_start(self, day):
        return self.utc((day - EPOCH).days * DAY)

    def instant(self, text):
        """The instant a date or a date and time in a document means."""
        if len(text) == 10:
            return self.day_start(datetime.date.fromisoformat(text))
        time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        if time.tzinfo is None:
            return self.utc(int((time - datetime.datetime(1970, 1, 1)).total_seconds()))
        return int(time.timestamp())


def add_months(day, months):
    """The same day of a later month; a day past its end becomes its last day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    last = (datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(1)).day
    return datetime.date(year, month, min(day.day, last))


def span_start(day, over, start):
    """First civil day of the ladder span that holds a day."""
    if over == "day":
        return day
    if over in ("month", "purchases"):
        return day.replace(day=1)
    month, first = (int(part) for part in start.split("-"))
    step = months_of(over)
    begin = datetime.date(day.year - 1, month, first)
    while add_months(begin, step) <= day:
        begin = add_months(begin, step)
    return begin


def span_end(begin, over):
    if over == "day":
        return begin + datetime.timedelta(1)
    return add_months(begin, months_of(over))


def months_of(over):
    """How many months a ladder's span has."""
    return over["months"] if isinstance(over, dict) else {"month": 1, "purchases": 1, "quarter": 3, "year": 12}[over]


def easter(year):
    """Easter Sunday: D. E. Knuth, The Art of Computer Programming, 3rd edition, section 1.3.2, exercise 14 (after Clavius)."""
    golden, century = year % 19 + 1, year // 100 + 1
    skipped = 3 * century // 4 - 12
    sunday = 5 * year // 4 - skipped - 10
    epact = (11 * golden + 20 + (8 * century + 5) // 25 - 5 - skipped) % 30
    if epact == 24 or epact == 25 and golden > 11:
        epact += 1
    full = 44 - epact
    full += 30 if full < 21 else 0
    full += 7 - (sunday + full) % 7
    return datetime.date(year, 3, 1) + datetime.timedelta(full - 1)


def days_named(rule, year):
    """The day that a rule of every year names in a year, in a list; empty where there is none."""
    if "easter" in rule:
        return [easter(year) + datetime.timedelta(rule["easter"])]
    first = datetime.date(year, 1, 1)
    days = [first + datetime.timedelta(number) for number in range(366)]
    plus = datetime.timedelta(rule.get("plus", 0))
    if "date" in rule:
        return [day + plus for day in days if day.year == year and day.strftime("%m-%d") == rule["date"]]
    wanted = WEEKDAYS.index(rule["weekday"])
    if "nth" in rule:
        found = [day for day in days if day.year == year and day.month == rule["month"] and day.weekday() == wanted]
        if rule["nth"] < 0:
            found.reverse()
        return [day + plus for day in found[abs(rule["nth"]) - 1:abs(rule["nth"])]]
    sign = 1 if "on_or_after" in rule else -1
    day = datetime.date.fromisoformat(f'{year}-{rule["on_or_after" if sign > 0 else "on_or_before"]}')
    while day.weekday() != wanted:
        day += datetime.timedelta(sign)
    return [day + plus]


MOVES = {"next_monday": {"sat": 2, "sun": 1}, "nearest_weekday": {"sat": -1, "sun": 1}, "sunday_to_monday": {"sun": 1}}


def is_yearly(rule, day):
    """Is the day named by the rule, or the one on which such a day is observed?"""
    moves = rule.get("observed", {})
    moves = MOVES[moves] if isinstance(moves, str) else moves
    for year in (day.year - 1, day.year, day.year + 1):
        for named in days_named(rule, year):
            move = moves.get(WEEKDAYS[named.weekday()])
            if day == named and (move is None or rule["itself"]) or move is not None and day == named + datetime.timedelta(move):
                return True
    return False


def calendar_names(document):
    """The names of a calendar's periods, of all its tables."""
    return list(dict.fromkeys(period["name"] for table in document.get("sets", [document]) for period in table.get("periods", [])))


class Sets:
    """A calendar whose tables take over from each other."""

    def __init__(self, document, zone, lists):
        self.periods = calendar_names(document)
        ends = [zone.instant(table["until"]) if "until" in table else float("inf") for table in document["sets"]]
        self.tables = [(Calendar(table, zone, lists), begin, end) for table, begin, end in zip(document["sets"], [float("-inf")] + ends, ends)]

    def runs(self, begin, end):
        runs = []
        for table, first, last in self.tables:
            low, high = max(begin, first), min(end, last)
            for start, stop, period in table.runs(low, high) if low < high else []:
                at = self.periods.index(table.periods[period])
                if runs and runs[-1][2] == at:
                    runs[-1][1] = stop
                else:
                    runs.append([start, stop, at])
        return [tuple(run) for run in runs]


class Calendar:
    """The calendar part of a tariff: which period holds which minute."""

    def __init__(self, document, zone, lists):
        self.document, self.lists = document, lists
        self.zone = zone
        if document.get("clock", "local") == "standard":
            self.zone = Zone("STD0")
            self.zone.standard = zone.standard
        self.periods = [period["name"] for period in document.get("periods", [])]
        windows = [window for period in document.get("periods", []) for when in period.get("when", []) for window in when.get("at", [])]
        self.edges = sorted({0} | {self._minute(text) for window in windows for text in window.split("-")} - {1440})
        self._patterns, self._runs = {}, {}

    def season(self, day):
        month_day = day.strftime("%m-%d")
        for season in self.document.get("seasons", []):
            if season.get("otherwise"):
                return season["name"]
            begin, end = season["from"], season["to"]
            inside = begin <= month_day < end if begin < end else month_day >= begin or month_day < end
            if inside:
                return season["name"]
        return None

    def day_type(self, day):
        for rule in self.document.get("days", []):
            if rule.get("otherwise") or WEEKDAYS[day.weekday()] in rule.get("weekdays", []):
                return rule["name"]
            if day.isoformat() in self.lists.get(rule.get("from_list"), []):
                return rule["name"]
            for dates in rule.get("dates", []):
                if isinstance(dates, dict):
                    if is_yearly(dates, day):
                        return rule["name"]
                    continue
                begin, _, end = dates.partition("/")
                if begin <= day.isoformat() < end or begin == day.isoformat() and not end:
                    return rule["name"]
        return None

    @staticmethod
    @functools.lru_cache(maxsize=None)
    def _minute(text):
        return int(text[:2]) * 60 + int(text[3:])

    @classmethod
    def _in_window(cls, window, minute):
        begin, end = (cls._minute(text) for text in window.split("-"))
        return begin <= minute < end if begin < end else minute >= begin or minute < end

    def _matches(self, period, season, day_type, minute):
        if period.get("otherwise"):
            return True
        for when in period["when"]:
            seasons, days = when.get("season"), when.get("day")
            if seasons is not None and season not in ([seasons] if isinstance(seasons, str) else seasons):
                continue
            if days is not None and day_type not in ([days] if isinstance(days, str) else days):
                continue
            if "at" not in when or any(self._in_window(window, minute) for window in when["at"]):
                return True
        return False

    def pattern(self, season, day_type):
        """The period index of each minute of one kind of day; None where no period matches."""
        key = season, day_type
        if key not in self._patterns:
            minutes = []
            for low, high in zip(self.edges, self.edges[1:] + [1440]):
                minutes += [next((index for index, period in enumerate(self.document["periods"])
                                  if self._matches(period, season, day_type, low)), None)] * (high - low)
            self._patterns[key] = minutes
        return self._patterns[key]

    def day_runs(self, season, day_type):
        """[(from minute, to minute, period index)] of maximal stretches of one period in one kind of day."""
        key = season, day_type
        if key not in self._runs:
            stretches = itertools.groupby(enumerate(self.pattern(season, day_type)), key=lambda minute: minute[1])
            minutes = [(period, [minute for minute, _ in group]) for period, group in stretches]
            self._runs[key] = [(inside[0], inside[-1] + 1, period) for period, inside in minutes]
        return self._runs[key]

    def stretches(self, day):
        """[(from, to, period index)] of one civil day: by its minutes, one by one on a day on which the clock changes."""
        first, last = self.zone.day_start(day), self.zone.day_start(day + datetime.timedelta(1))
        season, day_type = self.season(day), self.day_type(day)
        if last - first == DAY and (first + self.zone.offset(first)) % DAY == 0 and self.zone.offset(first) == self.zone.offset(last - 1):
            return [(first + 60 * low, first + 60 * high, period) for low, high, period in self.day_runs(season, day_type)]
        pattern = self.pattern(season, day_type)
        return [(utc, utc + 60, pattern[(utc + self.zone.offset(utc)) // 60 % 1440]) for utc in range(first, last, 60)]

    def runs(self, begin, end):
        """[(from, to, period index)] of maximal stretches of one period inside [begin, end)."""
        runs = []
        day = self.zone.day(begin)
        while self.zone.day_start(day) < end:
            for start, stop, period in self.stretches(day):
                start, stop = max(start, begin), min(stop, end)
                if start >= stop:
                    continue
                if runs and runs[-1][2] == period:
                    runs[-1][1] = stop
                else:
                    runs.append([start, stop, period])
            day += datetime.timedelta(1)
        return [tuple(run) for run in runs]
