package io.winnow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.InvalidRequestException.Violation;
import io.winnow.scoring.MethodOptions;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.GradientScope;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.TrainingSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobRequestReaderTests {

    private static final SampleShape COLOUR = new SampleShape(3, 32, 32);

    @Test
    void fillsInTheDocumentedDefaults() {
        JobRequest request = read("{}");
        assertThat(request.methods()).containsExactly("el2n");
        assertThat(request.runs()).isEqualTo(10);
        assertThat(request.epochs()).isEqualTo(10);
        assertThat(request.scoreAt()).containsExactly(10);
        assertThat(request.seed()).isEqualTo(42);
        assertThat(request.device()).isEqualTo("auto");
        assertThat(request.priority()).isZero();
        assertThat(request.labelNoise()).isNull();
        assertThat(request.methodOptions()).isEqualTo(MethodOptions.DEFAULTS);
        assertThat(request.trainingSpec(COLOUR))
                .isEqualTo(new TrainingSpec(
                        10, 128, 0.1, 0.9, true, 0.0005, new LearningRateSchedule.Cosine(), Augmentation.CROP_FLIP));
    }

    @Test
    void augmentsColourPicturesUnlessToldOtherwise() {
        assertThat(augmentation("auto", COLOUR)).isEqualTo(Augmentation.CROP_FLIP);
        assertThat(augmentation("auto", new SampleShape(1, 28, 28))).isEqualTo(Augmentation.NONE);
        assertThat(augmentation("auto", new SampleShape(3, 1, 1))).isEqualTo(Augmentation.NONE);
        assertThat(augmentation("none", COLOUR)).isEqualTo(Augmentation.NONE);
        assertThat(augmentation("crop-flip", new SampleShape(1, 28, 28))).isEqualTo(Augmentation.CROP_FLIP);
    }

    private static Augmentation augmentation(String asked, SampleShape samples) {
        return read("{\"training\": {\"augmentation\": \"%s\"}}".formatted(asked))
                .trainingSpec(samples)
                .augmentation();
    }

    @Test
    void readsEveryField() {
        JobRequest request = read("""
                {"methods": ["grand", "moso"], "runs": 3, "epochs": 20, "scoreAt": [20, 0, 10], "seed": -7,
                 "training": {"optimizer": "sgd", "batchSize": 32, "learningRate": 0.5, "momentum": 0, "weightDecay": 0,
                              "schedule": {"type": "step", "milestones": [10, 15], "gamma": 0.2, "warmupEpochs": 1.5},
                              "augmentation": "none"},
                 "options": {"neverLearned": "zero", "stages": 5, "chunks": 2, "scope": "last-layer", "window": 4},
                 "labelNoise": {"fraction": 0.1, "seed": 7}, "device": "cuda:1", "priority": 5}
                """);
        assertThat(request.methods()).containsExactly("grand", "moso");
        assertThat(request.scoreAt()).containsExactly(0, 10, 20);
        assertThat(request.seed()).isEqualTo(-7);
        assertThat(request.training().nesterov())
                .as("pointless without momentum")
                .isFalse();
        assertThat(request.methodOptions())
                .isEqualTo(new MethodOptions(MethodOptions.NeverLearned.ZERO, 5, 2, GradientScope.LAST_LAYER, 4));
        assertThat(request.labelNoise()).isEqualTo(JobRequest.LabelNoise.symmetric(0.1, 7));
        LearningRateSchedule schedule = request.trainingSpec(COLOUR).schedule();
        assertThat(schedule.factor(0, 10, 200)).isCloseTo(1 / 15.0, within(1e-12));
        assertThat(schedule.factor(99, 10, 200)).isEqualTo(1);
        assertThat(schedule.factor(100, 10, 200)).isCloseTo(0.2, within(1e-12));
        assertThat(schedule.factor(150, 10, 200)).isCloseTo(0.04, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"epochs": 0}                                                   | epochs
            {"epochs": 10001}                                               | epochs
            {"epochs": 2.5}                                                 | epochs
            {"epochs": "10"}                                                | epochs
            {"epochs": 99999999999999999999}                                | epochs
            {"runs": 0}                                                     | runs
            {"runs": 1001}                                                  | runs
            {"methods": []}                                                 | methods
            {"methods": "el2n"}                                             | methods
            {"methods": ["el2n", "el2n"]}                                   | methods[1]
            {"methods": [7]}                                                | methods[0]
            {"epochs": 5, "scoreAt": [6]}                                   | scoreAt[0]
            {"epochs": 5, "scoreAt": [1, -1]}                               | scoreAt[1]
            {"epochs": 5, "scoreAt": [1, 1]}                                | scoreAt[1]
            {"scoreAt": []}                                                 | scoreAt
            {"seed": 1.5}                                                   | seed
            {"seed": 9223372036854775808}                                   | seed
            {"training": {"learningRate": -0.1}}                            | training.learningRate
            {"training": {"learningRate": 0}}                               | training.learningRate
            {"training": {"learningRate": NaN}}                             | training.learningRate
            {"training": {"learningRate": "NaN"}}                           | training.learningRate
            {"training": {"learningRate": Infinity}}                        | training.learningRate
            {"training": {"learningRate": 1e400}}                           | training.learningRate
            {"training": {"momentum": 1}}                                   | training.momentum
            {"training": {"momentum": 0, "nesterov": true}}                 | training.nesterov
            {"training": {"nesterov": 1}}                                   | training.nesterov
            {"training": {"weightDecay": -1}}                               | training.weightDecay
            {"training": {"batchSize": 0}}                                  | training.batchSize
            {"training": {"optimizer": "adam"}}                             | training.optimizer
            {"training": {"augmentation": "mixup"}}                         | training.augmentation
            {"training": {"schedule": {"type": "poly"}}}                    | training.schedule.type
            {"training": {"schedule": {"type": "step"}}}                    | training.schedule.milestones
            {"training": {"schedule": {"type": "step", "milestones": [4, 2]}}} | training.schedule.milestones
            {"training": {"schedule": {"type": "cosine", "gamma": 0.1}}}    | training.schedule.gamma
            {"training": {"schedule": {"warmupEpochs": 11}}}                | training.schedule.warmupEpochs
            {"training": 3}                                                 | training
            {"training": {"learningrate": 0.1}}                             | training.learningrate
            {"options": {"neverLearned": "min"}}                            | options.neverLearned
            {"options": {"window": 1}}                                      | options.window
            {"options": {"scope": "first"}}                                 | options.scope
            {"options": {"stages": 0}}                                      | options.stages
            {"labelNoise": {}}                                              | labelNoise.fraction
            {"labelNoise": {"fraction": 1}}                                 | labelNoise.fraction
            {"labelNoise": {"fraction": 0.1, "rate": 1}}                    | labelNoise.rate
            {"device": "gpu"}                                               | device
            {"priority": 1001}                                              | priority
            {"epoch": 10}                                                   | epoch
            """)
    void namesTheFieldThatIsWrong(String body, String field) {
        assertThat(violations(body)).extracting(Violation::field).containsExactly("dataset", "model", field);
    }

    @Test
    void namesAllWrongFieldsAtOnce() {
        assertThat(violations("""
                        {"dataset": "d", "model": 1, "epochs": 0, "training": {"learningRate": -1, "colour": 1}, "x": 1}
                        """))
                .extracting(Violation::field)
                .containsExactly("model", "epochs", "training.learningRate", "training.colour", "x");
    }

    @Test
    void missesDatasetAndModelInAnEmptyBody() {
        InvalidRequestException.Collector collector = new InvalidRequestException.Collector();
        JobRequestReader.read(null, collector);
        assertThat(thrownBy(collector)).extracting(Violation::field).containsExactly("dataset", "model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"epochs\": 1, \"epochs\": 2}", "{} {}", "dataset=x"})
    void refusesWhatIsNoJson(String body) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> read(body))
                .satisfies(e ->
                        assertThat(e.violations()).extracting(Violation::field).containsExactly("body"));
    }

    private static JobRequest read(String body) {
        return JobRequestReader.read(body.getBytes(StandardCharsets.UTF_8), new InvalidRequestException.Collector());
    }

    private static List<Violation> violations(String body) {
        InvalidRequestException.Collector collector = new InvalidRequestException.Collector();
        JobRequestReader.read(body.getBytes(StandardCharsets.UTF_8), collector);
        return thrownBy(collector);
    }

    private static List<Violation> thrownBy(InvalidRequestException.Collector collector) {
        try {
            collector.throwIfAny();
            return List.of();
        } catch (InvalidRequestException e) {
            return e.violations();
        }
    }
}
