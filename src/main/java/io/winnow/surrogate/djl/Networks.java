package io.winnow.surrogate.djl;

import io.winnow.surrogate.SurrogateSpec;
import io.winnow.surrogate.djl.Convolution.Geometry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The architectures, by name. Parameters are named and ordered as PyTorch's {@code named_parameters()} would for the same
 * network written there; the residual networks match torchvision's.
 *
 * <table>
 * <caption>Paths of the layers</caption>
 * <tr><td>mlp</td><td>fc1 … fcN, relu between them</td></tr>
 * <tr><td>small-cnn</td><td>conv1, bn1, conv2, bn2, conv3, bn3, fc</td></tr>
 * <tr><td>plain-cnn</td><td>conv1 … convN, fc</td></tr>
 * <tr><td>resnet18, resnet50</td><td>conv1, bn1, layer1.0.conv1, layer1.0.bn1, …, layer2.0.downsample.0, …, fc</td></tr>
 * </table>
 */
final class Networks {

    private Networks() {}

    /** Builds the network of a spec, adding its parameters to the layout; options that are missing have their defaults. */
    static NetworkBlock build(SurrogateSpec spec, ParameterLayout layout) {
        Map<String, Object> options = spec.options();
        int channels = spec.input().channels();
        int width = integer(options, "width", 64);
        return switch (spec.architecture()) {
            case "mlp" -> mlp(layout, spec, integers(options, "hidden", List.of(256)));
            case "small-cnn" -> smallCnn(layout, channels, spec.classes());
            case "plain-cnn" ->
                plainCnn(layout, channels, spec.classes(), integers(options, "channels", List.of(64, 128, 256, 512)));
            case "resnet18" -> ResidualNetwork.basic(layout, channels, spec.classes(), width, List.of(2, 2, 2, 2));
            case "resnet50" ->
                ResidualNetwork.bottleneck(
                        layout,
                        channels,
                        spec.classes(),
                        width,
                        List.of(3, 4, 6, 3),
                        "imagenet".equals(options.getOrDefault("stem", "cifar")));
            default ->
                throw new IllegalArgumentException("there is no architecture '%s'".formatted(spec.architecture()));
        };
    }

    private static NetworkBlock mlp(ParameterLayout layout, SurrogateSpec spec, List<Integer> hidden) {
        List<NetworkBlock> blocks = new ArrayList<>();
        blocks.add(Operation.flatten());
        int in = spec.input().size();
        for (int i = 0; i < hidden.size(); i++) {
            blocks.add(new LinearLayer(layout, "fc" + (i + 1), in, hidden.get(i)));
            blocks.add(Operation.relu());
            in = hidden.get(i);
        }
        blocks.add(new LinearLayer(layout, "fc" + (hidden.size() + 1), in, spec.classes()));
        return new Chain(blocks);
    }

    private static NetworkBlock smallCnn(ParameterLayout layout, int in, int classes) {
        return new Chain(
                new Convolution(layout, "conv1", Geometry.same(in, 32, 3, 1)),
                new BatchNormalisation(layout, "bn1", 32),
                Operation.relu(),
                new Convolution(layout, "conv2", Geometry.same(32, 64, 3, 2)),
                new BatchNormalisation(layout, "bn2", 64),
                Operation.relu(),
                new Convolution(layout, "conv3", Geometry.same(64, 128, 3, 2)),
                new BatchNormalisation(layout, "bn3", 128),
                Operation.relu(),
                Operation.globalAveragePooling(),
                new LinearLayer(layout, "fc", 128, classes));
    }

    /** Convolutions with bias and without batch normalisation, all but the first with stride 2. */
    private static NetworkBlock plainCnn(ParameterLayout layout, int in, int classes, List<Integer> channels) {
        List<NetworkBlock> blocks = new ArrayList<>();
        for (int i = 0; i < channels.size(); i++) {
            Geometry geometry =
                    Geometry.same(in, channels.get(i), 3, i == 0 ? 1 : 2).withBias();
            blocks.add(new Convolution(layout, "conv" + (i + 1), geometry));
            blocks.add(Operation.relu());
            in = channels.get(i);
        }
        blocks.add(Operation.globalAveragePooling());
        blocks.add(new LinearLayer(layout, "fc", in, classes));
        return new Chain(blocks);
    }

    private static int integer(Map<String, Object> options, String name, int otherwise) {
        return options.get(name) instanceof Number number ? number.intValue() : otherwise;
    }

    private static List<Integer> integers(Map<String, Object> options, String name, List<Integer> otherwise) {
        return options.get(name) instanceof List<?> list
                ? list.stream().map(n -> ((Number) n).intValue()).toList()
                : otherwise;
    }
}
