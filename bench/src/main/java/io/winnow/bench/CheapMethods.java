package io.winnow.bench;

import io.winnow.scoring.Checkpoints;
import io.winnow.scoring.MethodOptions;
import io.winnow.scoring.MethodRegistry;
import io.winnow.scoring.RunListener;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.RunScorer;
import io.winnow.scoring.ScoringMethod;
import io.winnow.scoring.ShardSettings;
import io.winnow.scoring.Shards;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.Surrogate;
import io.winnow.surrogate.SurrogateEngine;
import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingSpec;
import io.winnow.surrogate.djl.DjlSurrogateEngine;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * What ten methods without gradients cost over a training with none of them: a job's run with ten, one that has the free
 * ones only, and the engine's training alone, in turns. Prints a JSON line for each: {"what", "round", "seconds"}.
 *
 * <p>Usage: CheapMethods NETWORK SAMPLES EPOCHS ROUNDS [THREADS]
 */
public final class CheapMethods {

    private static final List<String> OF_THE_TRAINING = List.of("forgetting", "aum", "dynamic-uncertainty", "dual");
    private static final List<String> OF_A_SNAPSHOT =
            List.of("el2n", "grand-last", "least-confidence", "entropy", "margin", "loss");

    private final Samples samples;
    private final SurrogateSpec spec;
    private final TrainingSpec training;

    private CheapMethods(String network, int size, int epochs) {
        this.samples = new Noise(new SampleShape(3, 32, 32), size);
        Map<String, Object> options = network.equals("resnet18") ? Map.of("width", 16) : Map.of();
        this.spec = new SurrogateSpec(network, options, samples.shape(), samples.classes());
        this.training = new TrainingSpec(
                epochs, 128, 0.01, 0.9, true, 5e-4, new LearningRateSchedule.Cosine(), Augmentation.CROP_FLIP);
    }

    public static void main(String[] arguments) {
        int rounds = Integer.parseInt(arguments[3]);
        int threads = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 0;
        CheapMethods measurement =
                new CheapMethods(arguments[0], Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        SurrogateEngine engine = new DjlSurrogateEngine(threads);
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.registerBean(SurrogateEngine.class, () -> engine);
            context.registerBean(ShardSettings.class, () -> ShardSettings.DEFAULTS);
            context.registerBean(MethodRegistry.class);
            context.scan("io.winnow.scoring.run", "io.winnow.scoring.method");
            context.refresh();
            RunScorer scorer = context.getBean(RunScorer.class);
            MethodRegistry registry = context.getBean(MethodRegistry.class);
            List<ScoringMethod> few = methods(registry, OF_THE_TRAINING);
            List<ScoringMethod> ten = methods(
                    registry,
                    Stream.concat(OF_THE_TRAINING.stream(), OF_A_SNAPSHOT.stream()).toList());
            measurement.train(engine);
            for (int round = 1; round <= rounds; round++) {
                report("training alone", round, () -> measurement.train(engine));
                report("four of the training", round, () -> measurement.score(scorer, few));
                report("ten", round, () -> measurement.score(scorer, ten));
            }
        }
        System.exit(0);
    }

    private static List<ScoringMethod> methods(MethodRegistry registry, List<String> ids) {
        return ids.stream().map(id -> registry.require(id, "methods")).toList();
    }

    private void train(SurrogateEngine engine) {
        try (Surrogate surrogate = engine.initialise(spec, "cpu", 1)) {
            surrogate.train(samples, training, 2, TrainingPosition.START, new TrainingListener() {});
        }
    }

    private void score(RunScorer scorer, List<ScoringMethod> methods) {
        RunRequest request = new RunRequest(
                spec,
                "cpu",
                samples,
                null,
                training,
                methods,
                MethodOptions.DEFAULTS,
                List.of(training.epochs()),
                1);
        scorer.score(request, new RunListener() {}, Checkpoints.NONE, Shards.NONE);
    }

    private static void report(String what, int round, Runnable work) {
        long started = System.nanoTime();
        work.run();
        System.out.printf(
                "{\"what\": \"%s\", \"round\": %d, \"seconds\": %f}%n", what, round, (System.nanoTime() - started) / 1e9);
    }
}
