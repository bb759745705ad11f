package io.winnow.model;

import io.winnow.model.ArchitectureOption.Choice;
import io.winnow.model.ArchitectureOption.WholeNumber;
import io.winnow.model.ArchitectureOption.WholeNumbers;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The catalogue of built-in networks. What builds them is the surrogate engine, under the same names. */
public final class Architectures {

    private static final ArchitectureOption WIDTH =
            new WholeNumber("width", "Channels of the first stage; each further stage has twice as many.", 64, 8, 256);

    private static final List<Architecture> ALL = List.of(
            new Architecture(
                    "mlp",
                    "Fully connected layers with ReLU, for features and small pictures.",
                    List.of(new WholeNumbers(
                            "hidden",
                            "Sizes of the hidden layers; none makes a linear classifier.",
                            List.of(256),
                            0,
                            8,
                            1,
                            8192))),
            new Architecture(
                    "small-cnn",
                    "Three 3×3 convolutions (32, 64, 128 channels) with batch normalisation, global average pooling and a "
                            + "linear layer: the fastest that still ranks samples well.",
                    List.of()),
            new Architecture(
                    "plain-cnn",
                    "3×3 convolutions without batch normalisation, all but the first at stride 2, global average pooling and "
                            + "a linear layer.",
                    List.of(new WholeNumbers(
                            "channels",
                            "Output channels of the convolutions.",
                            List.of(64, 128, 256, 512),
                            1,
                            8,
                            1,
                            1024))),
            new Architecture(
                    "resnet18", "ResNet-18 with the stem for small pictures (3×3, no max-pooling).", List.of(WIDTH)),
            new Architecture(
                    "resnet50",
                    "ResNet-50 of bottleneck blocks.",
                    List.of(
                            WIDTH,
                            new Choice(
                                    "stem",
                                    "cifar: 3×3 at stride 1, for small pictures; imagenet: 7×7 at stride 2 and max-pooling.",
                                    "cifar",
                                    List.of("cifar", "imagenet")))));

    private Architectures() {}

    public static List<Architecture> all() {
        return ALL;
    }

    static Optional<Architecture> find(String name) {
        return ALL.stream()
                .filter(architecture -> architecture.name().equals(name))
                .findFirst();
    }

    static String names() {
        return ALL.stream().map(Architecture::name).collect(Collectors.joining(", "));
    }
}
