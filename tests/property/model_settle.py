# SPDX-License-Identifier: Apache-2.0
"""A season settled by exact fractions, from the words of settle.h; shares no code with the library."""

from fractions import Fraction
import math

ROUND = {
    1: lambda x: math.floor(abs(x) + Fraction(1, 2)) * (1 if x >= 0 else -1),
    2: round,
    3: math.trunc,
    4: lambda x: math.ceil(x) if x >= 0 else math.floor(x),
    5: math.floor,
    6: math.ceil,
}
REFUND, CREDIT, WALLET, KEEP, CHARGE, WAIVE = range(1, 7)


def settle(season_days, area, basic, metered, paid, carried, empty_days, surplus, empty_percent, shortage, service_of, cap, standard, step, how, bands, episodes):
    """In micro-units; percentages too. Gives (kind, amount) of every step that moves money, and due, balance, refund, next, charge, forgone."""
    def rounded(amount):
        return ROUND[how](Fraction(amount) / step) * step

    steps = [("basic", rounded(Fraction(basic) * (season_days - empty_days) / season_days)), ("metered", rounded(metered))]
    if empty_days:
        steps.append(("empty", rounded(Fraction(area) * empty_percent / 10**8 * empty_days / season_days)))
    fee = sum(amount for _, amount in steps)
    if cap >= 0:
        limit = rounded(Fraction(area) * cap / 10**8)
        if fee > limit:
            steps.append(("cap", limit - fee))
            fee = limit
    base = area if service_of == 1 else fee
    for temperature, days in episodes:
        below = standard - temperature
        percent = 0 if below <= 0 else next(share for end, share in bands if end == 0 or below <= end)
        steps.append(("service", rounded(-Fraction(base) * percent / 10**8 * days / season_days)))
        fee += steps[-1][1]
    if fee < 0:
        steps.append(("floor", -fee))
        fee = 0
    steps.append(("paid", -paid))
    if carried:
        steps.append(("carried", -carried))
    balance = paid + carried - fee
    over, under = max(balance, 0), max(-balance, 0)
    if over:
        steps.append(({REFUND: "refund", CREDIT: "credit", WALLET: "wallet", KEEP: "keep"}[surplus], over))
    if under:
        steps.append(({CHARGE: "charge", WAIVE: "waive"}[shortage], -under))
    forgone = (under if shortage == WAIVE else 0) - (over if surplus == KEEP else 0)
    return steps, [fee, balance, over if surplus == REFUND else 0, over if surplus in (CREDIT, WALLET) else 0, under if shortage == CHARGE else 0, forgone]
