"""Both figures of training dynamics, barriers and velocity, for both data sets, one after the other.

Usage: python3 bench/findings/studies.py --cifar10 <folder> [options of the figures, such as --samples, --epochs and --minutes for each
data set]. What is cut off goes on where it was when it is run again.
"""
import pathlib
import subprocess
import sys

from lab import MODELS

HERE = pathlib.Path(__file__).resolve().parent


def study(lab, part, sets_by, **body):
    """Asks for a study by the groups of a score set and keeps its series; with a dry lab, reckons its time."""
    request = {
        "dataset": lab.dataset(), "model": lab.model(lab.o.model), "groups": lab.o.groups, "at": lab.o.at,
        "runs": lab.o.runs, "epochs": lab.o.epochs, "seed": lab.o.seed + 1, "training": MODELS[lab.o.model][1], **body,
    }

    def keep(found):
        if found["series"]:
            lab.result["parts"][part] = {
                "request": request,
                "alphas": found.get("alphas"),
                "series": found["series"],
                "seeds": [run["seed"] for run in found["runResults"]],
                "seconds": [round(run["seconds"]) for run in found["runResults"]],
            }

    keep(lab.finish("/dynamics", {**request, "scoreSet": sets_by}, keep))


def by_time(part, name, number):
    """[(t, [runs])] of a group."""
    series = next(series for series in part["series"] if series["name"] == name)
    return [(point["epoch"], [value for value in point[number]["runs"] if value is not None]) for point in series["points"]]


def colour(series, part):
    """From blue, the least important, to red; all and random samples grey."""
    import matplotlib

    scored = [each["name"] for each in part["series"] if each["kind"] == "score"]
    if series["kind"] != "score":
        return {"color": "grey", "linestyle": "--", "label": series["name"]}
    place = scored.index(series["name"]) / max(1, len(scored) - 1)
    return {"color": matplotlib.colormaps["coolwarm"](place), "label": f"group {series['name']}"}


def draw_by_time(axes, part, number, factor, **labels):
    for series in part["series"]:
        points = [point for point in series["points"] if point[number]["mean"] is not None]
        axes.errorbar(
            [point["epoch"] for point in points], [factor * point[number]["mean"] for point in points],
            yerr=[factor * (point[number]["margin"] or 0) for point in points], marker=".", capsize=2, **colour(series, part))
    axes.set(xlabel="epoch t", **labels)
    axes.legend(fontsize=7)


def main():
    given = sys.argv[1:]
    for dataset in ["fashion-mnist", "cifar10"] if "--cifar10" in given else ["fashion-mnist"]:
        print(dataset, flush=True)
        command = [sys.executable, str(HERE / "all.py"), "barriers", "velocity", "--dataset", dataset, *given]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
