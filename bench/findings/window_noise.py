"""With wrong labels planted: whether they sit at the top of the scores, and whether a window below the top prunes better."""
import lab
from verdicts import better, each, find, plain, random

TITLE = "Noisy labels sit at the top, and a window avoids them"
SOURCE = "Paul et al. 2021, §4 and Fig. 3"
CLAIM = "Samples with wrong labels have the highest scores; where a tenth of the labels is wrong, skipping the hardest samples prunes better than keeping them."
RATIOS = [0.3, 0.5, 0.7]
SKIPS = [0.1, 0.2]


def arguments(parser):
    parser.add_argument("--noise", type=float, default=0.1)


def measure(lab):
    noise = {"fraction": lab.o.noise, "seed": 7}
    found = lab.score("scoring", ["el2n", "aum"], labelNoise=noise)
    sets = {"el2n": found[f"el2n@{lab.o.score_epochs}"]}
    policies = [{"policy": "top"}, *({"policy": "window", "skip": skip} for skip in SKIPS)]
    lab.evaluate("by ratio", sets, policies, RATIOS, labelNoise=noise)


def statements(result):
    part, noise = result["parts"]["by ratio"], result["size"]["noise"]
    rows = []
    for ratio in RATIOS:
        best = find(part, ratio, "el2n", "window", skip=noise)
        rows += [
            (better, f"at {ratio:.0%}, a window that skips {noise:.0%} is better than the top", best, find(part, ratio, "el2n")),
            (better, f"at {ratio:.0%}, that window is better than random", best, random(part, ratio)),
        ]
    el2n = next(each for each in result["parts"]["scoring"]["labelNoise"] if each["method"] == "el2n")
    # A random order would have the planted fraction there.
    return [plain(
        f"of the {noise:.0%} with the highest EL2N, most have planted labels", f"{el2n['precision']:.1%} (AUROC {el2n['auroc']:.3f})",
        el2n["precision"] > 0.5)] + each(rows)


if __name__ == "__main__":
    lab.main()
