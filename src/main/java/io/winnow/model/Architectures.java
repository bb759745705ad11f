package io.winnow.model;

import io.winnow.model.ArchitectureOption.Choice;
import io.winnow.model.ArchitectureOption.RealNumber;
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
                                    List.of("cifar", "imagenet")))),
            new Architecture(
                    "resnet9",
                    "The ResNet-9 of DAWNBench: few layers, two residuals and max-pooling; learns small pictures fast.",
                    List.of(WIDTH)),
            new Architecture(
                    "wide-resnet-28-10",
                    "A wide residual network for small pictures that normalises before it convolves; 28 layers, 10 times as wide, "
                            + "unless the options say otherwise.",
                    List.of(
                            new WholeNumber("depth", "Layers: 4 more than a multiple of 6.", 28, 10, 40, 6),
                            new WholeNumber(
                                    "width", "Factor on the 16, 32 and 64 channels of the stages.", 10, 1, 20))),
            new Architecture(
                    "vgg16-bn",
                    "VGG-16 with batch normalisation: thirteen 3×3 convolutions and max-pooling, global average pooling and one "
                            + "linear layer; takes any size.",
                    List.of(new WholeNumber(
                            "width", "Channels of the first convolution; the last have 8 times as many.", 64, 8, 128))),
            new Architecture(
                    "mobilenet-v2",
                    "MobileNetV2: inverted residuals with convolutions on each channel alone.",
                    List.of(
                            new RealNumber(
                                    "width", "Factor on all channels, which are rounded to multiples of 8.", 1, 0.1, 2),
                            new Choice(
                                    "stem",
                                    "cifar: the first two strides are 1, for small pictures; imagenet: they are 2, as published.",
                                    "cifar",
                                    List.of("cifar", "imagenet")))),
            new Architecture(
                    "vit-tiny",
                    "A vision transformer with learned positions, normalisation before each branch, GELU and no dropout; its patches "
                            + "must fill the picture.",
                    List.of(
                            new WholeNumber("patch", "Side of the patches; divides height and width.", 4, 1, 32),
                            new WholeNumber("dim", "Numbers of a token.", 192, 8, 1024),
                            new WholeNumber("depth", "Blocks of attention and linear layers.", 12, 1, 24),
                            new WholeNumber("heads", "Heads of each attention; divides dim.", 3, 1, 16),
                            new Choice(
                                    "pooling",
                                    "token: a class token gives the embedding; mean: the mean over the patches does.",
                                    "token",
                                    List.of("token", "mean")))));

    private Architectures() {}

    public static List<Architecture> all() {
        return ALL;
    }

    /** Whether an architecture may make something of vectors of features: no network of the catalogue but one does. */
    public static boolean takesFeatures(String architecture) {
        return architecture.equals("mlp") || find(architecture).isEmpty();
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
