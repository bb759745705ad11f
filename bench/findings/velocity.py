"""Velocity of the tangent kernel by groups of EL2N: do the features of hard samples move fastest?"""
import numpy

import lab
from noise_auroc import planted
from studies import by_time, draw_by_time, study
from verdicts import HOLDS, better, plain, shows

TITLE = "Velocity of the tangent kernel by group"
SOURCE = "Paul et al. 2021, §5"
CLAIM = (
    "The tangent kernel turns fastest on the samples of the highest EL2N, throughout the training, except on the very highest where most of"
    " them have wrong labels. Velocities are told in hundredths.")
DEFAULTS = {"epochs": 10}
CLEAN, SPOILT = "velocities", "velocities with wrong labels"


def arguments(parser):
    parser.add_argument("--at", type=int, nargs="+", default=[0, 1, 2, 4, 6, 9])
    parser.add_argument("--groups", type=int, default=10)
    parser.add_argument("--kernel-samples", type=int, default=64)
    parser.add_argument("--noise", type=float, default=0.1, help="share of wrong labels in a second study; 0 for none")


# Of one kernel of 64 samples of ten classes, on two quiet cores.
SECONDS_A_KERNEL = 5


def measure(lab):
    velocities(lab, CLEAN, "scoring")
    if lab.o.noise:
        noise = {"fraction": lab.o.noise, "seed": 7}
        by = velocities(lab, SPOILT, "scoring with wrong labels", labelNoise=noise)
        if not lab.dry:
            hardest = numpy.argsort(-lab.scores(by), kind="stable")[: lab.train_size() // lab.o.groups]
            lab.result["wrongInHardest"] = float(planted(lab.train_size(), noise, 10)[hardest].mean())


def velocities(lab, part, scoring, **noise):
    """Runs one study; the score set that its groups go by."""
    by = lab.score(scoring, ["el2n"], **noise)[f"el2n@{lab.o.score_epochs}"]
    if lab.dry:
        lab.reckon(lab.o.model, lab.o.runs * (max(lab.o.at) + 1))
        kernels = len({t + step for t in lab.o.at for step in (0, 1)}) * (lab.o.groups + 1)
        lab.seconds += lab.o.runs * kernels * SECONDS_A_KERNEL * (lab.o.kernel_samples / 64) ** 2
    else:
        study(lab, part, by, study="ntk-velocity", samples=lab.o.kernel_samples, **noise)
    return by


def groups(result):
    return [str(group + 1) for group in range(result["size"]["groups"])]


def faster(result):
    part, names = result["parts"][CLEAN], groups(result)
    easy = dict(by_time(part, names[0], "velocity"))
    return [
        better(f"from epoch {t}, the kernel of the hardest group turns faster than that of the easiest", values, easy[t])
        for t, values in by_time(part, names[-1], "velocity")
    ]


def slower_when_wrong(result):
    part, names = result["parts"][SPOILT], groups(result)
    below = dict(by_time(part, names[-2], "velocity"))
    return [
        better(f"with wrong labels, from epoch {t}, the kernel of the group below the hardest turns faster than the hardest's", below[t], values)
        for t, values in by_time(part, names[-1], "velocity")
    ]


def conclusion(result):
    def told(made):
        return f"{shows(made)} (beyond chance at {sum(each['verdict'] == HOLDS for each in made)} of {len(made)} epochs)"

    text = f"That the kernel turns faster on the hardest samples than on the easiest {told(faster(result))}"
    if "wrongInHardest" in result:
        text += (
            f"; that the hardest fall behind the group below them when labels are wrong, {result['wrongInHardest']:.0%} of theirs,"
            f" {told(slower_when_wrong(result))}")
    return text + "."


def statements(result):
    part, names = result["parts"][CLEAN], groups(result)
    made = faster(result)
    for t, _ in by_time(part, names[-1], "velocity"):
        means = {group: numpy.mean(dict(by_time(part, group, "velocity"))[t]) for group in names}
        made.append(plain(f"from epoch {t}, the group that is fastest by its mean", f"group {max(means, key=means.get)} of {len(names)}"))
    if "wrongInHardest" in result:
        made.append(plain(
            f"with {result['size']['noise']:.0%} of wrong labels, so many of the hardest group are wrong", f"{result['wrongInHardest']:.0%}"))
        made += slower_when_wrong(result)
    return made


def draw(figure, result):
    parts = [known for known in (CLEAN, SPOILT) if known in result["parts"]]
    figure.set_size_inches(5.5 * len(parts), 4)
    for axes, known in zip(figure.subplots(1, len(parts), squeeze=False)[0], parts):
        draw_by_time(axes, result["parts"][known], "velocity", 1, title=known, ylabel="velocity of the tangent kernel")


if __name__ == "__main__":
    lab.main()
