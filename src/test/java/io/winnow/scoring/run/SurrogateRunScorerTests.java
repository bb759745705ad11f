package io.winnow.scoring.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.winnow.scoring.Agreement;
import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.MethodOptions;
import io.winnow.scoring.MethodOptions.NeverLearned;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.RunScores.EpochAccuracy;
import io.winnow.scoring.RunScores.MethodScores;
import io.winnow.scoring.ScoringMethod;
import io.winnow.scoring.ShardSettings;
import io.winnow.scoring.Shards;
import io.winnow.scoring.SoftmaxRegression;
import io.winnow.scoring.SoftmaxRegression.Pass;
import io.winnow.scoring.method.AllMethods;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.ComputeDevice;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.RandomSamples;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingDivergedException;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.TrainingStoppedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SurrogateRunScorerTests {

    private static final int N = 41;
    private static final int C = 3;
    private static final SampleShape SHAPE = new SampleShape(1, 2, 3);
    private static final String[] TEN_CHEAP = {
        "el2n",
        "grand-last",
        "forgetting",
        "aum",
        "least-confidence",
        "entropy",
        "margin",
        "loss",
        "dynamic-uncertainty",
        "dual"
    };

    private final RandomSamples train = new RandomSamples(N, SHAPE, C, 1);
    private final RandomSamples test = new RandomSamples(17, SHAPE, C, 2);
    private final SoftmaxRegression engine = new SoftmaxRegression(7);

    @Test
    void feedsTenCheapMethodsFromOneTrainingAndOneForwardPass() {
        RunScores scores = run(request(List.of(5), null, TEN_CHEAP));
        assertThat(engine.log).extracting(Pass::kind).containsExactly("embeddings");
        assertThat(scores.methods()).extracting(MethodScores::method).containsExactly(TEN_CHEAP);
        assertThat(scores.methods()).allSatisfy(one -> {
            assertThat(one.epoch()).isEqualTo(5);
            assertThat(one.scores()).hasSize(N);
        });
    }

    @Test
    void readsLogitsFromThePassOfGradientsWhereThatIsEnough() {
        RunScores scores = run(request(List.of(5), null, "el2n", "grand", "loss"));
        assertThat(engine.log).extracting(Pass::kind).containsExactly("gradients");
        double[] weights = engine.log.get(0).weights();
        for (int i = 0; i < N; i++) {
            double[] p = SoftmaxRegression.probabilities(SoftmaxRegression.logits(weights, train, i));
            double[] gradient = SoftmaxRegression.gradient(weights, train, i);
            double grand = Math.sqrt(SoftmaxRegression.dot(gradient, gradient));
            double error = 0;
            for (int c = 0; c < C; c++) {
                error += Math.pow(p[c] - (train.label(i) == c ? 1 : 0), 2);
            }
            assertThat((double) of(scores, "el2n", 5)[i]).isEqualTo(Math.sqrt(error), within(1e-5));
            assertThat((double) of(scores, "grand", 5)[i]).isEqualTo(grand, within(1e-5));
            assertThat((double) of(scores, "loss", 5)[i]).isEqualTo(-Math.log(p[train.label(i)]), within(1e-5));
        }
    }

    @Test
    void agreesWithTheWholeGradientOnTheLastLayerOfAModelThatHasNoOther() {
        RunScores scores = run(request(List.of(0, 5), null, "grand", "grand-last"));
        assertThat(of(scores, "grand-last", 0)).containsExactly(of(scores, "grand", 0), within(1e-5f));
        assertThat(of(scores, "grand-last", 5)).containsExactly(of(scores, "grand", 5), within(1e-5f));
    }

    @Test
    void sharesPassesAmongSnapshotsOfSeveralEpochs() {
        RunScores scores = run(request(List.of(0, 2, 5), null, "el2n", "margin", "prototype", "forgetting"));
        assertThat(engine.log)
                .extracting(Pass::kind)
                .containsExactly("embeddings", "embeddings", "embeddings", "embeddings", "embeddings", "embeddings");
        assertThat(scores.methods())
                .extracting(one -> one.method() + "@" + one.epoch())
                .containsExactly(
                        "el2n@0",
                        "el2n@2",
                        "el2n@5",
                        "margin@0",
                        "margin@2",
                        "margin@5",
                        "prototype@0",
                        "prototype@2",
                        "prototype@5",
                        "forgetting@5");
        assertThat(of(scores, "el2n", 0)).isNotEqualTo(of(scores, "el2n", 2));
        assertThat(of(run(request(List.of(2), null, "el2n")), "el2n", 2)).isEqualTo(of(scores, "el2n", 2));
    }

    @Test
    void takesNoPassForMethodsThatWatchTheTraining() {
        RunScores scores = run(request(List.of(5), test, "forgetting", "aum", "dual"));
        assertThat(engine.log).extracting(Pass::kind).containsOnly("forward").hasSize(5);
        assertThat(engine.log).extracting(Pass::samples).containsOnly(test);
        assertThat(scores.history()).hasSize(5).allSatisfy(epoch -> {
            assertThat(epoch.train()).isBetween(0.0, 1.0);
            assertThat(epoch.test()).isBetween(0.0, 1.0);
        });
        assertThat(scores.predicted()).hasSize(N).doesNotContain(-1);
    }

    @Test
    void measuresTestAccuracyAndPredictionsAtTheLastWeights() {
        RunScores scores = run(request(List.of(5), test, "el2n"));
        double[] weights = engine.log.get(engine.log.size() - 1).weights();
        int right = 0;
        for (int i = 0; i < test.size(); i++) {
            right += top(weights, test, i) == test.label(i) ? 1 : 0;
        }
        assertThat(scores.history().get(4).test()).isEqualTo(right / 17.0);
        for (int i = 0; i < N; i++) {
            assertThat(scores.predicted()[i]).isEqualTo(top(weights, train, i));
            assertThat(scores.labels()[i]).isEqualTo(train.label(i));
        }
        assertThat(scores.classes()).isEqualTo(C);
    }

    @Test
    void scoresMosoAsTheGradientOfTheOthersAlongTheSamplesOwn() {
        RunRequest request = request(List.of(5), null, "moso");
        float[] scores = of(run(request), "moso", 5);
        assertThat(engine.log)
                .extracting(Pass::kind)
                .containsExactly("mean", "stage", "mean", "stage", "mean", "stage", "mean", "stage");
        assertMoso(scores, request, stagesOf(engine.log), train, null);
    }

    @Test
    void trainsASurrogateOnEachRandomPartForMosoWithChunks() {
        RunRequest request = withOptions(request(List.of(5), null, "moso", "el2n"), 4, 3);
        RunScores scores = run(request);
        List<Pass> stages = stagesOf(engine.log);
        assertThat(stages).hasSize(12);
        int[] seen = new int[N];
        for (int part = 0; part < 3; part++) {
            List<Pass> ofPart = stages.subList(4 * part, 4 * part + 4);
            PartSamples samples = (PartSamples) ofPart.get(0).samples();
            assertThat(samples.size()).isBetween(13, 14);
            for (int position : samples.positions()) {
                seen[position]++;
            }
            assertMoso(of(scores, "moso", 5), request, ofPart, samples, samples.positions());
        }
        assertThat(seen).containsOnly(1);
        engine.log.clear();
        assertThat(of(run(request(List.of(5), null, "el2n")), "el2n", 5)).isEqualTo(of(scores, "el2n", 5));
    }

    @Test
    void ranksByMosoMuchLikeRetrainingWithoutEachSample() {
        int n = 24;
        RandomSamples few = new RandomSamples(n, SHAPE, 2, 5);
        TrainingSpec descent =
                new TrainingSpec(60, n, 0.05, 0, false, 0, new LearningRateSchedule.Constant(), Augmentation.NONE);
        RunRequest request = new RunRequest(
                new SurrogateSpec("any", Map.of(), SHAPE, 2),
                "cpu",
                few,
                null,
                descent,
                List.of(AllMethods.of("moso")),
                new MethodOptions(NeverLearned.MAX, 60, 1, GradientScope.ALL, 10),
                List.of(60),
                9);
        float[] moso = of(run(request), "moso", 60);

        SoftmaxRegression.Model whole = trained(request, few);
        float[] leaveOneOut = new float[n];
        for (int z = 0; z < n; z++) {
            int left = z;
            int[] others = IntStream.range(0, n).filter(i -> i != left).toArray();
            PartSamples rest = new PartSamples(few, others);
            leaveOneOut[z] = (float) (meanLoss(trained(request, rest).w, rest) - meanLoss(whole.w, rest));
        }
        assertThat(Agreement.spearman(moso, leaveOneOut)).isGreaterThan(0.8);
    }

    @Test
    void trainsNothingForRandom() {
        SurrogateEngine none = new SurrogateEngine() {
            @Override
            public List<ComputeDevice> devices() {
                throw new AssertionError("the engine was asked for devices");
            }

            @Override
            public Surrogate initialise(SurrogateSpec spec, String device, long seed) {
                throw new AssertionError("the engine was asked for a surrogate");
            }
        };
        RunScores scores = new SurrogateRunScorer(none, ShardSettings.DEFAULTS)
                .score(request(List.of(5), test, "random"), new RunListener() {}, Checkpoints.NONE, Shards.NONE);
        assertThat(scores.predicted()).isNull();
        assertThat(scores.history()).isEmpty();
        assertThat(of(scores, "random", 5)).hasSize(N);
        assertThat(of(run(request(List.of(5), null, "random", "el2n")), "random", 5))
                .isEqualTo(of(scores, "random", 5));
    }

    @Test
    void givesTheSameBitsForTheSameSeedAndOthersForAnother() {
        RunRequest request = request(List.of(0, 5), test, AllMethods.IDS);
        RunScores first = run(request);
        RunScores second = run(request);
        RunScores other = run(withSeed(request, 8));
        for (int i = 0; i < first.methods().size(); i++) {
            assertThat(second.methods().get(i).scores())
                    .isEqualTo(first.methods().get(i).scores());
            // Counts of events may agree, and the embeddings of this model are its inputs.
            if (!List.of("forgetting", "prototype")
                    .contains(first.methods().get(i).method())) {
                assertThat(other.methods().get(i).scores())
                        .isNotEqualTo(first.methods().get(i).scores());
            }
        }
        assertThat(second.predicted()).isEqualTo(first.predicted());
    }

    @Test
    void reportsProgressThatNeverFallsAndEndsAtOne() {
        List<Double> fractions = new ArrayList<>();
        RunListener listener = new RunListener() {
            @Override
            public void progress(RunProgress progress) {
                fractions.add(progress.fraction());
                assertThat(progress.samplesPerSecond()).isFinite().isPositive();
                assertThat(progress.epoch()).isBetween(0, 5);
            }
        };
        new SurrogateRunScorer(engine, ShardSettings.DEFAULTS)
                .score(
                        withOptions(request(List.of(0, 5), test, "el2n", "grand", "moso"), 4, 1),
                        listener,
                        Checkpoints.NONE,
                        Shards.NONE);
        assertThat(fractions)
                .isSorted()
                .allSatisfy(fraction -> assertThat(fraction).isBetween(0.0, 1.0));
        assertThat(fractions.get(fractions.size() - 1)).isEqualTo(1, within(1e-9));
    }

    @Test
    void tellsTheAccuraciesAfterEachEpoch() {
        List<List<EpochAccuracy>> told = new ArrayList<>();
        RunListener listener = new RunListener() {
            @Override
            public void trained(List<EpochAccuracy> history) {
                told.add(history);
            }
        };
        RunScores scores = new SurrogateRunScorer(engine, ShardSettings.DEFAULTS)
                .score(request(List.of(5), test, "el2n"), listener, Checkpoints.NONE, Shards.NONE);
        assertThat(told).extracting(List::size).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(told.get(5)).isEqualTo(scores.history());
    }

    @Test
    void stopsWithinABatchWhereverItIsAsked() {
        RunRequest request = request(List.of(0, 5), test, "prototype", "grand", "moso");
        int[] calls = {0};
        new SurrogateRunScorer(engine, ShardSettings.DEFAULTS)
                .score(request, stoppingAfter(Integer.MAX_VALUE, calls), Checkpoints.NONE, Shards.NONE);
        int all = calls[0];
        for (int after = 0; after < all; after++) {
            int[] counted = {0};
            RunListener listener = stoppingAfter(after, counted);
            assertThatThrownBy(() -> new SurrogateRunScorer(engine, ShardSettings.DEFAULTS)
                            .score(request, listener, Checkpoints.NONE, Shards.NONE))
                    .isInstanceOf(TrainingStoppedException.class);
            assertThat(counted[0]).isEqualTo(after + 1);
        }
    }

    @Test
    void refusesScoresThatAreNotFinite() {
        RunRequest request = request(List.of(5), null, "aum");
        TrainingSpec wild =
                new TrainingSpec(5, 8, 1e38, 0, false, 0, new LearningRateSchedule.Constant(), Augmentation.NONE);
        RunRequest diverging = new RunRequest(
                request.surrogate(), "cpu", train, null, wild, request.methods(), request.options(), List.of(5), 1);
        assertThatThrownBy(() -> run(diverging)).isInstanceOf(TrainingDivergedException.class);
    }

    @Test
    void refusesMorePartsThanThereAreSamplesForBeforeItTrains() {
        RunRequest request = withOptions(request(List.of(5), null, "moso", "el2n"), 2, 21);
        assertThatThrownBy(() -> run(request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("21 parts");
        assertThat(engine.log).isEmpty();
    }

    private RunScores run(RunRequest request) {
        return new SurrogateRunScorer(engine, ShardSettings.DEFAULTS)
                .score(request, new RunListener() {}, Checkpoints.NONE, Shards.NONE);
    }

    private RunRequest request(List<Integer> scoreAt, RandomSamples test, String... methods) {
        TrainingSpec training =
                new TrainingSpec(5, 8, 0.2, 0, false, 0, new LearningRateSchedule.Cosine(), Augmentation.NONE);
        List<ScoringMethod> asked = Arrays.stream(methods).map(AllMethods::of).toList();
        MethodOptions options = new MethodOptions(NeverLearned.MAX, 4, 1, GradientScope.ALL, 3);
        return new RunRequest(
                new SurrogateSpec("any", Map.of(), SHAPE, C), "cpu", train, test, training, asked, options, scoreAt, 7);
    }

    private static RunRequest withOptions(RunRequest request, int stages, int chunks) {
        MethodOptions options = new MethodOptions(NeverLearned.MAX, stages, chunks, GradientScope.ALL, 3);
        return new RunRequest(
                request.surrogate(),
                request.device(),
                request.train(),
                request.test(),
                request.training(),
                request.methods(),
                options,
                request.scoreAt(),
                request.seed());
    }

    private static RunRequest withSeed(RunRequest request, long seed) {
        return new RunRequest(
                request.surrogate(),
                request.device(),
                request.train(),
                request.test(),
                request.training(),
                request.methods(),
                request.options(),
                request.scoreAt(),
                seed);
    }

    /** MoSo from its definition: at each stage the mean gradient of all others, sample by sample. */
    private static void assertMoso(
            float[] scores, RunRequest request, List<Pass> stages, Samples samples, int[] positions) {
        int n = samples.size();
        long totalSteps = request.training().totalSteps(n);
        for (int z = 0; z < n; z++) {
            double expected = 0;
            for (int s = 0; s < stages.size(); s++) {
                double[] weights = stages.get(s).weights();
                double[] others = new double[weights.length];
                for (int i = 0; i < n; i++) {
                    if (i != z) {
                        double[] gradient = SoftmaxRegression.gradient(weights, samples, i);
                        for (int j = 0; j < others.length; j++) {
                            others[j] += gradient[j] / (n - 1);
                        }
                    }
                }
                double rate = request.training().learningRateAt(stages.get(s).step(), n);
                double product = SoftmaxRegression.dot(others, SoftmaxRegression.gradient(weights, samples, z));
                expected += (double) totalSteps / n * rate * product / stages.size();
            }
            assertThat((double) scores[positions == null ? z : positions[z]])
                    .isEqualTo(expected, within(1e-5 * Math.max(0.1, Math.abs(expected))));
        }
    }

    private static List<Pass> stagesOf(List<Pass> log) {
        return log.stream().filter(pass -> pass.kind().equals("stage")).toList();
    }

    private SoftmaxRegression.Model trained(RunRequest request, Samples samples) {
        SoftmaxRegression.Model model = engine.initialise(request.surrogate(), "cpu", request.seed());
        TrainingSpec spec = request.training();
        TrainingSpec fullBatch = new TrainingSpec(
                spec.epochs(), samples.size(), spec.learningRate(), 0, false, 0, spec.schedule(), Augmentation.NONE);
        model.train(samples, fullBatch, 1, TrainingPosition.START, new TrainingListener() {});
        return model;
    }

    private static double meanLoss(double[] weights, Samples samples) {
        double sum = 0;
        for (int i = 0; i < samples.size(); i++) {
            sum -= Math.log(
                    SoftmaxRegression.probabilities(SoftmaxRegression.logits(weights, samples, i))[samples.label(i)]);
        }
        return sum / samples.size();
    }

    private static int top(double[] weights, Samples samples, int i) {
        double[] logits = SoftmaxRegression.logits(weights, samples, i);
        int top = 0;
        for (int c = 1; c < logits.length; c++) {
            top = logits[c] > logits[top] ? c : top;
        }
        return top;
    }

    private static RunListener stoppingAfter(int calls, int[] counted) {
        return new RunListener() {
            @Override
            public boolean stopRequested() {
                return counted[0]++ >= calls;
            }
        };
    }

    private static float[] of(RunScores scores, String method, int epoch) {
        return scores.methods().stream()
                .filter(one -> one.method().equals(method) && one.epoch() == epoch)
                .findFirst()
                .orElseThrow()
                .scores();
    }
}
