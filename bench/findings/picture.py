"""Accuracy by ratio: EL2N a few epochs in against random samples, and what calibration and strata do where little is kept."""
import lab
from verdicts import better, each, find, full, mean_margin, no_better, no_worse, random

TITLE = "Half of the data by EL2N, and a tenth"
SOURCE = "Paul et al. 2021, Fig. 1; Ayed & Hayou 2023; Zheng et al. 2023"
CLAIM = (
    "Scores taken a few epochs in and averaged over runs keep half of the data without loss against all of it, where random"
    " samples lose. Where 30 % or less is kept, choosing by score alone falls to or under random; mixing in random samples"
    " (calibration) or spreading over strata repairs it.")
DEFAULTS = {"steps": "epochs"}
RATIOS = [0.1, 0.3, 0.5]
EXACT = {"policy": "calibrated", "alpha": 0.2, "calibration": "exact"}
SOFT = {"policy": "calibrated", "alpha": 0.2, "calibration": "soft"}
HALF = {"policy": "calibrated", "alpha": 0.5, "calibration": "soft"}
STRATIFIED = {"policy": "stratified", "mislabel": 0.1}
SAME_STEPS = "a tenth, steps as on all samples"

# The same on Fashion-MNIST with small-cnn in plain PyTorch, one training a point, made before this code: accuracy in per cent.
CONTROLLED = ("fashion-mnist", "small-cnn")
CONTROL = {
    "by ratio": [
        ("all samples", 1.0, dict(policy="full"), 89.3),
        ("EL2N, top", 0.5, dict(scores="el2n"), 88.5),
        ("random", 0.5, dict(policy="random"), 87.6),
        ("EL2N, top", 0.3, dict(scores="el2n"), 78.3),
        ("random", 0.3, dict(policy="random"), 86.3),
        ("EL2N, top", 0.1, dict(scores="el2n"), 32.6),
        ("random", 0.1, dict(policy="random"), 85.3),
        ("half by EL2N, half random", 0.1, dict(scores="el2n", **HALF), 77.6),
    ],
    SAME_STEPS: [
        ("random", 0.1, dict(policy="random"), 85.9),
        ("calibrated, exact, α = 0.2", 0.1, dict(scores="el2n", **EXACT), 86.2),
        ("calibrated, soft, α = 0.2", 0.1, dict(scores="el2n", **SOFT), 84.0),
        ("strata, 10 % cut off", 0.1, dict(scores="el2n", **STRATIFIED), 87.5),
    ],
}


def arguments(parser):
    parser.add_argument("--same-steps", type=int, default=2, help="epochs of the trainings at a tenth with steps=fixed; 0 for none")


def measure(lab):
    sets = {"el2n": lab.score("scoring", ["el2n", "forgetting", "aum"])[f"el2n@{lab.o.score_epochs}"]}
    lab.evaluate("by ratio", sets, [{"policy": "top"}, EXACT, HALF, STRATIFIED], RATIOS)
    if lab.o.same_steps:
        lab.evaluate(SAME_STEPS, sets, [EXACT, STRATIFIED, SOFT], [0.1], epochs=lab.o.same_steps, steps="fixed")


def conclusion(result):
    """Measured beside the control, where there is one."""
    if (result["size"]["dataset"], result["size"]["model"]) != CONTROLLED:
        return None
    lines = [
        "Beside a control in plain PyTorch, one training a point; a tenth with as many steps as on all samples took 800 steps there and"
        " 938 here.", "", "| | kept | control | measured |", "| --- | ---: | ---: | ---: |"]
    for part, points in CONTROL.items():
        for known, ratio, wanted, control in points:
            found = find(result["parts"].get(part, {"points": []}), ratio, **wanted)
            if found:
                mean, margin = mean_margin(found)
                steps = ", same steps" if part == SAME_STEPS else ""
                lines.append(f"| {known}{steps} | {ratio:.0%} | {control} | {100 * mean:.1f} ± {100 * (margin or 0):.1f} |")
    return "\n".join(lines)


def statements(result):
    part = result["parts"]["by ratio"]

    def top(ratio):
        return find(part, ratio, "el2n")

    calibrated = dict(scores="el2n", **EXACT)
    half = dict(scores="el2n", **HALF)
    strata = dict(scores="el2n", **STRATIFIED)
    rows = [
        (better, "at 50 %, EL2N keeps more than random", top(0.5), random(part, 0.5)),
        (lambda *a: no_worse(*a, points=1), "at 50 %, EL2N is within a point of all samples", top(0.5), full(part)),
        (no_better, "at 30 %, EL2N alone is no better than random", top(0.3), random(part, 0.3)),
        (no_better, "at 10 %, EL2N alone is no better than random", top(0.1), random(part, 0.1)),
        (better, "at 10 %, calibration (exact, α = 0.2) lifts EL2N", find(part, 0.1, **calibrated), top(0.1)),
        (no_worse, "at 10 %, calibration is not under random", find(part, 0.1, **calibrated), random(part, 0.1)),
        (better, "at 10 %, half at random lifts EL2N", find(part, 0.1, **half), top(0.1)),
        (no_better, "at 10 %, half by EL2N and half at random is no better than random", find(part, 0.1, **half), random(part, 0.1)),
        (better, "at 10 %, strata lift EL2N", find(part, 0.1, **strata), top(0.1)),
        (better, "at 10 %, strata are above random", find(part, 0.1, **strata), random(part, 0.1)),
        (better, "at 30 %, strata are above random", find(part, 0.3, **strata), random(part, 0.3)),
    ]
    if SAME_STEPS in result["parts"]:
        steps = result["parts"][SAME_STEPS]
        base = random(steps, 0.1)
        soft = dict(calibrated, calibration="soft")
        rows += [
            (better, "at 10 % with the steps of all samples, strata are above random", find(steps, 0.1, **strata), base),
            (no_worse, "at 10 % with the steps of all samples, exact calibration is not under random",
             find(steps, 0.1, **calibrated), base),
            (better, "at 10 % with the steps of all samples, exact weights are above none",
             find(steps, 0.1, **calibrated), find(steps, 0.1, **soft)),
        ]
    return each(rows)


if __name__ == "__main__":
    lab.main()
