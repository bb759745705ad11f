package io.winnow.surrogate.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.winnow.surrogate.Augmentation;
import io.winnow.surrogate.LearningRateSchedule;
import io.winnow.surrogate.TrainingBatch;
import io.winnow.surrogate.TrainingListener;
import io.winnow.surrogate.TrainingPosition;
import io.winnow.surrogate.TrainingSpec;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The networks and their training against PyTorch's numbers (tools/golden/networks.py). */
class PyTorchAgreementTests {

    private static Network small(String name) {
        Network network = new Network(Golden.smallSpec(name), Device.cpu(), 0);
        network.parameterValues(Golden.weights(network.layout()));
        network.bufferValues(Golden.buffers(network.layout()));
        return network;
    }

    @ParameterizedTest
    @MethodSource("io.winnow.surrogate.djl.Golden#names")
    void hasAsManyParametersAsItsCounterpart(String name) {
        ParameterLayout layout = new ParameterLayout();
        Networks.build(Golden.fullSpec(name), layout);
        assertThat(layout.parameterCount()).isEqualTo(Integer.parseInt(Golden.text(name + ".count")));
    }

    @ParameterizedTest
    @MethodSource("io.winnow.surrogate.djl.Golden#names")
    void namesAndOrdersItsParametersAlike(String name) {
        try (Network network = small(name)) {
            assertThat(network.layout().parameters().stream()
                            .map(slot -> slot.info().name())
                            .collect(Collectors.joining(",")))
                    .isEqualTo(Golden.text(name + ".names"));
        }
    }

    @ParameterizedTest
    @MethodSource("io.winnow.surrogate.djl.Golden#names")
    void givesTheSameLogitsForTheSameWeights(String name) {
        try (Network network = small(name);
                NDManager manager = network.manager().newSubManager()) {
            float[] logits =
                    NativeEngine.exclusively(() -> network.apply(network.weights(), Golden.input(manager), false, null)
                            .toFloatArray());

            assertClose(logits, Golden.numbers(name + ".logits"), 1e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({"mlp, heavy-ball, 0", "mlp, nesterov, 5e-4", "small-cnn, nesterov, 5e-4", "plain-cnn, heavy-ball, 1e-3"
    })
    void takesTheSameStepsOfGradientDescent(String name, String momentum, double weightDecay) {
        try (Network network = small(name)) {
            TrainingSpec spec = new TrainingSpec(
                    5,
                    4,
                    0.05,
                    0.9,
                    momentum.equals("nesterov"),
                    weightDecay,
                    new LearningRateSchedule.Constant(),
                    Augmentation.NONE);
            float[] losses = new float[5];
            TrainingListener listener = new TrainingListener() {
                @Override
                public void afterBatch(TrainingBatch batch) {
                    losses[(int) batch.step()] = (float) batch.loss();
                }
            };

            NativeEngine.exclusively(() -> {
                NDArray velocity = network.parameters().zerosLike();
                try (Learner learner = new NetworkLearner(network, velocity, Golden.samples(), spec)) {
                    new Training(learner, Golden.samples(), spec, 0, listener).run(TrainingPosition.START);
                }
            });

            String key = name + ".sgd." + momentum;
            assertClose(losses, Golden.numbers(key + ".losses"), 1e-4);
            assertClose(Golden.every(97, network.parameterValues()), Golden.numbers(key + ".weights"), 1e-4);
            if (network.layout().bufferCount() > 0) {
                assertClose(Golden.every(7, network.bufferValues()), Golden.numbers(key + ".buffers"), 1e-4);
            }
        }
    }

    @Test
    void theStepsOfTheTwoKindsOfMomentumDiffer() {
        assertThat(Golden.numbers("mlp.sgd.nesterov.losses")).isNotEqualTo(Golden.numbers("mlp.sgd.heavy-ball.losses"));
    }

    /** Within a share of the largest value: what is nearly zero beside it is rounding. */
    private static void assertClose(float[] actual, float[] expected, double relative) {
        float largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(actual).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i]).as("value %d", i).isCloseTo(expected[i], within(relative * largest));
        }
    }
}
