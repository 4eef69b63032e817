# SPDX-License-Identifier: Apache-2.0
"""A request of kind "split" and its answer by the definitions of model_share.py. The form of a request is not judged."""

from decimal import Decimal
from fractions import Fraction

import model_share as model


def places_of(text, zeros=True):
    digits = str(text).partition(".")[2]
    return min(9, len(digits if zeros else digits.rstrip("0")))


def text_of(units, scale):
    """The shortest exact text."""
    value = Fraction(units, 10**scale)
    text = format(Decimal(value.numerator * 10**(9 - 0) // value.denominator).scaleb(-9), "f") if scale else str(units)
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


def shares_of(request):
    shares = request["shares"]
    return list(zip([int(share["key"]) for share in shares], weights_of([share["weight"] for share in shares])))


def answer(request):
    scales = Scales(request)
    fallback = weights_of([share.get("fallback_weight", 0) for share in request["shares"]])
    amounts, residual = model.split(scales.total, shares_of(request), step=scales.step, fallback=fallback, **options_of(request))
    parts = [{"key": str(share["key"]), "amount": scales.text(amount), **({"name": share["name"]} if "name" in share else {})}
             for share, amount in zip(request["shares"], amounts)]
    return {"meterbill": 1, "kind": "split", "total": scales.text(scales.total), "parts": parts, "residual": scales.text(residual)}
