"""Velocity of the tangent kernel by groups of EL2N: do the features of hard samples move fastest?"""
import numpy

import lab
from studies import by_time, draw_by_time, study
from verdicts import better, plain

TITLE = "Velocity of the tangent kernel by group"
SOURCE = "Paul et al. 2021, §5"
CLAIM = (
    "The tangent kernel turns fastest on the samples of the highest EL2N, throughout the training, except on the very highest where most of"
    " them have wrong labels. Velocities are told in hundredths.")
DEFAULTS = {"epochs": 10}


def arguments(parser):
    parser.add_argument("--at", type=int, nargs="+", default=[0, 1, 2, 4, 6, 9])
    parser.add_argument("--groups", type=int, default=10)
    parser.add_argument("--kernel-samples", type=int, default=64)


# Of one kernel of 64 samples of ten classes, on two quiet cores.
SECONDS_A_KERNEL = 5


def measure(lab):
    by = lab.score("scoring", ["el2n"])[f"el2n@{lab.o.score_epochs}"]
    if lab.dry:
        lab.reckon(lab.o.model, lab.o.runs * (max(lab.o.at) + 1))
        kernels = len({t + step for t in lab.o.at for step in (0, 1)}) * (lab.o.groups + 1)
        lab.seconds += lab.o.runs * kernels * SECONDS_A_KERNEL * (lab.o.kernel_samples / 64) ** 2
        return
    study(lab, "velocities", by, study="ntk-velocity", samples=lab.o.kernel_samples)


def statements(result):
    part = result["parts"]["velocities"]
    groups = [str(group + 1) for group in range(result["size"]["groups"])]
    easy, hard = by_time(part, groups[0], "velocity"), by_time(part, groups[-1], "velocity")
    made = [
        better(f"from epoch {t}, the kernel of the hardest group turns faster than that of the easiest", values, dict(easy)[t])
        for t, values in hard
    ]
    for t, _ in hard:
        means = {group: numpy.mean(dict(by_time(part, group, "velocity"))[t]) for group in groups}
        made.append(plain(f"from epoch {t}, the group that is fastest by its mean", f"group {max(means, key=means.get)} of {len(groups)}"))
    return made


def draw(figure, result):
    draw_by_time(figure.subplots(), result["parts"]["velocities"], "velocity", 1, ylabel="velocity of the tangent kernel")


if __name__ == "__main__":
    lab.main()
