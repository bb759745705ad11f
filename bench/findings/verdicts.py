"""Whether a claim holds: always by a 95 % interval, never by means alone.

A statement is a dict of `claim`, `measured` and `verdict`; accuracies are told in per cent, differences in percentage points.
"""
import math

import numpy
from scipy import stats

HOLDS, FAILS, OPEN = "holds here", "does not hold here", "not decided"

# Less than this many percentage points is no difference that anyone would prune for.
SMALL = 0.5


def mean_margin(values):
    """The mean and half the width of its interval by Student's t, None for one value."""
    n = len(values)
    mean = float(numpy.mean(values))
    if n < 2:
        return mean, None
    return mean, float(stats.t.ppf(0.975, n - 1) * numpy.std(values, ddof=1) / math.sqrt(n))


def difference(a, b):
    """a − b with its interval by Welch, in percentage points."""
    a, b = numpy.asarray(a) * 100, numpy.asarray(b) * 100
    mean = float(a.mean() - b.mean())
    if len(a) < 2 or len(b) < 2:
        return mean, -math.inf, math.inf
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    if va + vb == 0:
        return mean, mean, mean
    freedom = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    width = float(stats.t.ppf(0.975, freedom) * math.sqrt(va + vb))
    return mean, mean - width, mean + width


def told(d):
    mean, low, high = d
    if math.isinf(low):
        return f"{mean:+.1f} (one run: no interval)"
    return f"{mean:+.1f} [{low:+.1f}, {high:+.1f}]"


def statement(claim, d, holds, fails):
    return {"claim": claim, "measured": told(d), "verdict": HOLDS if holds else FAILS if fails else OPEN}


def better(claim, a, b):
    """a is above b."""
    d = difference(a, b)
    return statement(claim, d, d[1] > 0, d[2] <= 0)


def no_better(claim, a, b):
    """a is not above b by more than a small difference."""
    d = difference(a, b)
    return statement(claim, d, d[2] < SMALL, d[1] > 0 and d[2] >= SMALL)


def no_worse(claim, a, b, points=SMALL):
    """a is not below b by more than so many points."""
    d = difference(a, b)
    return statement(claim, d, d[1] > -points, d[2] < -points)


def plain(claim, measured, holds=None):
    """A statement about a number without an interval of its own."""
    return {"claim": claim, "measured": measured, "verdict": OPEN if holds is None else HOLDS if holds else FAILS}


def find(part, ratio, scores=None, policy="top", **parameters):
    """[runs] accuracies of a point, or None where it has none yet."""
    wanted = {key: float(value) if not isinstance(value, str) else value for key, value in parameters.items()}
    for point in part["points"]:
        have = {key: number(value) for key, value in point["parameters"].items()}
        if (point["policy"], point["scores"], have) == (policy, scores, wanted) and abs(point["ratio"] - ratio) < 1e-9:
            return point["accuracy"]
    return None


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


def full(part):
    return find(part, 1.0, policy="full")


def random(part, ratio):
    return find(part, ratio, policy="random")


def each(rows):
    """The statements whose points are all there: rows of a rule, a claim and the values that it compares."""
    return [rule(claim, *values) for rule, claim, *values in rows if all(value is not None for value in values)]


def shows(made):
    """How far a finding shows: by how many of the statements that ask for it hold, as words for a sentence."""
    holds = sum(each["verdict"] == HOLDS for each in made)
    fails = sum(each["verdict"] == FAILS for each in made)
    if holds and not fails:
        return "holds here" if 2 * holds >= len(made) else "shows in part here"
    return "does not hold here" if fails > holds else "is not decided here"
