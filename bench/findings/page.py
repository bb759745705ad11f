"""Writes docs/findings.md and its plots from the results, and lists what is not measured yet with the time that it would take.

Usage: python3 bench/findings/page.py [--check]; with --check it writes nothing and fails when the page is not as the results say.
"""
import argparse
import collections
import importlib
import json
import math
import sys

import lab
import plots
from verdicts import FAILS, HOLDS, OPEN, mean_margin

FIGURES = [
    "picture", "more_runs", "early_late", "transfer", "window_noise", "grand_at_init", "score_only", "calibration",
    "moso", "leave_one_out", "other_policies", "noise_auroc", "barriers", "velocity",
]
PAGE = lab.ROOT / "docs" / "findings.md"
PLOTS = lab.ROOT / "docs" / "findings"

# What a night on two cores holds: (data set, model, options) of each figure. Both networks of `transfer` are convolutional.
SHORT = ["--samples", "20000"]
WANTED = {figure: [("fashion-mnist", "mlp", []), ("cifar10", "mlp", SHORT)] for figure in FIGURES}
WANTED["leave_one_out"] = [("fashion-mnist", "softmax", [])]
WANTED["picture"] += [("fashion-mnist", "small-cnn", [])]
WANTED["noise_auroc"] += [("cifar10", "small-cnn", [])]
WANTED["calibration"] = [("fashion-mnist", "mlp", ["--samples", "10000", "--suffix", "-10000"]), ("cifar10", "mlp", SHORT + ["--ratios", "0.1", "--further"])]
SHORT_TRANSFER = ["--samples", "10000", "--ratios", "0.5", "--steps", "epochs"]
WANTED["transfer"] = [("fashion-mnist", "small-cnn", SHORT_TRANSFER), ("cifar10", "small-cnn", ["--samples", "5000", *SHORT_TRANSFER[2:]])]

# What takes days on two cores, and hours on a GPU.
LARGER = {
    figure: [each for each in [("fashion-mnist", "small-cnn", []), ("cifar10", "small-cnn", [])] if each not in WANTED[figure]]
    for figure in FIGURES
}
LARGER["calibration"] += [("fashion-mnist", "mlp", []), ("cifar10", "mlp", SHORT)]
LARGER["leave_one_out"] = []
# What a GPU is for.
for figure in ("picture", "score_only", "moso"):
    LARGER[figure] += [("cifar10", "resnet18", ["--score-epochs", "10", "--epochs", "30"])]


def results(figure):
    found = []
    for path in sorted(lab.RESULTS.glob(f"{figure}.*.json")):
        result = json.loads(path.read_text())
        result["file"] = path.stem
        found.append(result)
    # Convolutional networks first.
    return sorted(found, key=lambda result: (result["size"]["model"] in ("mlp", "softmax"), result["file"]))


def percent(accuracies):
    mean, margin = mean_margin(accuracies)
    return f"{100 * mean:.1f}" + (f" ± {100 * margin:.1f}" if margin is not None else "")


def table(part):
    ratios = sorted({point["ratio"] for point in part["points"] if point["policy"] != "full"})
    lines = ["| | " + " | ".join(f"{ratio:.0%}" for ratio in ratios) + " |", "| --- |" + " ---: |" * len(ratios)]
    for known, line in plots.lines(part).items():
        at = {point["ratio"]: percent(point["accuracy"]) for point in line}
        lines.append(f"| {known} | " + " | ".join(at.get(ratio, "") for ratio in ratios) + " |")
    return "\n".join(lines)


def told_size(result):
    size = result["size"]
    known = {"dataset", "model", "samples", "epochs", "runs", "score_runs", "score_epochs", "steps", "seed"}
    samples = f"first {size['samples']:,} training samples" if size["samples"] else "all training samples"
    others = "".join(f", {key.replace('_', ' ')} {told(value)}" for key, value in size.items() if key not in known)
    text = f"{size['dataset']}, `{size['model']}`, {samples}; scores of {size['score_runs']} runs × {size['score_epochs']} epochs"
    if any("points" in part for part in result["parts"].values()):
        text += f", trainings of {size['epochs']} epochs (steps: {size['steps']}), {size['runs']} a point"
    return text + f"; seed {size['seed']}{others}."


def told(value):
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def section(module, result, draws):
    lines = [f"### {result['size']['dataset']}, {result['size']['model']}" + ("" if result["complete"] else " (not yet whole)")]
    lines += ["", told_size(result), ""]
    if draws:
        plots.save(module, result, PLOTS / f"{result['file']}.svg")
    lines += [f"![{module.TITLE}](findings/{result['file']}.svg)", ""]
    conclusion = getattr(module, "conclusion", lambda _: None)(result) if result["complete"] else None
    if conclusion:
        lines += [conclusion, ""]
    for known, part in result["parts"].items():
        if "points" not in part or not part["points"]:
            continue
        whole = [point for point in part["points"] if point["policy"] == "full"]
        counts = sorted({len(point["accuracy"]) for point in part["points"]})
        title = f"Test accuracy, {known}; all samples {percent(whole[0]['accuracy'])}; trainings a point: {told(counts)}."
        rows = table(part)
        # What fills a screen is for those who want it.
        lines += [f"<details><summary>{title}</summary>", "", rows, "", "</details>", ""] if rows.count("\n") > 30 else [title, "", rows, ""]
    lines += ["| claim | measured | |", "| --- | --- | --- |"]
    lines += [f"| {each['claim']} | {each['measured']} | {each['verdict']} |" for each in made(module, result)]
    lines += ["", f"Measured {result['measuredOn']} at commit {result['commit']} on {result['machine']}:", "", "```sh", result["command"], "```", ""]
    return lines


def made(module, result):
    try:
        return module.statements(result)
    except KeyError:
        # A result that was cut off before the numbers that its statements need.
        return []


def missing(wanted, module, found):
    """(command, minutes) of what is wanted and not there at that size or a larger one."""
    for dataset, model, more in wanted:
        chosen = lab.options(module, ["--dataset", dataset, "--model", model, *more])
        there = any(
            result["complete"] and result["size"]["dataset"] == dataset and result["size"]["model"] == model
            and (result["size"]["samples"] or math.inf) >= (chosen.samples or math.inf) and holds(result["size"], chosen)
            for result in found)
        if not there:
            reckoned = lab.Lab(module, chosen, dry=True)
            module.measure(reckoned)
            yield reckoned.command(), max(1, reckoned.seconds / 60)


def holds(size, chosen):
    """Whether all that is listed, such as ratios and methods, was measured."""
    lists = {key: value for key, value in vars(chosen).items() if isinstance(value, list)}
    return all(set(value) <= set(size.get(key, [])) for key, value in lists.items())


def table_of_missing(title, wanted, modules, found):
    rows = [
        f"| `{command}` | {minutes:,.0f} |"
        for figure, module in modules.items()
        for command, minutes in missing(wanted[figure], module, found[figure])
    ]
    if not rows:
        return []
    return [f"## {title}", "", "Minutes are reckoned from sample visits on two quiet cores.", "", "| command | minutes |", "| --- | ---: |", *rows, ""]


def text(draws):
    modules = {figure: importlib.import_module(figure) for figure in FIGURES}
    found = {figure: results(figure) for figure in FIGURES}
    lines = [
        "# Do the papers' findings hold here?", "",
        "Written by `python3 bench/findings/page.py` from the files under `bench/findings/results`; do not edit it by hand. Each figure has a"
        " command of its own, which starts the packed service, asks it for scores and evaluations as any user would, and goes on where"
        " it was when it is cut off.", "",
        "Accuracies are per cent of the whole test split, ± half of the 95 % interval by Student's t. Differences are percentage points with"
        " their 95 % interval by Welch. A claim **holds here** when the whole interval says so and **does not hold here** when the whole interval"
        " says the contrary; otherwise it is **not decided**, which says nothing for or against it. “No better” and “not under” allow for half a"
        " point. Intervals tell how trainings vary; of many claims one in twenty misses by chance. The networks are small and the"
        " trainings short: where a paper trained 200 epochs, what does not show here is not refuted.", "",
        "## Overview", "", f"| figure | paper | data, model | {HOLDS} | {FAILS} | {OPEN} or reported |", "| --- | --- | --- | ---: | ---: | ---: |",
    ]
    for figure, module in modules.items():
        anchor = f"[{module.TITLE}](#{slug(module.TITLE)})"
        for result in found[figure]:
            counts = collections.Counter(each["verdict"] for each in made(module, result))
            size = result["size"]
            reduced = f", {size['samples']:,} samples" if size["samples"] else ""
            lines.append(
                f"| {anchor} | {module.SOURCE} | {size['dataset']}{reduced}, {size['model']} | {counts[HOLDS]} | {counts[FAILS]} | {counts[OPEN]} |")
        if not found[figure]:
            lines.append(f"| {anchor} | {module.SOURCE} | not yet measured | | | |")
    lines.append("")
    for figure, module in modules.items():
        lines += [f"## {module.TITLE}", "", f"**The claim** ({module.SOURCE}). {module.CLAIM}", ""]
        for result in found[figure]:
            lines += section(module, result, draws)
        if not found[figure]:
            lines += ["Not yet measured.", ""]
    lines += table_of_missing("Not yet measured", WANTED, modules, found)
    lines += table_of_missing("Larger, not measured", LARGER, modules, found)
    return "\n".join(lines)


def slug(title):
    return "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c == "-")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    checked = parser.parse_args().check
    PLOTS.mkdir(exist_ok=True)
    written = text(draws=not checked)
    if checked:
        if not PAGE.exists() or PAGE.read_text() != written:
            sys.exit("docs/findings.md is not what the results say: run bench/findings/page.py")
        return
    PAGE.write_text(written)
    print(f"written to {PAGE.relative_to(lab.ROOT)}")


if __name__ == "__main__":
    main()
