"""The scoring that several figures share: the service does it once for all of them."""

METHODS = ["el2n", "grand", "forgetting", "moso", "aum", "dual", "loss"]

# Those that no other figure compares.
FURTHER = ["least-confidence", "entropy", "margin", "grand-last", "dynamic-uncertainty", "prototype"]


def shared(lab, part, **more):
    return lab.score(part, METHODS, options={"stages": lab.o.stages, "window": window(lab)}, **more)


def further(lab, part, methods):
    return lab.score(part, methods, options={"window": window(lab)})


def window(lab):
    return max(2, min(10, lab.o.score_epochs))


def sets_of(lab, found, methods):
    return {method: found[f"{method}@{lab.o.score_epochs}"] for method in methods}
