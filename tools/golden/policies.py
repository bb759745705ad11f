"""The random numbers behind the worked example of docs/policies.md, and the lists that follow, from the definitions alone.

Usage: python3 tools/golden/policies.py
"""
import math

M = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
SCORES = [0.9, 0.1, 0.5, 0.3, 0.8, 0.5, 0.2, 0.7, 0.4, 0.6]


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
    return z ^ (z >> 31)


def keys(purpose, seed=0, n=10):
    """SplitMix64's outputs from mix(mix(seed) xor FNV-1a(purpose))."""
    h = 0xCBF29CE484222325
    for b in purpose.encode():
        h = ((h ^ b) * 0x100000001B3) & M
    start = mix(mix(seed) ^ h)
    return [mix((start + (i + 1) * GAMMA) & M) for i in range(n)]


def unit(key):
    return ((key >> 11) + 0.5) * 2.0**-53


def smallest(candidates, key, k):
    return sorted(sorted(candidates, key=lambda i: (key(i), i))[:k])


everyone = range(10)
for purpose in ("random", "calibrated", "sampled", "stratified"):
    print(purpose, [f"{unit(k):.3f}" for k in keys(purpose)])
r, c, s, t = (keys(p) for p in ("random", "calibrated", "sampled", "stratified"))
print("random 0.3", smallest(everyone, lambda i: r[i], 3))
print("calibrated 0.4", sorted([0, 4] + smallest([i for i in everyone if i not in (0, 4)], lambda i: c[i], 2)))
print("sampled 0.3", smallest(everyone, lambda i: -math.log(unit(s[i])) / (SCORES[i] - 0.1) if i != 1 else math.inf, 3))
# Strata of width 0.016 hold the scores 0.1 … 0.9 one by one but for the two of 0.5; with k = 4 of 50 strata, the empty ones
# first, the budget goes floor(4 / strata left) at a time: nothing until four strata are left.
others = [i for i in everyone]
width = (0.9 - 0.1) / 50
strata = {}
for i in others:
    strata.setdefault(min(49, int((float(f"{SCORES[i]}") - 0.1) / width)), []).append(i)
order = sorted(range(50), key=lambda q: len(strata.get(q, [])))
left, kept = 4, []
for done, q in enumerate(order):
    take = min(len(strata.get(q, [])), left // (50 - done))
    kept += smallest(strata.get(q, []), lambda i: t[i], take)
    left -= take
print("stratified 0.4", sorted(kept), {q: strata[q] for q in sorted(strata)})
