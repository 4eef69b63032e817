# SPDX-License-Identifier: Apache-2.0
"""The names of Hypothesis that the property tests use, over plain seeded random numbers: no search, no shrinking, some ten times the examples a second.

campaign.py puts this module in the place of `hypothesis` before it loads the tests, so that every property is written once and runs under both.
An example is one number: the same seed draws the same example again. Ends of a range are drawn more often than what lies between, as bounds are
where arithmetic goes wrong.
"""

import datetime
import inspect
import random
import sys
import types


class Rejected(Exception):
    """An example that a property does not speak of."""


class Strategy:
    """How to draw a value: a function of a random.Random."""

    def __init__(self, draw):
        self.draw = draw

    def map(self, change):
        return Strategy(lambda chance: change(self.draw(chance)))

    def flatmap(self, further):
        return Strategy(lambda chance: further(self.draw(chance)).draw(chance))

    def filter(self, keep):
        def draw(chance):
            for _ in range(50):
                value = self.draw(chance)
                if keep(value):
                    return value
            raise Rejected
        return Strategy(draw)

    def __or__(self, other):
        return one_of(self, other)


def just(value):
    return Strategy(lambda chance: value)


def none():
    return just(None)


def booleans():
    return Strategy(lambda chance: chance.random() < 0.5)


def integers(min_value=-2**64, max_value=2**64):
    def draw(chance):
        where, width = chance.random(), max_value - min_value
        if where < 0.06:
            return min_value + chance.randint(0, min(width, 2))
        if where < 0.12:
            return max_value - chance.randint(0, min(width, 2))
        if where < 0.18 and min_value <= 0 <= max_value:
            return 0
        if where < 0.4 and width > 1000:  # any number of digits alike
            near = chance.randint(0, 2**chance.randint(0, width.bit_length()) % (width + 1))
            return min_value + near if min_value >= 0 else max(min_value, min(max_value, chance.choice((-near, near))))
        return chance.randint(min_value, max_value)
    return Strategy(draw)


def dates(min_value=datetime.date(1, 1, 1), max_value=datetime.date(9999, 12, 31)):
    return integers(min_value.toordinal(), max_value.toordinal()).map(datetime.date.fromordinal)


def sampled_from(values):
    values = list(values)
    return Strategy(lambda chance: chance.choice(values))


def permutations(values):
    values = list(values)
    return Strategy(lambda chance: chance.sample(values, len(values)))


def one_of(*strategies):
    return Strategy(lambda chance: chance.choice(strategies).draw(chance))


def lists(elements, min_size=0, max_size=None, unique=False, unique_by=None):
    key = unique_by or (lambda value: value)

    def draw(chance):
        size = chance.randint(min_size, min_size + 8 if max_size is None else max_size)
        values, seen = [], set()
        for _ in range(size if not (unique or unique_by) else size * 20):
            if len(values) == size:
                break
            value = elements.draw(chance)
            if unique or unique_by:
                if key(value) in seen:
                    continue
                seen.add(key(value))
            values.append(value)
        if len(values) < min_size:
            raise Rejected
        return values
    return Strategy(draw)


def binary(min_size=0, max_size=None):
    return lists(integers(0, 255), min_size, max_size).map(bytes)


def tuples(*strategies):
    return Strategy(lambda chance: tuple(one.draw(chance) for one in strategies))


def dictionaries(keys, values, min_size=0, max_size=None):
    return lists(tuples(keys, values), min_size, max_size, unique_by=lambda pair: pair[0]).map(dict)


def fixed_dictionaries(mapping, optional=None):
    return Strategy(lambda chance: {key: one.draw(chance) for key, one in mapping.items()} |
                    {key: one.draw(chance) for key, one in (optional or {}).items() if chance.random() < 0.5})


def text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=0, max_size=None):
    return lists(sampled_from(alphabet), min_size, max_size).map("".join)


def builds(make, *strategies, **named):
    return Strategy(lambda chance: make(*(one.draw(chance) for one in strategies), **{key: one.draw(chance) for key, one in named.items()}))


def composite(build):
    return lambda *arguments, **named: Strategy(lambda chance: build(lambda one: one.draw(chance), *arguments, **named))


class Data:
    def __init__(self, chance):
        self.chance = chance

    def draw(self, strategy, label=None):
        del label
        return strategy.draw(self.chance)


def data():
    return Strategy(Data)


def given(*placed, **strategies):
    """Strategies without a name are for the last parameters, as in Hypothesis."""
    def mark(test):
        names = list(inspect.signature(test).parameters)
        test.strategies = {**dict(zip(names[len(names) - len(placed):], placed)), **strategies}
        return test
    return mark


def example(**values):
    del values
    return lambda test: test


class settings:  # pylint: disable=invalid-name
    """A decorator that changes nothing: how many examples there are is the campaign's business."""

    max_examples = 100

    def __init__(self, *like, **named):
        del like, named

    def __call__(self, test):
        return test

    @staticmethod
    def register_profile(name, **named):
        del name, named

    @staticmethod
    def load_profile(name):
        del name


class AnyName(type):
    def __getattr__(cls, name):
        return name


class HealthCheck(metaclass=AnyName):
    """Names without a meaning here."""


def assume(condition):
    if not condition:
        raise Rejected
    return True


def note(value):
    del value


def event(value):
    del value


def stand_in():
    """Let `import hypothesis` find this module from now on."""
    here = sys.modules[__name__]
    strategies = types.ModuleType("hypothesis.strategies")
    for name, value in inspect.getmembers(here, inspect.isfunction):
        setattr(strategies, name, value)
    here.strategies = strategies
    sys.modules["hypothesis"], sys.modules["hypothesis.strategies"] = here, strategies


def run(test, seed, **fixtures):
    """One example of a test; raises what the test raises, or Rejected."""
    chance = random.Random(seed)
    return test(**{name: one.draw(chance) for name, one in test.strategies.items()}, **fixtures)
