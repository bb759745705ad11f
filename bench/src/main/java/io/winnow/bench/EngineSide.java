package io.winnow.bench;

import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.EpochSummary;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.StopSignal;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Winnow's side of the comparison with PyTorch: prints one JSON line a measurement, as {@code torch_side.py} does.
 *
 * <p>Usage: EngineSide NETWORK BATCH THREADS [seconds-per-measurement] [device]
 */
public final class EngineSide {

    private static final int BATCHES = 6;

    private final String network;
    private final double budget;
    private final Samples samples;
    private final Surrogate surrogate;
    private final TrainingSpec training;

    private EngineSide(String network, int batch, int threads, double budget, String device) {
        this.network = network;
        this.budget = budget;
        this.samples = new Noise(new SampleShape(3, 32, 32), batch * BATCHES);
        Map<String, Object> options = network.equals("resnet18") ? Map.of("width", 16) : Map.of();
        this.surrogate = new DjlSurrogateEngine(threads)
                .initialise(new SurrogateSpec(network, options, samples.shape(), samples.classes()), device, 1);
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
        ScoringPasses scoring = new ScoringPasses(surrogate, samples);
        measure("el2n", () -> timed(scoring::el2n));
        measure("grand", () -> timed(scoring::grand));
        measure("mean-gradient", () -> timed(this::meanGradient));
        measure("moso", () -> timed(scoring::moso));
        System.exit(0);
    }

    private double train() {
        double[] seconds = new double[1];
        surrogate.train(samples, training, 1, TrainingPosition.START, new TrainingListener() {
            @Override
            public void afterEpoch(EpochSummary epoch) {
                seconds[0] = epoch.seconds();
            }
        });
        return seconds[0];
    }

    private void meanGradient() {
        surrogate.meanGradient(samples, 0, samples.size(), StopSignal.NEVER).close();
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
}
