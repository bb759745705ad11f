package io.winnow.subset;

import io.winnow.platform.Fraction;
import io.winnow.scoring.Keeps;
import java.util.List;
import java.util.Random;

/** Policies and samples that several tests share. */
final class TestPolicies {

    static final List<SubsetPolicy> ALL = List.of(
            new TopPolicy(),
            new BottomPolicy(),
            new WindowPolicy(Fraction.of(0.1)),
            new WindowPolicy(Fraction.of(0.9)),
            new RandomPolicy(),
            new CalibratedPolicy(Fraction.of(0.5), CalibratedPolicy.Calibration.EXACT),
            new CalibratedPolicy(Fraction.of(0.99), CalibratedPolicy.Calibration.EXACT),
            new CalibratedPolicy(Fraction.ONE, CalibratedPolicy.Calibration.SOFT),
            new ClassBalancedPolicy(ClassBalancedPolicy.Quota.PROPORTIONAL),
            new ClassBalancedPolicy(ClassBalancedPolicy.Quota.EQUAL),
            new ClassStandardizedPolicy(),
            new SampledPolicy(false),
            new SampledPolicy(true),
            new StratifiedPolicy(null),
            new StratifiedPolicy(Fraction.of(0.4)));

    private TestPolicies() {}

    /** n samples in one to ten classes; kinds 0 … 7 of scores are degenerate, 8 is normal. */
    static ScoredSamples samples(int kind, int n, long seed) {
        Random random = new Random(seed);
        int classes = kind == 1 ? 1 : 1 + random.nextInt(10);
        float[] scores = new float[n];
        int[] labels = new int[n];
        for (int i = 0; i < n; i++) {
            labels[i] = (int) (classes * Math.pow(random.nextDouble(), 2));
            scores[i] = score(kind, random);
        }
        return ScoredSamples.of(scores, random.nextBoolean() ? Keeps.HIGHEST : Keeps.LOWEST, labels, classes);
    }

    private static float score(int kind, Random random) {
        return switch (kind) {
            case 0 -> 0;
            case 2 -> -1 - random.nextFloat();
            case 3 -> random.nextInt(20) == 0 ? Float.MAX_VALUE : random.nextFloat();
            case 4 -> random.nextBoolean() ? 0f : -0f;
            case 5 -> random.nextInt(3);
            case 6 -> random.nextBoolean() ? -Float.MAX_VALUE : Float.MAX_VALUE;
            case 7 -> random.nextFloat() * Float.MIN_NORMAL;
            default -> (float) random.nextGaussian();
        };
    }
}
