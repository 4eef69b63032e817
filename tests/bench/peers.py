#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Other programs on our usage, in turn with ours: peers.py BENCH_PEERS FOLDER ACCOUNTS ROW…

Rows: ssc, duckdb, polars (each needs its package of requirements.txt, and is skipped by name without it) and plain, which needs none and only
compares our answers with sums by plain Python. Every answer is compared before anything is timed. A row of JSON says the median of ours, the
median of the other, and the other over ours. Both sides use one thread."""
import array
import datetime
import functools
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
HOURS, ROUNDS, SSC_ACCOUNTS = 8760, 9, 20
TABLE, SSC = HERE / "peers_table.json", HERE / "peers_ssc.json"


def charges(tariff):
    return {charge["id"]: charge for charge in json.loads(tariff.read_text())["charges"]}


def cents(price):
    return round(float(price) * 100)


def period(month, hour, workday):
    """The place of the period, from 0, as the calendars of both tariffs say; months count from 0."""
    row = (0 if 12 <= hour < 18 else 1 if 8 <= hour < 22 else 2) if workday else 2
    return row if 3 <= month < 9 else row + 3


def hours():
    """Month and period of every hour of 2018, which begins on a Monday; the clock is never changed."""
    start = datetime.datetime(2018, 1, 1)
    for at in (start + datetime.timedelta(hours=i) for i in range(HOURS)):
        yield at.month - 1, period(at.month - 1, at.hour, at.weekday() < 5)


class Ours:
    def __init__(self, program, folder, accounts):
        self.folder, self.accounts = pathlib.Path(folder), int(accounts)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.program = subprocess.Popen([program, folder, accounts], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.hear()

    def hear(self):
        said = self.program.stdout.readline()
        if not said:
            sys.exit("peers: bench_peers has ended")
        return said

    def price(self, tariff, accounts):
        """Seconds to read the tariff, to prepare it, to check the columns, and to price."""
        self.program.stdin.write(f"{accounts} {tariff}\n")
        self.program.stdin.flush()
        return [int(ns) * 1e-9 for ns in self.hear().split()]

    def numbers(self, name):
        return array.array("q", (self.folder / name).read_bytes())

    def answers(self, tariff, accounts):
        """One list an account: the total, then the charges, in 10^-6."""
        self.price(tariff, accounts)
        numbers, stride = self.numbers("answers"), 1 + len(charges(tariff))
        return [list(numbers[i : i + stride]) for i in range(0, len(numbers), stride)]


def stop_unless(equal, row):
    if not equal:
        sys.exit(f"peers: {row}: the answers differ")


def in_turn(ours, peers):
    """Medians of rounds in which all take turns: that of ours, then those of the others."""
    times = [[] for _ in range(1 + len(peers))]
    for _ in range(ROUNDS):
        times[0].append(ours())
        for peer, taken in zip(peers, times[1:]):
            start = time.perf_counter()
            peer()
            taken.append(time.perf_counter() - start)
    return [statistics.median(one) for one in times]


def say(row, ours, peer, unit, against):
    print(json.dumps({"name": row, "value": round(ours, 3), "unit": unit, "against": against, "ratio": round(peer / ours, 1)}), flush=True)


# ---- the job for tables: rates by period and an added ladder by month. Products are whole 10^-8 of the currency; charges are rounded to cents ----


class Job:
    def __init__(self):
        energy, ladder = charges(TABLE)["energy"], charges(TABLE)["ladder"]
        self.rates = [cents(energy["rate"][f"p{i}"]) for i in range(1, 7)]
        adds = [cents(rate) for rate in ladder["rate"]]
        bounds = [int(bound) * 10**6 for bound in ladder["tiers"]["bounds"]]
        self.steps = [(bound, above - below) for bound, below, above in zip(bounds, adds, adds[1:])]
        self.hours = list(hours())

    def plain(self, quantities):
        months, energy = [0] * 12, 0
        for quantity, (month, at) in zip(quantities, self.hours):
            months[month] += quantity
            energy += quantity * self.rates[at]
        ladder = sum(rate * max(used - bound, 0) for used in months for bound, rate in self.steps)
        energy, ladder = ((charge + 500000) // 1000000 * 10000 for charge in (energy, ladder))
        return [energy + ladder, energy, ladder]


def plain(ours):
    job = Job()
    answers, quantities = ours.answers(TABLE, ours.accounts), ours.numbers("quantities")
    for i, answer in enumerate(answers):
        stop_unless(answer == job.plain(quantities[i * HOURS : (i + 1) * HOURS]), "plain")
    for i, answer in enumerate(ours.answers(SSC, ours.accounts)):
        stop_unless(near(answer, plain_ssc(quantities[i * HOURS : (i + 1) * HOURS])), "plain")


def near(answer, theirs):
    """Total, energy and demand of SSC's tariff, to half a cent: SSC computes in floating point."""
    total, energy, day, night = answer
    return all(abs(ours / 1e6 - other) <= 0.005 for ours, other in zip((total, energy, day + night), theirs))


def plain_ssc(quantities):
    """The same by hand: a month's tiers are shared out to the periods in proportion to their use."""
    tariff = charges(SSC)
    rates, bound = tariff["energy"]["rate"], float(tariff["energy"]["tiers"]["bounds"][0])
    used, peaks = {}, {}
    for quantity, (month, at) in zip(quantities, hours()):
        name = "night" if at in (2, 5) else "day"
        used[month, at] = used.get((month, at), 0) + quantity / 1e6
        peaks[month, name] = max(peaks.get((month, name), 0), quantity / 1e6)
    months = [sum(of for (month, _), of in used.items() if month == i) for i in range(12)]
    shares = [min(bound / whole, 1) for whole in months]
    energy = sum(of * (share * float(rates[0][f"p{at + 1}"]) + (1 - share) * float(rates[1][f"p{at + 1}"]))
                 for (month, at), of in used.items() for share in [shares[month]])
    demand = sum(min(peak, 1) * float(tariff[name]["rate"][0]) + max(peak - 1, 0) * float(tariff[name]["rate"][1]) for (_, name), peak in peaks.items())
    return energy + demand, energy, demand


def tables(ours):
    """The readings as columns of a table: account, hour, quantity."""
    import numpy

    quantities = numpy.fromfile(ours.folder / "quantities", dtype=numpy.int64)
    account = numpy.repeat(numpy.arange(ours.accounts, dtype=numpy.int32), HOURS)
    hour = numpy.tile(numpy.arange(HOURS, dtype=numpy.int32), ours.accounts)
    return {"account": account, "hour": hour, "quantity": quantities}


def compare_table(ours, job, row, rows):
    stop_unless(ours.answers(TABLE, ours.accounts) == [list(one) for one in rows], row)


def price_table(ours):
    """The median of nine, so that a round of ours is not too short beside one of the others."""
    times = [ours.price(TABLE, ours.accounts) for _ in range(9)]
    return statistics.median(prepared + priced for _, prepared, _, priced in times)


def per_reading(ours, seconds):
    return seconds / (ours.accounts * HOURS) * 1e9


def duckdb(ours):
    import duckdb as library
    import numpy

    job = Job()
    con = library.connect(config={"threads": 1})
    con.register("readings", tables(ours))
    con.execute("create table reading as from readings")
    months, places = zip(*job.hours)
    con.register("hours", {
        "hour": numpy.arange(HOURS, dtype=numpy.int32), "month": numpy.array(months, dtype=numpy.uint8),
        "rate": numpy.array([job.rates[at] for at in places], dtype=numpy.int64),
        "slot": numpy.array([month * 6 + at for month, at in job.hours], dtype=numpy.uint8)})
    con.execute("create table calendar as from hours")
    ladder = " + ".join(f"{rate} * greatest(used - {bound}, 0)" for bound, rate in job.steps)
    bills = f"""
        bills as (
            select account, (sum(energy) + 500000) // 1000000 * 10000 as energy, (sum({ladder}) + 500000) // 1000000 * 10000 as ladder
            from months group by account)
        select energy + ladder, energy, ladder from bills order by account"""
    # Two ways to write it, of which now one and now the other is faster: by month with the rate of each reading, or by one number for account, month
    # and period.
    ways = [f"""with months as (
            select account, month, sum(quantity) as used, sum(quantity * rate) as energy
            from reading join calendar using (hour) group by account, month), {bills}""",
        f"""with slots as (select account * 72 + slot as slot, sum(quantity) as used from reading join calendar using (hour) group by all),
        months as (
            select slot // 72 as account, sum(used) as used, sum(used * {job.rates}[slot % 6 + 1]) as energy
            from slots group by account, slot // 6), {bills}"""]

    def run(groups, sql):
        con.execute(f"set perfect_ht_threshold = {groups}")
        return con.execute(sql).fetchall()

    # 12 is the default
    runs = [functools.partial(run, groups, sql) for groups in (12, 20) for sql in ways]
    for one in runs:
        compare_table(ours, job, "price_vs_duckdb", one())
    own, *times = (per_reading(ours, one) for one in in_turn(lambda: price_table(ours), runs))
    theirs, tuned = min(times[:2]), min(times[2:])
    say("price_vs_duckdb", own, theirs, "ns/reading",
        f"DuckDB {library.__version__}, {theirs:.2f} ns; with perfect_ht_threshold = 20, {tuned:.2f} ns, ratio {tuned / own:.1f}; 1 thread each")


def polars(ours):
    import polars as pl

    job = Job()
    readings = pl.DataFrame(tables(ours))
    slots = pl.lit(pl.Series([month * 6 + at for month, at in job.hours], dtype=pl.UInt8))
    rates = pl.lit(pl.Series(job.rates, dtype=pl.Int64))
    ladder = pl.sum_horizontal(rate * (pl.col("used") - bound).clip(0) for bound, rate in job.steps)
    bills = (
        readings.lazy()
        .group_by("account", slots.gather(pl.col("hour")).alias("slot"))
        .agg(used=pl.col("quantity").sum())
        .with_columns(energy=pl.col("used") * rates.gather(pl.col("slot") % 6), month=pl.col("slot") // 6)
        .group_by("account", "month")
        .agg(pl.col("energy").sum(), pl.col("used").sum())
        .group_by("account")
        .agg(((each.sum() + 500000) // 1000000 * 10000).alias(name) for name, each in (("energy", pl.col("energy")), ("ladder", ladder)))
        .sort("account")
        .select(pl.col("energy") + pl.col("ladder"), pl.col("energy").alias("of_energy"), "ladder")
    )
    compare_table(ours, job, "price_vs_polars", bills.collect().rows())
    own, *engines = (per_reading(ours, one) for one in in_turn(
        lambda: price_table(ours), [lambda: bills.collect(engine="in-memory"), lambda: bills.collect(engine="streaming")]))
    theirs = min(engines)
    say("price_vs_polars", own, theirs, "ns/reading",
        f"Polars {pl.__version__}, {theirs:.2f} ns, the faster of its engines; {pl.thread_pool_size()} thread each")


# ---- the job for SSC: a year of TOU with tiers and demand ----


def ssc_program(module):
    """SSC with the tariff of peers_ssc.json; metering option 0 shares the tiers of a month out in proportion."""
    tariff = charges(SSC)
    program = module.new()
    by_month = lambda of, workday: [[of(month, hour, workday) for hour in range(24)] for month in range(12)]
    use = lambda *at: period(*at) + 1
    window = lambda month, hour, workday: 1 if workday and 8 <= hour < 22 else 2
    energy, (bound,) = tariff["energy"]["rate"], map(float, tariff["energy"]["tiers"]["bounds"])
    blocks = [(i, tier, limit, float(rate)) for i, name in enumerate(("day", "night"), 1)
              for tier, limit, rate in zip((1, 2), (float(tariff[name]["tiers"]["bounds"][0]), 1e38), tariff[name]["rate"])]
    program.ElectricityRates.assign({
        "en_electricity_rates": 1, "ur_metering_option": 0, "ur_dc_enable": 1,
        "ur_ec_sched_weekday": by_month(use, True), "ur_ec_sched_weekend": by_month(use, False),
        "ur_ec_tou_mat": [(i, tier, limit, 0, float(energy[tier - 1][f"p{i}"]), 0) for i in range(1, 7) for tier, limit in ((1, bound), (2, 1e38))],
        "ur_dc_sched_weekday": by_month(window, True), "ur_dc_sched_weekend": by_month(window, False),
        "ur_dc_tou_mat": blocks, "ur_dc_flat_mat": [(month, 1, 1e38, 0) for month in range(12)]})
    program.Lifetime.assign({"analysis_period": 1, "inflation_rate": 0, "system_use_lifetime_output": 0})
    program.SystemOutput.assign({"degradation": [0], "gen": [0] * HOURS})
    return program


def ssc(ours):
    import importlib.metadata

    import PySAM.Utilityrate5 as module

    program, n = ssc_program(module), min(SSC_ACCOUNTS, ours.accounts)
    answers, quantities = ours.answers(SSC, n), ours.numbers("quantities")
    loads = [[quantity / 1e6 for quantity in quantities[i * HOURS : (i + 1) * HOURS]] for i in range(n)]
    for load, answer in zip(loads, answers):
        program.Load.load = load
        program.execute()
        said = program.Outputs
        theirs = (said.utility_bill_wo_sys_year1, sum(said.year1_monthly_ec_charge_without_system), sum(said.year1_monthly_dc_tou_without_system))
        stop_unless(near(answer, theirs), "price_vs_ssc")
    own, alone, theirs = [], [], []
    for _ in range(ROUNDS):
        *first, checked, priced = ours.price(SSC, n)
        own.append((checked + priced) / n)
        alone.append(sum(first) + own[-1])
        for load in loads:
            program.Load.load = load
            start = time.perf_counter()
            program.execute()
            theirs.append(time.perf_counter() - start)
    own, alone, theirs = (statistics.median(one) * 1e6 for one in (own, alone, theirs))
    say("price_vs_ssc", own, theirs, "us/bill",
        f"SSC by nrel-pysam {importlib.metadata.version('nrel-pysam')}, one execute(), {theirs:.0f} us; with the tariff read and prepared for this "
        f"bill alone ours takes {alone:.0f} us, ratio {theirs / alone:.1f}; 1 thread each")


def main():
    os.environ["POLARS_MAX_THREADS"] = "1"
    program, folder, accounts, *rows = sys.argv[1:]
    ours = Ours(program, folder, accounts)
    for row in rows:
        try:
            {"plain": plain, "ssc": ssc, "duckdb": duckdb, "polars": polars}[row](ours)
        except ImportError as missing:
            print(f"price_vs_{row}: skipped: {missing}", file=sys.stderr)


if __name__ == "__main__":
    main()
