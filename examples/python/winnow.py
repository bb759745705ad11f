"""A thin client of Winnow: requests and numpy, nothing else."""

import io
import os
from dataclasses import dataclass, field

import numpy as np
import requests


class WinnowError(RuntimeError):
    """The service refused a request; the text is its explanation."""


@dataclass
class Winnow:
    url: str = "http://127.0.0.1:8080"
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self):
        """An API key comes from the environment, so that it stands in no notebook."""
        if key := os.environ.get("WINNOW_API_KEY"):
            self.session.headers["Authorization"] = f"Bearer {key}"

    def import_scores(self, name, scores, labels=None, method="imported", keeps="HIGHEST"):
        """Imports one score per sample, in sample order; returns the id of the score set."""
        files = {"file": ("scores.npy", _npy(np.asarray(scores, dtype="<f4")))}
        if labels is not None:
            files["labels"] = ("labels.npy", _npy(np.asarray(labels, dtype="<i4")))
        metadata = '{"name": "%s", "method": "%s", "keeps": "%s"}' % (name, method, keeps)
        files["metadata"] = (None, metadata, "application/json")
        return self._ask("POST", "/score-sets", files=files).json()["id"]

    def subset(self, ratio, **parameters):
        """The subset with all that the service tells of it: indices, weights, warnings, checksum …"""
        return self._ask("GET", "/subsets", params={"ratio": ratio, **parameters}).json()

    def indices(self, ratio, **parameters):
        """The indices to keep, as int64: the fast way when there are millions."""
        answer = self._ask("GET", "/subsets", params={"ratio": ratio, "format": "npy", **parameters})
        return np.load(io.BytesIO(answer.content))

    def scores(self, score_set):
        """All scores of a set, in sample order."""
        return np.load(io.BytesIO(self._ask("GET", f"/score-sets/{score_set}/scores", params={"format": "npy"}).content))

    def _ask(self, method, path, **arguments):
        answer = self.session.request(method, self.url + path, **arguments)
        if not answer.ok:
            raise WinnowError(answer.json().get("detail", answer.reason))
        return answer


def _npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()
