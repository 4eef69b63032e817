# SPDX-License-Identifier: Apache-2.0
"""Row spark_vs_java: spark.py FOLDER ROWS RUNS JARS. Meter-months of 744 readings in Parquet to bills in Parquet, by one core of Spark and by a plain Java program with the
same jars; the bills must be the same first. By time of the processor, which other work on the machine lengthens less; the first run of each warms up."""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyspark

HOURS, START, CHUNK = 744, 1767225600, 4000
# The household's tariff of city_store.h.
TARIFF = {
    "meterbill": 1, "id": "city", "version": "1", "currency": "EUR", "zone": "UTC0", "valid": {"from": "2026-01-01", "to": None},
    "inputs": {"energy": {"register": "import", "unit": "kWh"}}, "rounding": {"line": {"step": "0.01", "how": "half_up"}, "charge": "none", "bill": "none"},
    "calendar": {
        "seasons": [{"name": "winter", "from": "10-01", "to": "04-01"}, {"name": "summer", "otherwise": True}],
        "days": [{"name": "weekend", "weekdays": ["sat", "sun"]}, {"name": "workday", "otherwise": True}],
        "periods": [{"name": "p1", "when": [{"day": "workday", "season": "winter", "at": ["12:00-18:00"]}]}, {"name": "p2", "when": [{"day": "workday", "at": ["08:00-22:00"]}]},
                    {"name": "p3", "when": [{"day": "weekend", "at": ["08:00-22:00"]}]}, {"name": "p4", "otherwise": True}]},
    "charges": [
        {"id": "energy", "quantity": "energy", "rate": {"p1": "0.41", "p2": "0.31", "p3": "0.22", "p4": "0.11"}},
        {"id": "ladder", "quantity": "energy", "tiers": {"over": "year", "how": "graduated", "across": "periods", "bounds": ["2000"]}, "rate": ["0", "0.05"]},
        {"id": "standing", "quantity": "days", "rate": "0.3456"}, {"id": "tax", "quantity": {"money": ["energy", "ladder", "standing"]}, "rate": "0.19"}],
}


def make(folder, rows):
    """Files of 4,000 meter-months; a meter's last digit is 0.01 kWh."""
    folder.mkdir(parents=True)
    draw = np.random.default_rng(3)
    for first in range(0, rows, CHUNK):
        n = min(CHUNK, rows - first)
        values = pa.array(draw.integers(0, 150, n * HOURS, dtype=np.int64) * 10_000)
        pq.write_table(pa.table({
            "account": [f"A{number:07}" for number in range(first, first + n)], "contract": ["city"] * n, "from_utc_s": pa.array([START] * n, pa.int64()),
            "to_utc_s": pa.array([START + HOURS * 3600] * n, pa.int64()), "step_s": pa.array([3600] * n, pa.int64()),
            "readings": pa.ListArray.from_arrays(pa.array(np.arange(n + 1, dtype=np.int32) * HOURS), values),
            "part": pa.array([number * 8 // rows for number in range(first, first + n)], pa.int32())}), folder / f"{first:07}.parquet", row_group_size=1000)


def run(mode, classes, path, folder, bills, runs):
    opens = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in
             ("java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.util", "java.util.concurrent", "sun.nio.ch", "sun.nio.cs", "sun.util.calendar")]
    done = subprocess.run(["java", "-Xmx2g", *opens, "-cp", f"{classes}:{path}", "SparkBench", mode, str(folder / "readings"), bills, str(folder / "tariff.json"), str(runs)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-4000:])
    lines = [line.split() for line in done.stdout.splitlines()]
    times = [(float(cpu), float(wall)) for cpu, wall in lines if cpu not in ("plain", "spark")]
    return times, {word: value for word, value in lines if word in ("plain", "spark")}


def main():
    folder, rows, runs, jars = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    shutil.rmtree(folder, ignore_errors=True)
    make(folder / "readings", rows)
    (folder / "tariff.json").write_text(json.dumps(TARIFF), encoding="utf-8")
    path = f"{jars}:{pathlib.Path(pyspark.__path__[0]) / 'jars'}/*"
    subprocess.run(["javac", "-d", folder / "classes", "-cp", path, pathlib.Path(__file__).parent / "SparkBench.java"], check=True)
    os.environ["SPARK_LOCAL_DIRS"] = str(folder / "local")
    plain, _ = run("plain", folder / "classes", path, folder, str(folder / "bills-plain"), runs + 1)
    spark, hashes = run("spark", folder / "classes", path, folder, str(folder / "bills"), runs + 1)
    if hashes["plain"] != hashes["spark"] or not hashes["spark"].startswith(f"{rows}:"):
        raise SystemExit(f"the bills differ: {hashes}")
    (plain_cpu, plain_wall), (spark_cpu, spark_wall) = ([statistics.median(column) for column in zip(*times[1:], strict=True)] for times in (plain, spark))
    print(json.dumps({"name": "spark_vs_java", "value": round(spark_cpu, 3), "unit": "s of a core", "against": round(plain_cpu, 3), "ratio": round(spark_cpu / plain_cpu, 2),
                      "rows": rows, "readings": rows * HOURS, "spark_s": round(spark_wall, 3), "plain_s": round(plain_wall, 3),
                      "ns_a_reading": round(spark_cpu / rows / HOURS * 1e9, 2), "load": round(os.getloadavg()[0], 1), "hash": hashes["spark"]}))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
