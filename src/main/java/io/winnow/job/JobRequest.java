package io.winnow.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.winnow.scoring.MethodOptions;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.TrainingSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user asked for, complete with defaults; its JSON is the body of {@code POST /jobs}.
 *
 * @param methods distinct ids of scoring methods
 * @param runs independent initialisations to average over
 * @param epochs epochs of each run's training
 * @param scoreAt epochs after which snapshot scores are taken, ascending, 0 being the initialisation
 * @param seed the runs' seeds derive from it
 * @param device {@code auto}, {@code cpu} or {@code cuda:0}, …
 * @param priority jobs of a higher one start first
 */
public record JobRequest(
        String dataset,
        String model,
        List<String> methods,
        int runs,
        int epochs,
        List<Integer> scoreAt,
        long seed,
        Training training,
        Options options,
        @Nullable LabelNoise labelNoise,
        String device,
        int priority) {

    static final String ANY_DEVICE = "auto";
    /** Crop-flip for colour pictures: flipping digits or clothes costs a short training more than it gives. */
    static final String AUTO_AUGMENTATION = "auto";

    static final String CROP_FLIP = "crop-flip";
    static final String NO_AUGMENTATION = "none";

    /**
     * @param batchSize samples a step
     * @param learningRate peak of the schedule
     * @param augmentation {@code auto}, {@code none} or {@code crop-flip}
     */
    public record Training(
            String optimizer,
            int batchSize,
            double learningRate,
            double momentum,
            boolean nesterov,
            double weightDecay,
            Schedule schedule,
            String augmentation) {

        /** @param samples the shape of the samples to train on */
        public TrainingSpec spec(int epochs, SampleShape samples) {
            return new TrainingSpec(
                    epochs,
                    batchSize,
                    learningRate,
                    momentum,
                    nesterov,
                    weightDecay,
                    schedule.toLearningRateSchedule(),
                    augmentation(samples));
        }

        private Augmentation augmentation(SampleShape samples) {
            boolean colour = samples.channels() == 3 && samples.height() > 1 && samples.width() > 1;
            return augmentation.equals(CROP_FLIP) || (augmentation.equals(AUTO_AUGMENTATION) && colour)
                    ? Augmentation.CROP_FLIP
                    : Augmentation.NONE;
        }
    }

    /**
     * @param type {@code constant}, {@code step} or {@code cosine}
     * @param milestones of {@code step}: counts of epochs done at which the rate falls
     * @param gamma of {@code step}: what the rate is multiplied by
     * @param warmupEpochs epochs of a linear rise before, 0 for none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Schedule(
            String type,
            @Nullable List<Integer> milestones,
            @Nullable Double gamma,
            double warmupEpochs) {

        static final String CONSTANT = "constant";
        static final String STEP = "step";
        static final String COSINE = "cosine";

        LearningRateSchedule toLearningRateSchedule() {
            LearningRateSchedule schedule = switch (type) {
                case CONSTANT -> new LearningRateSchedule.Constant();
                case STEP -> new LearningRateSchedule.Step(milestones, gamma);
                default -> new LearningRateSchedule.Cosine();
            };
            return warmupEpochs > 0 ? new LearningRateSchedule.WarmUp(warmupEpochs, schedule) : schedule;
        }
    }

    /** Options of the methods; see {@link MethodOptions}. */
    public record Options(String neverLearned, int stages, int chunks, String scope, int window) {

        static final String ALL = "all";
        static final String LAST_LAYER = "last-layer";
    }

    /**
     * Labels to spoil before the training, for a controlled experiment.
     *
     * @param kind {@code symmetric}: to another class drawn uniformly; {@code asymmetric}: by {@code classes}
     * @param fraction of the samples that can be hit, in (0, 1)
     * @param classes of {@code asymmetric}: names of classes, each with the name of the class that its spoilt samples get
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record LabelNoise(
            String kind,
            double fraction,
            long seed,
            @Nullable Map<String, String> classes) {

        static final String SYMMETRIC = "symmetric";
        static final String ASYMMETRIC = "asymmetric";

        /** @param classes see {@link #classes()} */
        public static LabelNoise asymmetric(double fraction, long seed, Map<String, String> classes) {
            return new LabelNoise(ASYMMETRIC, fraction, seed, classes);
        }

        public static LabelNoise symmetric(double fraction, long seed) {
            return new LabelNoise(SYMMETRIC, fraction, seed, null);
        }
    }

    /** @param samples the shape of the samples to train on */
    TrainingSpec trainingSpec(SampleShape samples) {
        return training.spec(epochs, samples);
    }

    MethodOptions methodOptions() {
        return new MethodOptions(
                MethodOptions.NeverLearned.valueOf(options.neverLearned.toUpperCase(Locale.ROOT)),
                options.stages,
                options.chunks,
                options.scope.equals(Options.ALL) ? GradientScope.ALL : GradientScope.LAST_LAYER,
                options.window);
    }
}
