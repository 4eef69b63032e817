# SPDX-License-Identifier: Apache-2.0
"""A request of kind "split" and its answer by the definitions of model_share.py. The form of a request is not judged."""

from decimal import Decimal
from fractions import Fraction
import hashlib

import model_share as model


def places_of(text, zeros=True):
    digits = str(text).partition(".")[2]
    return min(9, len(digits if zeros else digits.rstrip("0")))


def text_of(units, scale):
    """The shortest exact text."""
    value = Fraction(units, 10**scale)
    text = format(Decimal(value.numerator * 10**9 // value.denominator).scaleb(-9), "f") if scale else str(units)
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


class Scales:
    """Amounts are whole numbers of 10^-scale."""

    def __init__(self, request):
        total, step = request["total"], request.get("step")
        self.scale = places_of(total) if step is None else max(places_of(total, zeros=False), places_of(step, zeros=False))
        self.step = 1 if step is None else self.units(step)
        self.total = self.units(total)

    def units(self, text):
        return int(Decimal(str(text)).scaleb(self.scale))

    def text(self, units):
        return text_of(units, self.scale)


def weights_of(texts):
    """Whole numbers by one common power of ten."""
    scale = max((places_of(text, zeros=False) for text in texts), default=0)
    return [int(Fraction(str(text)) * 10**scale) for text in texts]


def options_of(request):
    return {"method": request.get("method", "largest_remainder"), "zero_policy": request.get("zero_policy", "error"), "tie_salt": int(request.get("tie_salt", 0)),
            "absorb_key": int(request.get("absorb_key", 0))}


def columns_of(request):
    """(name, share, options, weights, fallback weights) of each component; one without name where there are none."""
    shares, plain = request["shares"], options_of(request)
    if "components" not in request:
        return [(None, 1, plain, weights_of([share["weight"] for share in shares]), weights_of([share.get("fallback_weight", 0) for share in shares]))]
    parts = weights_of([component["share"] for component in request["components"]])
    weights = {component["name"]: weights_of([share["weights"][component["name"]] for share in shares]) for component in request["components"]}
    return [(component["name"], part, dict(plain, **{key: component[key] for key in ("method", "zero_policy") if key in component}), weights[component["name"]],
             weights.get(component.get("fallback"), [])) for component, part in zip(request["components"], parts)]


def day_of(text):
    return (model.datetime.date.fromisoformat(text) - model.EPOCH).days


def residents_of(request, scales, i, lines):
    """Those who had unit i in turn; lines: (rule, amount) of each component."""
    period, parts = request["period"], [(day_of(part["from"]), day_of(part["to"])) for part in request["shares"][i]["segments"]]
    told = []
    for rule, amount in lines:
        found, _ = model.segments(amount, day_of(period["from"]), day_of(period["to"]), parts, rule, request.get("degree_days"), step=scales.step, zero_policy=request.get("time_zero_policy", "error"))
        told = told or [[*line[:3], 0] for line in found]
        for one, line in zip(told, found):
            one[3] += line[4]
    return [{"from": str(model.EPOCH + model.datetime.timedelta(first)), "to": str(model.EPOCH + model.datetime.timedelta(last)),
             **({"vacant": True} if who < 0 else {key: request["shares"][i]["segments"][who][key] for key in ("name", "account") if key in request["shares"][i]["segments"][who]}),
             "amount": scales.text(amount)} for first, last, who, amount in told]


def with_vacancy(rule, keys, weights, vacant):
    if rule is None:
        return weights
    return model.vacancy(rule["rule"], rule.get("numerator", 0), rule.get("denominator", 0), list(zip(keys, weights)), vacant)


def amounts_of(request, scales, keys, columns):
    """(amounts, residual, what else is said of each part, components)"""
    shares = request["shares"]
    extra = [{} for _ in shares]
    if "components" in request:
        cut, lines, amounts, residual = model.mixed(scales.total, scales.step, [
            (part, list(zip(keys, weights)), dict(options, fallback=fallback)) for _, part, options, weights, fallback in columns])
        extra = [{"lines": {column[0]: scales.text(line[i]) for column, line in zip(columns, lines)}} for i in range(len(shares))]
        return amounts, residual, extra, [{"name": column[0], "amount": scales.text(amount)} for column, amount in zip(columns, cut)]
    _, _, options, weights, fallback = columns[0]
    pairs, options = list(zip(keys, weights)), dict(options, step=scales.step, fallback=fallback)
    plain = {key: value for key, value in options.items() if key not in ("method", "absorb_key")}
    if request.get("fair_carry"):
        carry = [int(Fraction(str(share.get("carry", 0))) * 10**6) for share in shares]
        amounts, residual, after = model.carried(scales.total, pairs, carry, **plain)
        return amounts, residual, [{"carry": text_of(one, 6)} for one in after], None
    if any("min" in share or "max" in share for share in shares):
        low = [scales.units(share.get("min", 0)) for share in shares]
        high = [scales.units(share["max"]) if "max" in share else None for share in shares]
        amounts, residual = model.bounded(scales.total, pairs, low, high, **plain)
        return amounts, residual, extra, None
    amounts, residual = model.split(scales.total, pairs, **options)
    if request.get("explain"):
        *numbers, _, _ = model.explain(scales.total, pairs, **plain)
        extra = [{"proof": {**dict(zip(("weight", "floor", "remainder", "rank"), map(str, numbers[5 * i:5 * i + 4]))), "got_one": numbers[5 * i + 4] == 1}}
                 for i in range(len(shares))]
    return amounts, residual, extra, None


def tree_answer(request):
    scales, tree = Scales(request), request["tree"]
    rows = tree["nodes"]
    scale = max((places_of(row.get("reading", 0), zeros=False) for row in rows), default=0)
    readings = [int(Fraction(str(row["reading"])) * 10**scale) if "reading" in row else None for row in rows]
    commons = weights_of([row.get("common_weight", 0) for row in rows])
    nodes = [model.Node(int(row["key"]), int(row["parent"]) if "parent" in row else None, reading, common, (row["from"], row["to"]) if "from" in row else None, row.get("unit"))
             for row, reading, common in zip(rows, readings, commons)]
    nodes, residual = model.tree(scales.total, nodes, tree.get("rest", "common"), tree.get("negative", "error"), request.get("zero_policy", "error"),
                                 int(request.get("tie_salt", 0)), scales.step, tree.get("tolerance_ppm", 0))
    parts, told = [], []
    for row, node in zip(rows, nodes):
        name = {"name": row["name"]} if "name" in row else {}
        if not node.children:
            account = {"account": row["account"]} if "account" in row else {}
            parts.append({"key": str(node.key), **name, **account, "amount": scales.text(node.amount + node.common)})
            more = {"common": scales.text(node.common)}
        else:
            more = {"rest": text_of(node.rest, scale), "loss_ppm": node.loss, "bucket": scales.text(node.bucket), "owner": scales.text(node.owner)}
        told.append({"key": str(node.key), **name, "amount": scales.text(node.amount), **more, "adjusted": text_of(node.adjusted, scale), "warnings": ["loss"] * node.warned})
    return {"meterbill": 1, "kind": "split", "total": scales.text(scales.total), "parts": parts, "nodes": told, "residual": scales.text(residual)}


def answer(request):
    if "tree" in request:
        return tree_answer(request)
    scales = Scales(request)
    shares = request["shares"]
    keys, rule, vacant = [int(share["key"]) for share in shares], request.get("vacancy"), [share.get("vacant", False) for share in shares]
    columns = [(name, part, options, with_vacancy(rule, keys, weights, vacant), with_vacancy(rule, keys, fallback, vacant) if fallback else fallback) for name, part, options, weights, fallback in columns_of(request)]
    amounts, residual, extra, components = amounts_of(request, scales, keys, columns)
    rules = [component.get("time", request.get("time", "days")) for component in request.get("components", [{}])]
    for i, share in enumerate(shares):
        if "segments" in share:
            units = [scales.units(extra[i]["lines"][column[0]]) for column in columns] if components else [amounts[i]]
            extra[i]["segments"] = residents_of(request, scales, i, list(zip(rules, units)))
    parts = [{"key": str(share["key"]), **({key: share[key] for key in ("name", "account") if key in share}), "amount": scales.text(amount), **more,
              **({"vacant": True} if empty else {})} for share, amount, more, empty in zip(shares, amounts, extra, vacant)]
    proof = {}
    if request.get("explain"):
        units = [dict(more["proof"], key=key) for more, key in zip(extra, keys)]
        last = max((unit for unit in units if unit["got_one"]), key=lambda unit: int(unit["rank"]), default=None)
        cut = {"cut_remainder": last["remainder"], "cut_key": str(last["key"])} if last else {}
        proof = {"proof": {"step": scales.text(scales.step), "tie_salt": str(request.get("tie_salt", 0)), "extra": str(sum(unit["got_one"] for unit in units)),
                           "weight_sum": str(sum(int(unit["weight"]) for unit in units) if scales.total else 0), **cut}}
    owner = {} if rule is None else {"owner": scales.text(sum(amount for amount, empty in zip(amounts, vacant) if empty))}
    return {"meterbill": 1, "kind": "split", "total": scales.text(scales.total), **({"components": components} if components else {}), "parts": parts, **proof, **owner,
            "residual": scales.text(residual)}


# --- as operations of the ledger ---------------------------------------------------------------------------------------------------------

def id_of(request_id, key, day, residual):
    """The first half of a BLAKE2b-256."""
    number = bytes.fromhex(request_id.replace("-", "")) + key.to_bytes(8, "big") + (day % 2**32).to_bytes(4, "big") + bytes([residual])
    return hashlib.blake2b(number, digest_size=32).digest()[:16].hex()


def pieces(request, told):
    """(account, whether it is the residual, key, first day of a segment, amount) of all that somebody pays or gets."""
    owner = int(request.get("owner") or 0)
    for part in told["parts"]:
        key, own = int(part["key"]), int(part.get("account", part["key"]))
        if "segments" not in part:
            yield owner if owner and part.get("vacant") else own, 0, key, -2**31, Fraction(part["amount"])
        for line in part.get("segments", []):
            empty = part.get("vacant") or line.get("vacant")
            yield owner if owner and empty else int(line.get("account", own)), 0, key, day_of(line["from"]), Fraction(line["amount"])
    if owner:
        yield owner, 1, 0, -2**31, Fraction(told["residual"])


def operations(request):
    """The lines that book a split; a correction or a payment of 0 is none."""
    lines = []
    for account, residual, key, day, amount in sorted(pieces(request, answer(request))):
        line = {"id": id_of(request["id"], key, day, residual), "do": "usage", "account": account if account < 2**31 else str(account), "amount": amount}
        if "corrects" in request:
            line.update({"do": "correct", "amount": -amount, "target": id_of(request["corrects"], key, day, residual)})
        elif amount < 0:
            line.update({"do": "top_up", "amount": -amount, "channel": int(request["credit_channel"])})
        line.update({"effective": request["effective"]} if "effective" in request else {})
        if amount != 0:
            lines.append(dict(line, amount=text_of(int(line["amount"] * 10**6), 6)))
        elif line["do"] == "usage" and "credit_channel" not in request:
            del line["amount"]
            lines.append(line)
    return lines
