"""The arithmetic of the findings against numbers reckoned by hand: python3 -m unittest discover bench/findings"""
import argparse
import pathlib
import sys
import unittest

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import leave_one_out  # noqa: E402
import more_runs  # noqa: E402
import noise_auroc  # noqa: E402
import verdicts  # noqa: E402


class VerdictsTests(unittest.TestCase):
    def test_interval_of_a_difference_is_welchs(self):
        # Variances 1 and 4 of three runs each: standard error sqrt(5/3), freedom (5/3)^2 / (1/18 + 16/18) = 50/17.
        mean, low, high = verdicts.difference([0.01, 0.02, 0.03], [0.02, 0.04, 0.06])
        width = 1.2910 * 3.2153  # t of 2.941 degrees of freedom
        self.assertAlmostEqual(mean, -2)
        self.assertAlmostEqual(low, -2 - width, 2)
        self.assertAlmostEqual(high, -2 + width, 2)

    def test_margin_is_students(self):
        mean, margin = verdicts.mean_margin([1.0, 2.0, 3.0])
        self.assertAlmostEqual(mean, 2)
        self.assertAlmostEqual(margin, 4.3027 / 3**0.5, 4)

    def test_an_interval_over_zero_decides_nothing(self):
        self.assertEqual(verdicts.better("", [0.5, 0.6], [0.5, 0.61])["verdict"], verdicts.OPEN)

    def test_one_run_decides_nothing(self):
        for rule in (verdicts.better, verdicts.no_better, verdicts.no_worse):
            self.assertEqual(rule("", [0.9], [0.1])["verdict"], verdicts.OPEN)

    def test_clear_differences_are_decided_either_way(self):
        high, low = [0.9, 0.901, 0.899], [0.5, 0.501, 0.499]
        self.assertEqual(verdicts.better("", high, low)["verdict"], verdicts.HOLDS)
        self.assertEqual(verdicts.better("", low, high)["verdict"], verdicts.FAILS)
        self.assertEqual(verdicts.no_better("", low, high)["verdict"], verdicts.HOLDS)
        self.assertEqual(verdicts.no_better("", high, low)["verdict"], verdicts.FAILS)
        self.assertEqual(verdicts.no_worse("", high, low)["verdict"], verdicts.HOLDS)
        self.assertEqual(verdicts.no_worse("", low, high)["verdict"], verdicts.FAILS)

    def test_points_are_found_by_the_value_of_their_parameters(self):
        point = {"policy": "calibrated", "scores": "el2n", "parameters": {"alpha": "0.20"}, "ratio": 0.1, "accuracy": [1]}
        part = {"points": [point]}
        self.assertEqual(verdicts.find(part, 0.1, "el2n", "calibrated", alpha=0.2), [1])
        self.assertIsNone(verdicts.find(part, 0.1, "el2n", "calibrated", alpha=0.3))


class NoiseTests(unittest.TestCase):
    def test_generator_is_javas(self):
        random = noise_auroc.JavaRandom(42)
        self.assertEqual([random.below(100) for _ in range(5)], [30, 63, 48, 84, 70])
        random = noise_auroc.JavaRandom(7)
        self.assertEqual([random.below(bound) for bound in (60000, 64) * 3], [44236, 40, 49485, 0, 29380, 31])

    def test_hits_as_many_as_asked(self):
        self.assertEqual(noise_auroc.planted(1000, {"seed": 7, "fraction": 0.1}, 10).sum(), 100)

    def test_auroc_counts_pairs_and_halves_ties(self):
        # Pairs (spoilt, other): 3 > 1, 3 > 2, 2 > 1, 2 = 2.
        self.assertAlmostEqual(noise_auroc.auroc([3, 2, 1, 2], numpy.array([True, True, False, False])), 3.5 / 4)


class MoreRunsTests(unittest.TestCase):
    def test_draws_are_of_disjoint_runs(self):
        groups = more_runs.groups({"score_runs": 10, "draws": 3})
        self.assertEqual({count: [list(group) for group in of] for count, of in groups.items()}, {
            1: [[0], [1], [2]], 5: [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]})

    def test_noise_of_the_scores_counts(self):
        def point(scores, accuracy):
            return {"scores": scores, "policy": "top", "parameters": {}, "ratio": 0.3, "accuracy": accuracy}

        singles = [point(f"el2n of run {run}", [a, a]) for run, a in enumerate((0.70, 0.80, 0.90))]
        part = {"points": [*singles, point("el2n of all 10 runs", [0.84, 0.85])]}
        result = {"size": {"score_runs": 10, "draws": 3}, "parts": {"by ratio": part}, "agreement": {}}
        better, _ = more_runs.statements(result)
        self.assertEqual(better["verdict"], "not decided")


class LeaveOneOutTests(unittest.TestCase):
    def setUp(self):
        random = numpy.random.default_rng(1)
        self.pictures, self.labels = random.normal(size=(6, 4)), random.integers(0, 10, 6)
        self.chosen = argparse.Namespace(descents=[1, 5], starts=1, seed=3)

    def test_leaving_out_is_training_on_the_others(self):
        inputs = numpy.hstack([self.pictures, numpy.ones((6, 1))])
        onehot = numpy.eye(10)[self.labels]
        first = numpy.random.default_rng(2).normal(size=(5, 10))
        without = leave_one_out.descend(inputs, onehot, first, numpy.array([2, 4]), 0.1, self.chosen)[5]
        for place, left_out in enumerate((2, 4)):
            others = numpy.arange(6) != left_out
            alone = leave_one_out.descend(inputs[others], onehot[others], first, numpy.array([-1]), 0.1, self.chosen)[5]
            numpy.testing.assert_allclose(without[:, :, place], alone[:, :, 0], rtol=1e-12)

    def test_a_step_follows_the_gradient_of_the_loss(self):
        inputs, onehot = numpy.hstack([self.pictures, numpy.ones((6, 1))]), numpy.eye(10)[self.labels]
        first = numpy.random.default_rng(2).normal(size=(5, 10))
        stepped = leave_one_out.descend(inputs, onehot, first, numpy.array([-1]), 0.1, self.chosen)[1][:, :, 0]
        for at in ((0, 0), (4, 7)):
            moved = first.copy()
            moved[at] += 1e-6
            slope = (self.loss(inputs, onehot, moved) - self.loss(inputs, onehot, first)) / 1e-6
            self.assertAlmostEqual((first[at] - stepped[at]) / 0.1, slope, 4)

    def loss(self, inputs, onehot, weights):
        return leave_one_out.sample_losses(inputs, onehot, weights[:, :, None]).mean()

    def test_exact_change_is_reckoned_on_the_others(self):
        found = leave_one_out.leave_one_out(self.pictures, self.labels, numpy.array([1]), 0.1, self.chosen)[5][0]
        inputs, onehot = numpy.hstack([self.pictures, numpy.ones((6, 1))]), numpy.eye(10)[self.labels]
        first = numpy.random.default_rng([3, 0]).uniform(-0.5, 0.5, (5, 10))
        others = numpy.arange(6) != 1
        with_it = leave_one_out.descend(inputs, onehot, first, numpy.array([-1]), 0.1, self.chosen)[5][:, :, 0]
        without = leave_one_out.descend(inputs[others], onehot[others], first, numpy.array([-1]), 0.1, self.chosen)[5][:, :, 0]
        wanted = self.loss(inputs[others], onehot[others], without) - self.loss(inputs[others], onehot[others], with_it)
        self.assertAlmostEqual(found, wanted, 12)


if __name__ == "__main__":
    unittest.main()
