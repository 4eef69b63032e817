# SPDX-License-Identifier: Apache-2.0
"""Two months under a yearly ladder: compile a tariff, price each month with the position that the month before left, print the lines."""

import zoneinfo

import meterbill

TARIFF = {
    "meterbill": 1, "id": "jiangsu-residential", "version": "2012-07-01", "currency": "CNY", "zone": "CST-8",
    "valid": {"from": "2012-07-01", "to": None},
    "inputs": {"energy": {"register": "import", "unit": "kWh"}},
    "rounding": {"line": "none", "charge": "none", "bill": {"step": "0.01", "how": "half_up"}},
    "charges": [{"id": "energy", "quantity": "energy", "rate": ["0.5283", "0.5783", "0.8283"],
                 "tiers": {"over": "year", "how": "graduated", "bounds": ["2760", "4800"]}}]}


def main() -> None:
    zone = zoneinfo.ZoneInfo("Asia/Shanghai")
    position = None
    with meterbill.Tariff.compile(TARIFF) as tariff:
        for month, used_kwh in ((1, 2500), (2, 400)):
            span = meterbill.Span.month(2026, month, zone)
            priced = tariff.price(meterbill.Usage.of(span, meterbill.total("import", used_kwh)), position=position)
            position = priced.position
            print(f"{span.start:%Y-%m-%d} to {span.end:%Y-%m-%d}")
            for sentence in tariff.explain(priced.bill):
                if not sentence.startswith("rounding"):
                    print(f"  {sentence}")
            print(f"  total {priced.bill.total:.2f} {priced.bill.currency}")


if __name__ == "__main__":
    main()
