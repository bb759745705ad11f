"""Where little is kept: every method by its score alone against random samples."""
import lab
from common_scores import FURTHER, METHODS, further, sets_of, shared
from verdicts import each, find, no_better, random

TITLE = "By score alone where little is kept"
SOURCE = "Ayed & Hayou 2023, Fig. 1 and §3"
CLAIM = "At 30 % kept and below, every method that chooses by score alone falls to or under random samples."
# As one who prunes to save time trains: the same epochs, so that the least has few steps, but enough of them.
DEFAULTS = {"epochs": 10, "steps": "epochs"}
RATIOS = [0.05, 0.1, 0.2, 0.3]


def arguments(parser):
    parser.add_argument("--stages", type=int, default=10)
    parser.add_argument("--further", nargs="*", default=FURTHER, help="methods besides those of the other figures")


def measure(lab):
    lab.evaluate("by ratio", sets_of(lab, shared(lab, "scoring"), METHODS), [{"policy": "top"}], RATIOS)
    if lab.o.further:
        found = further(lab, "scoring by further methods", lab.o.further)
        lab.evaluate("by ratio, further methods", sets_of(lab, found, lab.o.further), [{"policy": "top"}], RATIOS)


def statements(result):
    parts = [(result["parts"]["by ratio"], METHODS)]
    if "by ratio, further methods" in result["parts"]:
        parts.append((result["parts"]["by ratio, further methods"], result["size"]["further"]))
    return each([
        (no_better, f"at {ratio:.0%}, {method} is no better than random", find(part, ratio, method), random(part, ratio))
        for ratio in reversed(RATIOS)
        for part, methods in parts
        for method in methods
    ])


if __name__ == "__main__":
    lab.main()
