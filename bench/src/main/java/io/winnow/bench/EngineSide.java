package io.winnow.bench;

import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.Direction;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * Winnow's side of the comparison with PyTorch: prints one JSON line a measurement, as {@code torch_side.py} does.
 *
 * <p>Usage: EngineSide NETWORK BATCH THREADS [seconds-per-measurement] [device]
 */
public final class EngineSide {

    private static final int BATCHES = 6;
    private static final int CLASSES = 10;

    private final String network;
    private final double budget;
    private final Samples samples;
    private final Surrogate surrogate;
    private final TrainingSpec training;

    private EngineSide(String network, int batch, int threads, double budget, String device) {
        this.network = network;
        this.budget = budget;
        this.samples = new Noise(batch * BATCHES);
        Map<String, Object> options = network.equals("resnet18") ? Map.of("width", 16) : Map.of();
        this.surrogate = new DjlSurrogateEngine(threads)
                .initialise(new SurrogateSpec(network, options, samples.shape(), CLASSES), device, 1);
        this.training = new TrainingSpec(
                1, batch, 0.01, 0.9, true, 5e-4, new LearningRateSchedule.Constant(), Augmentation.NONE);
    }

    public static void main(String[] arguments) {
        new EngineSide(
                        arguments[0],
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        arguments.length > 3 ? Double.parseDouble(arguments[3]) : 6,
                        arguments.length > 4 ? arguments[4] : "cpu")
                .run();
    }

    private void run() {
        measure("training", this::train);
        measure("el2n", () -> timed(this::el2n));
        measure("grand", () -> timed(this::grand));
        measure("moso", () -> timed(this::moso));
        System.exit(0);
    }

    private double train() {
        double[] seconds = new double[1];
        surrogate.train(samples, training, 1, 0, new TrainingListener() {
            @Override
            public void afterEpoch(EpochSummary epoch) {
                seconds[0] = epoch.seconds();
            }
        });
        return seconds[0];
    }

    private void el2n() {
        float[] scores = new float[samples.size()];
        double[] exponentials = new double[CLASSES];
        surrogate.forward(samples, 0, samples.size(), false, batch -> {
            for (int i = 0; i < batch.size(); i++) {
                scores[batch.from() + i] = (float) errorNorm(batch.logits(), i * CLASSES, batch.labels()[i], exponentials);
            }
        });
    }

    private static double errorNorm(float[] logits, int offset, int label, double[] exponentials) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < CLASSES; c++) {
            max = Math.max(max, logits[offset + c]);
        }
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
            sum += exponentials[c] = Math.exp(logits[offset + c] - max);
        }
        double squares = 0;
        for (int c = 0; c < CLASSES; c++) {
            double error = exponentials[c] / sum - (c == label ? 1 : 0);
            squares += error * error;
        }
        return Math.sqrt(squares);
    }

    private void grand() {
        float[] scores = new float[samples.size()];
        surrogate.perSampleGradients(samples, 0, samples.size(), GradientScope.ALL, null, batch -> {
            for (int i = 0; i < batch.size(); i++) {
                scores[batch.from() + i] = (float) Math.sqrt(batch.squaredNorms()[i]);
            }
        });
    }

    private void moso() {
        int n = samples.size();
        float[] scores = new float[n];
        try (Direction mean = surrogate.meanGradient(samples, 0, n, StopSignal.NEVER)) {
            surrogate.perSampleGradients(samples, 0, n, GradientScope.ALL, mean, batch -> {
                for (int i = 0; i < batch.size(); i++) {
                    scores[batch.from() + i] = (n * batch.dots()[i] - batch.squaredNorms()[i]) / (n - 1);
                }
            });
        }
    }

    private static double timed(Runnable work) {
        long started = System.nanoTime();
        work.run();
        return (System.nanoTime() - started) / 1e9;
    }

    /** The best of several repetitions within the time budget, after one for warming up. */
    private void measure(String what, DoubleSupplier work) {
        work.getAsDouble();
        double best = Double.POSITIVE_INFINITY;
        double spent = 0;
        for (int count = 0; spent < budget || count < 2; count++) {
            double took = work.getAsDouble();
            best = Math.min(best, took);
            spent += took;
        }
        System.out.printf(
                "{\"what\": \"%s\", \"network\": \"%s\", \"samplesPerSecond\": %f}%n",
                what, network, samples.size() / best);
    }

    /** Random pictures of 32 × 32 in three colours. */
    private record Noise(int size, byte[] pixels) implements Samples {

        private static final SampleShape SHAPE = new SampleShape(3, 32, 32);
        private static final Normalisation NORMALISATION =
                new Normalisation(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.29f, 0.29f, 0.29f});

        Noise(int size) {
            this(size, new byte[size * SHAPE.size()]);
            new Random(0).nextBytes(pixels);
        }

        @Override
        public SampleShape shape() {
            return SHAPE;
        }

        @Override
        public int classes() {
            return CLASSES;
        }

        @Override
        public int label(int position) {
            return position * 7 % CLASSES;
        }

        @Override
        public void copyTo(int position, ByteBuffer target) {
            target.put(pixels, position * SHAPE.size(), SHAPE.size());
        }

        @Override
        public Normalisation normalisation() {
            return NORMALISATION;
        }
    }
}
