"""Error barriers between children that part after t epochs, by deciles of EL2N: do easy samples settle first?"""
import numpy

import lab
from studies import by_time, colour, draw_by_time, study
from verdicts import HOLDS, better, mean_margin, plain, shows

TITLE = "Linear mode connectivity by decile"
SOURCE = "Paul et al. 2021, §5; Frankle et al. 2020"
CLAIM = (
    "The error barrier between two children of a training vanishes early in it on the samples of the lowest EL2N and late on those of the"
    " highest. Scores are of other runs than the children's.")
DEFAULTS = {"epochs": 10}
# Percentage points below which a barrier counts as gone.
GONE = 2


def arguments(parser):
    parser.add_argument("--at", type=int, nargs="+", default=[0, 1, 2, 4, 6])
    parser.add_argument("--groups", type=int, default=10)
    parser.add_argument("--alphas", type=int, default=11)
    parser.add_argument("--batches", type=int, default=50, help="for the statistics of batch normalisation at each α")


def measure(lab):
    by = lab.score("scoring", ["el2n"])[f"el2n@{lab.o.score_epochs}"]
    if lab.dry:
        passes = len(lab.o.at) * lab.o.alphas * 2 / 3
        lab.reckon(lab.o.model, lab.o.runs * (max(lab.o.at) + sum(2 * (lab.o.epochs - t) for t in lab.o.at) + passes))
        return
    study(lab, "barriers", by, study="mode-connectivity", alphas=lab.o.alphas, statisticsBatches=lab.o.batches)


def ends(result):
    """[(t, barriers of the runs)] of the easiest and of the hardest group."""
    part = result["parts"]["barriers"]
    return [by_time(part, group, "errorBarrier") for group in ("1", str(result["size"]["groups"]))]


def above(easy, hard):
    return [
        better(f"parting after {t} epochs, the barrier of the hardest group is above that of the easiest", values, dict(easy)[t])
        for t, values in hard
    ]


def conclusion(result):
    easy, hard = ends(result)
    made = above(easy, hard)
    points = {of: [100 * numpy.mean(values) for _, values in line] for of, line in (("easiest", easy), ("hardest", hard))}
    falls = " and ".join(f"from {line[0]:.1f} to {line[-1]:.1f} points on the {of} samples" for of, line in points.items())
    small = max(map(max, points.values())) < GONE
    return (
        f"That barriers vanish later on hard samples {shows(made)}: for {sum(each['verdict'] == HOLDS for each in made)} of {len(made)} times of"
        f" parting the hardest group's is above the easiest's beyond chance, and barriers fall {falls} between parting after"
        f" {hard[0][0]} and after {hard[-1][0]} epochs" + ("; but all are small: this network's trainings hardly part." if small else "."))


def statements(result):
    easy, hard = ends(result)
    made = above(easy, hard)
    gone = [next((t for t, values in of if 100 * numpy.mean(values) < GONE), None) for of in (easy, hard)]
    made.append(plain(
        f"the mean barrier is below {GONE} points on the easiest group, and on the hardest",
        " against ".join("never" if t is None else f"after {t} epochs" for t in gone)))
    made.append(plain(
        "barriers of the hardest group, in points",
        ", ".join(f"t = {t}: " + "{:.1f}".format(100 * mean_margin(values)[0]) for t, values in hard)))
    return made


def draw(figure, result):
    part = result["parts"]["barriers"]
    figure.set_size_inches(11, 4)
    first, second = figure.subplots(1, 2)
    draw_by_time(first, part, "errorBarrier", 100, ylabel="error barrier, %")
    at = part["request"]["at"][0]
    for series in part["series"]:
        curve = series["points"][0]["error"]
        style = colour(series, part)
        second.plot(part["alphas"], [100 * value for value in curve["mean"]], **style)
    second.set(title=f"children that part after {at} epochs", xlabel="α", ylabel="training error, %")


if __name__ == "__main__":
    lab.main()
