"""How much of a small subset should be by score: calibration with exact and with no weights, for every share α."""
import numpy

import lab
from common_scores import sets_of, shared
from verdicts import HOLDS, FAILS, OPEN, better, difference, each, find, random, told

TITLE = "Calibration, and the best α"
SOURCE = "Ayed & Hayou 2023, §4"
CLAIM = "Keeping a share α by score and drawing the rest uniformly lifts every method where little is kept."
DEFAULTS = {"epochs": 10, "steps": "epochs"}
METHODS = ["el2n", "grand", "forgetting", "moso"]


def arguments(parser):
    parser.add_argument("--stages", type=int, default=10)
    parser.add_argument("--ratios", type=float, nargs="+", default=[0.05, 0.1])
    parser.add_argument("--alphas", type=float, nargs="+", default=[round(i / 10, 1) for i in range(11)])
    parser.add_argument("--methods", nargs="+", default=METHODS)


def measure(lab):
    # At α = 0 both weightings are random samples with equal weights; at 1 there is no random part, and soft is the top.
    policies = [
        {"policy": "calibrated", "alpha": alpha, "calibration": kind}
        for kind in ("exact", "soft")
        for alpha in lab.o.alphas
        if alpha > 0 and (alpha < 1 or kind == "soft")
    ]
    sets = sets_of(lab, shared(lab, "scoring"), lab.o.methods)
    lab.evaluate("by alpha", sets, policies, lab.o.ratios)


def lines(result, ratio):
    """By method and weighting: α and accuracies, with random samples at 0."""
    part = result["parts"]["by alpha"]
    for method in result["size"]["methods"]:
        for kind in ("exact", "soft"):
            found = {0.0: random(part, ratio)} if random(part, ratio) else {}
            for alpha in result["size"]["alphas"]:
                values = find(part, ratio, method, "calibrated", alpha=alpha, calibration=kind)
                if values:
                    found[alpha] = values
            yield method, kind, found


def statements(result):
    made = []
    for ratio in result["size"]["ratios"]:
        for method, kind, found in lines(result, ratio):
            top = find(result["parts"]["by alpha"], ratio, method, "calibrated", alpha=1.0, calibration="soft")
            mixed = {alpha: values for alpha, values in found.items() if 0 < alpha < 1}
            if not top or not mixed or 0.0 not in found:
                continue
            best = max(mixed, key=lambda alpha: numpy.mean(mixed[alpha]))
            least = min(mixed)
            # The share is fixed beforehand here: the best of many would be flattered.
            made += each([(better, f"at {ratio:.0%}, {kind} calibration with α = {least} lifts {method} over its top", mixed[least], top)])
            d = difference(mixed[best], found[0.0])
            verdict = HOLDS if d[1] > 0 else FAILS if d[2] <= 0 else OPEN
            made.append({
                "claim": f"at {ratio:.0%}, {method} {kind}: the best α (here {best}) is above random (chosen among {len(mixed)}, so flattered)",
                "measured": told(d), "verdict": verdict})
    return made


def draw(figure, result):
    ratios = result["size"]["ratios"]
    for place, axes in enumerate(figure.subplots(1, len(ratios), sharey=False, squeeze=False)[0]):
        colours = {}
        for method, kind, found in lines(result, ratios[place]):
            colour = colours.setdefault(method, f"C{len(colours)}")
            alphas = sorted(found)
            axes.plot(alphas, [100 * numpy.mean(found[a]) for a in alphas], "-" if kind == "exact" else "--", marker=".",
                      color=colour, label=f"{method}, {kind}")
        axes.set(title=f"{ratios[place]:.0%} kept", xlabel="share by score, α", ylabel="test accuracy, %")
        axes.legend(fontsize=7)


if __name__ == "__main__":
    lab.main()
