"""Imports scores, asks for subsets and checks what comes back: python prune.py http://127.0.0.1:8080"""

import hashlib
import sys

import numpy as np

from winnow import Winnow, WinnowError

winnow = Winnow(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080")

random = np.random.default_rng(0)
labels = random.integers(0, 10, 10_000)
scores = random.random(10_000, dtype=np.float32)

score_set = winnow.import_scores("python-example", scores, labels)
np.testing.assert_array_equal(winnow.scores(score_set), scores)

kept = winnow.indices(0.3, scoreSet=score_set)
expected = np.sort(np.argsort(-scores, kind="stable")[:3000])
np.testing.assert_array_equal(kept, expected)
print(f"kept {len(kept)} of {len(scores)} samples")

subset = winnow.subset(0.3, scoreSet=score_set, policy="calibrated", alpha=0.5, seed=1)
for warning in subset["warnings"]:
    print("warning:", warning)
weights = np.array(subset["weights"])
print(f"the weights sum to {weights.sum():.0f}")
assert np.isclose(weights.sum(), len(scores))
digest = hashlib.sha256(np.sort(subset["indices"]).astype("<i8").tobytes()).hexdigest()
assert subset["checksum"] == "sha256:" + digest

try:
    winnow.subset(1.3, scoreSet=score_set)
    raise AssertionError("a ratio above one was taken")
except WinnowError as refusal:
    print("refused:", refusal)
