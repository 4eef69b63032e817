#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Many random splits of the library against model_share.py: share_campaign.py SHARE_DRIVER [--seed N] [--cases N] [--of split|bounded|carry|tree].

Totals, weights and steps are small, usual, or at the ends of 64 bits; keys stand twice now and then. Each case is one number below the seed, and a difference is
printed with it. What is refused is compared by status."""

import argparse
import collections
import random
import subprocess
import sys
import time

import model_share as model

BATCH = 500
ENDS = [-2**63, 2**63 - 1, -2**63 + 1, 0, 1, -1]


def total_of(chance):
    return chance.choice([chance.randint(-300, 300), chance.randint(-10**9, 10**9), chance.randint(-2**63, 2**63 - 1), chance.choice(ENDS)])


def shares_of(chance):
    n = chance.choice([0, 1, 2, 3, 4, 5, 8, 12])
    keys = [chance.randint(0, 9) for _ in range(n)] if chance.random() < 0.1 else chance.sample(range(10**6), n)
    if chance.random() < 0.1:
        keys = [2**64 - 1 - key for key in keys]
    most = chance.choice([1, 3, 100, 10**6, 2**59, 2**64 - 1])
    return [(key, chance.randint(0, most) if chance.random() < 0.9 else chance.choice([0, most])) for key in keys]


def options_of(chance, shares):
    policy = chance.choice(model.ZERO) if shares else chance.choice(["error", "equal", "owner"])
    return {"zero_policy": policy, "tie_salt": chance.choice([0, 0, 202601, chance.getrandbits(64)]), "step": chance.choice([1, 1, 5, 10000, chance.randint(1, 2**63 - 1)]),
            "check_keys": chance.random() < 0.1, "fallback": [chance.randint(0, 5) for _ in shares] if policy == "fallback" else ()}


def text_of(verb, total, shares, options, method="largest_remainder", absorb_key=0):
    words = [verb, total, model.METHODS.index(method), model.ZERO.index(options["zero_policy"]), options["tie_salt"], absorb_key, options["step"],
             int(options["check_keys"]), len(options["fallback"]), *options["fallback"], len(shares)]
    return " ".join(map(str, words + [word for share in shares for word in share]))


def listed(*lists):
    return " ".join(str(word) for one in lists for word in [len(one), *one])


def split_case(chance):
    shares = shares_of(chance)
    options, method = options_of(chance, shares), chance.choice(["largest_remainder"] * 5 + model.METHODS[1:])
    absorb, total = chance.choice([key for key, _ in shares] + [7]), total_of(chance)

    def answer():
        amounts, residual = model.split(total, shares, method=method, absorb_key=absorb, **options)
        return [*amounts, residual]
    return text_of("split", total, shares, options, method, absorb), answer


def bounded_case(chance):
    shares = shares_of(chance)
    options = options_of(chance, shares)
    step, room = options["step"], chance.choice([2, 10, 100])
    low = [min(chance.choice([0, chance.randint(0, room)]) * step, 2**62 // step * step) for _ in shares]
    high = [chance.choice([None, min(floor + chance.randint(0, 2 * room) * step, (2**63 - 2) // step * step)]) for floor in low]
    total = chance.choice([total_of(chance), max(-2**63, min(2**63 - 1, chance.randint(-5 * room, 5 * room) * step))])

    def answer():
        amounts, residual = model.bounded(total, shares, low, high, **options)
        return [*amounts, residual]
    return text_of("bounded", total, shares, options) + " " + listed(low, [2**63 - 1 if most is None else most for most in high]), answer


def carry_case(chance):
    shares = shares_of(chance)
    options = options_of(chance, shares)
    options["step"] = chance.choice([1, 10000])
    total, carry = chance.choice([chance.randint(-300, 300), chance.randint(-9 * 10**12, 9 * 10**12)]), [chance.randint(-99999, 99999) for _ in shares]
    if carry:
        carry[0] -= sum(carry)

    def answer():
        amounts, residual, after = model.carried(total, shares, carry, **options)
        return [*amounts, residual, *after]
    return text_of("carry", total, shares, options) + " " + listed(carry), answer


def tree_case(chance):
    n = chance.randint(0, 9)
    keys, most = chance.sample(range(40), n), chance.choice([4, 1000, 2**58])
    rows = []
    for i, key in enumerate(keys):
        parent = None if i == 0 or chance.random() < 0.15 else keys[chance.randint(0, i - 1)]
        if chance.random() < 0.02:
            parent = chance.choice([*keys, 41])
        rows.append([key, parent, chance.randint(0, most), chance.choice([chance.randint(0, 3), chance.randint(0, most)])])
    inner = {row[1] for row in rows}
    for row in rows:
        if row[0] in inner:
            below = sum(other[2] or 0 for other in rows if other[1] == row[0])
            row[2] = chance.choice([None, row[2], chance.randint(max(0, below - 3), below + 20)])
    chance.shuffle(rows)
    ways = [chance.choice(model.REST), chance.choice(model.NEGATIVE), chance.choice(model.ZERO), chance.choice([0, chance.getrandbits(64)]), chance.choice([1, 5, 10000]),
            chance.choice([0, 20000, 2**63 - 1])]
    total = total_of(chance)
    words = ["tree", total, model.REST.index(ways[0]), model.NEGATIVE.index(ways[1]), model.ZERO.index(ways[2]), *ways[3:], n]
    for key, parent, reading, common in rows:
        words += [key, parent or 0, reading or 0, common, 0, 0, (parent is None) + 2 * (reading is not None), 0]

    def answer():
        nodes, residual = model.tree(total, [model.Node(*row) for row in rows], *ways)
        return [number for node in nodes for number in (node.amount, node.common, node.bucket, node.owner, node.rest, node.loss, node.adjusted, int(node.warned),
                                                         int(not node.children))] + [residual]
    return " ".join(map(str, words)), answer


KINDS = {"split": split_case, "bounded": bounded_case, "carry": carry_case, "tree": tree_case}


def expected(answer):
    try:
        return "ok " + " ".join(map(str, answer()))
    except model.Refused as refused:
        return refused.status


def told(line):
    words = line.split()
    if words[0] == "gap":
        return words[2]
    return " ".join(words) if words[0] == "ok" else words[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("driver")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=100000)
    parser.add_argument("--of", choices=sorted(KINDS), default="split")
    arguments = parser.parse_args()
    process = subprocess.Popen([arguments.driver], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    seen, began = collections.Counter(), time.monotonic()
    for first in range(0, arguments.cases, BATCH):
        numbers = range(first, min(first + BATCH, arguments.cases))
        cases = [KINDS[arguments.of](random.Random(f"{arguments.seed}/{arguments.of}/{number}")) for number in numbers]
        process.stdin.write("".join(text + "\n" for text, _ in cases))
        process.stdin.flush()
        for number, (text, answer) in zip(numbers, cases):
            got, wanted = told(process.stdout.readline()), expected(answer)
            if got != wanted:
                sys.exit(f"case {arguments.seed}/{arguments.of}/{number}: {text}\n got {got}\nwant {wanted}")
            seen[got.split()[0]] += 1
    process.stdin.close()
    if process.wait() != 0:
        sys.exit("the driver ended badly")
    print(f"{arguments.cases} cases of {arguments.of} in {time.monotonic() - began:.0f} s, none different: " + ", ".join(f"{count} {status}" for status, count in seen.most_common()))


if __name__ == "__main__":
    main()
