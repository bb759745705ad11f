"""The plot of a result, as SVG that is the same for the same numbers."""
import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

from verdicts import mean_margin  # noqa: E402

plt.rcParams.update({"svg.hashsalt": "winnow", "svg.fonttype": "none", "font.size": 9})


def label(point):
    parameters = " ".join(f"{key}={value}" for key, value in sorted(point["parameters"].items()))
    return " ".join(filter(None, [point["scores"], point["policy"], parameters]))


def lines(part):
    """By label, the points of one rule in the order of their ratios; `full` apart."""
    found = {}
    for point in part["points"]:
        if point["policy"] != "full":
            found.setdefault(label(point), []).append(point)
    return {known: sorted(of, key=lambda point: point["ratio"]) for known, of in found.items()}


def evaluation(figure, result):
    parts = {known: part for known, part in result["parts"].items() if "points" in part}
    for axes, (known, part) in zip(figure.subplots(1, len(parts), squeeze=False)[0], parts.items()):
        for place, (of, line) in enumerate(lines(part).items()):
            means = [mean_margin(point["accuracy"]) for point in line]
            style = {"color": "grey", "linewidth": 2} if of == "random" else {"color": f"C{(place - 1) % 10}"}
            axes.errorbar(
                [100 * point["ratio"] for point in line], [100 * mean for mean, _ in means],
                yerr=[100 * (margin or 0) for _, margin in means], marker=".", capsize=2, label=of, **style)
        for point in part["points"]:
            if point["policy"] == "full":
                axes.axhline(100 * mean_margin(point["accuracy"])[0], color="black", linestyle=":", label="all samples")
        axes.set(title=known, xlabel="kept, %", ylabel="test accuracy, %")
        axes.legend(fontsize=7)


def save(module, result, path):
    panels = len(result["size"].get("ratios", [])) or len(result.get("scores", {})) or sum(
        "points" in part for part in result["parts"].values())
    figure = plt.figure(figsize=(min(14, 5.5 * max(1, panels)), 4), layout="constrained")
    getattr(module, "draw", evaluation)(figure, result)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
