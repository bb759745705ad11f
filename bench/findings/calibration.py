"""How much of a small subset should be by score: calibration with exact and with no weights, for every share α."""
import numpy

import lab
from common_scores import FURTHER, METHODS, further, sets_of, shared
from verdicts import FAILS, HOLDS, OPEN, difference, find, mean_margin, random, told

TITLE = "Calibration, and the best α"
SOURCE = "Ayed & Hayou 2023, §4"
CLAIM = (
    "Keeping a share α by score and drawing the rest uniformly lifts every method where little is kept. At α = 0 all is random; at 1 all"
    " is by score.")
DEFAULTS = {"epochs": 10, "steps": "epochs"}


BY_ALPHA = "by alpha"
# At which ratios the further methods are measured.
FURTHER_RATIOS = [0.1, 0.3]


def arguments(parser):
    parser.add_argument("--stages", type=int, default=10)
    parser.add_argument("--ratios", type=float, nargs="+", default=[0.05, 0.1, 0.2, 0.3])
    parser.add_argument("--alphas", type=float, nargs="+", default=[round(i / 10, 1) for i in range(11)])
    parser.add_argument("--methods", nargs="+", default=METHODS)
    parser.add_argument("--further", nargs="*", default=FURTHER, help="methods besides those of the other figures")


def measure(lab):
    # At α = 0 both weightings are random samples with equal weights; at 1 there is no random part, and soft is the top.
    policies = [
        {"policy": "calibrated", "alpha": alpha, "calibration": kind}
        for kind in ("exact", "soft")
        for alpha in lab.o.alphas
        if alpha > 0 and (alpha < 1 or kind == "soft")
    ]
    sets = sets_of(lab, shared(lab, "scoring"), lab.o.methods)
    each_ratio(lab, "", sets, policies, lab.o.ratios)
    if lab.o.further:
        found = further(lab, "scoring by further methods", lab.o.further)
        each_ratio(lab, ", further methods", sets_of(lab, found, lab.o.further), policies, [r for r in lab.o.ratios if r in FURTHER_RATIOS])


def each_ratio(lab, more, sets, policies, ratios):
    """All at once would be more trainings than an evaluation takes."""
    for ratio in ratios:
        lab.evaluate(f"{BY_ALPHA}, {ratio:.0%} kept{more}", sets, policies, [ratio])


def part_of(result, method, ratio):
    """Where a method was measured at a ratio, beside random samples of its own; None where it was not."""
    for known, part in result["parts"].items():
        if known.startswith(BY_ALPHA) and any(point["scores"] == method and point["ratio"] == ratio for point in part["points"]):
            return part
    return None


def lines(result, ratio):
    """By method and weighting: α and accuracies, with random samples at 0."""
    for method in [*result["size"]["methods"], *result["size"].get("further", [])]:
        part = part_of(result, method, ratio)
        if not part or not random(part, ratio):
            continue
        for kind in ("exact", "soft"):
            found = {0.0: random(part, ratio)}
            for alpha in result["size"]["alphas"]:
                values = find(part, ratio, method, "calibrated", alpha=alpha, calibration=kind)
                if values:
                    found[alpha] = values
            yield method, kind, found


def statements(result):
    made = []
    for ratio in result["size"]["ratios"]:
        for method, kind, found in lines(result, ratio):
            top = find(part_of(result, method, ratio), ratio, method, "calibrated", alpha=1.0, calibration="soft")
            mixed = {alpha: values for alpha, values in found.items() if 0 < alpha < 1}
            if not top or not mixed or 0.0 not in found:
                continue
            best = max(mixed, key=lambda alpha: numpy.mean(mixed[alpha]))
            lifts = {alpha: difference(values, top) for alpha, values in mixed.items()}
            least = min(lifts, key=lambda alpha: lifts[alpha][0])
            lifted = sum(d[1] > 0 for d in lifts.values())
            made.append({
                "claim": f"at {ratio:.0%}, {kind} calibration lifts {method} over its top at every α from {min(mixed)} to {max(mixed)}",
                "measured": f"{lifted} of {len(mixed)} beyond chance; least at {least}: {told(lifts[least])}",
                "verdict": HOLDS if lifted == len(mixed) else FAILS if any(d[2] <= 0 for d in lifts.values()) else OPEN})
            d = difference(mixed[best], found[0.0])
            verdict = HOLDS if d[1] > 0 else FAILS if d[2] <= 0 else OPEN
            made.append({
                "claim": f"at {ratio:.0%}, {method} {kind}: the best α (here {best}) is above random (chosen among {len(mixed)}, so flattered)",
                "measured": told(d), "verdict": verdict})
    return made


def conclusion(result):
    """Where the best α is, over all methods: by mean, and whether any is above random samples beyond chance."""
    told = []
    for ratio in result["size"]["ratios"]:
        best = {}
        above = 0
        for method, kind, found in lines(result, ratio):
            best[method, kind] = max(found, key=lambda alpha: numpy.mean(found[alpha]))
            above += any(difference(values, found[0.0])[1] > 0 for alpha, values in found.items() if alpha > 0)
        small = sum(alpha <= 0.2 for alpha in best.values())
        told.append(
            f"At {ratio:.0%} kept, the highest mean is at α ≤ 0.2 for {small} of {len(best)} pairs of a method and a weighting"
            f" ({sum(alpha == 0 for alpha in best.values())} of them at α = 0, random samples alone), and some α > 0 is above random beyond"
            f" chance for {above}.")
    return "**The best α.** " + " ".join(told)


def draw(figure, result):
    ratios = result["size"]["ratios"]
    figure.set_size_inches(3.5 * max(2, len(ratios)), 7.5)
    rows = figure.subplots(2, len(ratios), sharey="col", squeeze=False)
    colours = {}
    for column, ratio in enumerate(ratios):
        for method, kind, found in lines(result, ratio):
            axes = rows[("exact", "soft").index(kind)][column]
            colour = colours.setdefault(method, f"C{len(colours)}")
            means = [(alpha, *mean_margin(found[alpha])) for alpha in sorted(found)]
            axes.errorbar(
                [alpha for alpha, _, _ in means], [100 * mean for _, mean, _ in means],
                yerr=[100 * (margin or 0) for _, _, margin in means], marker=".", capsize=2, linewidth=1, color=colour, label=method)
            axes.set(title=f"{ratio:.0%} kept, {kind}", xlabel="share by score, α", ylabel="test accuracy, %")
    rows[0][0].legend(fontsize=7)


if __name__ == "__main__":
    lab.main()
