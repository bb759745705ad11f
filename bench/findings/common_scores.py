"""The scoring that several figures share: the service does it once for all of them."""

METHODS = ["el2n", "grand", "forgetting", "moso", "aum", "dual", "loss"]


def shared(lab, part, **more):
    options = {"stages": lab.o.stages, "window": max(2, min(10, lab.o.score_epochs))}
    return lab.score(part, METHODS, options=options, **more)


def sets_of(lab, found, methods):
    return {method: found[f"{method}@{lab.o.score_epochs}"] for method in methods}
