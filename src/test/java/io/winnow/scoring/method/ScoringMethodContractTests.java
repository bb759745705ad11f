package io.winnow.scoring.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.MethodOptions;
import io.winnow.scoring.RunContext;
import io.winnow.scoring.ScoreFold;
import io.winnow.scoring.ScoringMethod;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every scoring method promises. A method's own tests extend this. */
abstract class ScoringMethodContractTests {

    private static final int SAMPLES = 23;
    private static final int EPOCHS = 12;

    private final ScoringMethod method;
    private final String id;
    private final Keeps keeps;

    /**
     * @param id what requests call it
     * @param keeps the end that the definition keeps
     */
    ScoringMethodContractTests(ScoringMethod method, String id, Keeps keeps) {
        this.method = method;
        this.id = id;
        this.keeps = keeps;
    }

    @Test
    void declaresItsNameAndDirection() {
        assertThat(method.id()).isEqualTo(id);
        assertThat(method.keeps()).isEqualTo(keeps);
    }

    @Test
    void givesEverySampleAFiniteScore() {
        float[] scores = scores(SAMPLES, 5, 1);
        assertThat(scores).hasSize(SAMPLES);
        Set<Float> different = new HashSet<>();
        for (float score : scores) {
            assertThat(score).isFinite();
            different.add(score);
        }
        assertThat(different).hasSizeGreaterThan(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 22, 23, 64})
    void doesNotDependOnHowSamplesComeInBatches(int batchSize) {
        assertThat(scores(SAMPLES, batchSize, 1)).isEqualTo(scores(SAMPLES, SAMPLES, 1));
    }

    @Test
    void scoresASingleSample() {
        float[] scores = scores(1, 4, 1);
        assertThat(scores).hasSize(1);
        assertThat(scores[0]).isFinite();
    }

    @Test
    void givesTheSameScoresForTheSameSeedAndOthersForAnother() {
        assertThat(scores(SAMPLES, 5, 1)).isEqualTo(scores(SAMPLES, 5, 1));
        assertThat(scores(SAMPLES, 5, 2)).isNotEqualTo(scores(SAMPLES, 5, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 11})
    void goesOnFromASavedStateAsIfItHadNotStopped(int savedAfter) throws IOException {
        Trajectory trajectory = trajectory(SAMPLES, 1);
        ScoreFold first = begin(SAMPLES, 1);
        for (int epoch = 1; epoch <= savedAfter; epoch++) {
            trajectory.feed(method, first, epoch, 5);
        }
        ScoreFold second = begin(SAMPLES, 1);
        second.restore(new DataInputStream(new ByteArrayInputStream(state(first))));
        for (int epoch = savedAfter + 1; epoch <= EPOCHS; epoch++) {
            trajectory.feed(method, first, epoch, 5);
            trajectory.feed(method, second, epoch, 5);
        }
        assertThat(second.scores(EPOCHS)).isEqualTo(first.scores(EPOCHS));
        assertThat(state(second)).isEqualTo(state(first));
    }

    /** The scores after all epochs of a made-up run. */
    final float[] scores(int samples, int batchSize, long seed) {
        ScoreFold fold = begin(samples, seed);
        Trajectory trajectory = trajectory(samples, seed);
        for (int epoch = 1; epoch <= EPOCHS; epoch++) {
            trajectory.feed(method, fold, epoch, batchSize);
        }
        return fold.scores(EPOCHS);
    }

    private ScoreFold begin(int samples, long seed) {
        RandomSamples train = new RandomSamples(samples, new SampleShape(1, 2, 2), 4, seed);
        MethodOptions options = MethodOptions.DEFAULTS;
        return method.begin(new RunContext(train, EPOCHS, seed, true, options));
    }

    private static Trajectory trajectory(int samples, long seed) {
        return new Trajectory(samples, 4, 6, EPOCHS, seed);
    }

    private static byte[] state(ScoreFold fold) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        fold.save(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
