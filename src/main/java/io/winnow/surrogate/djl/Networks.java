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
 * <tr><td>resnet9</td><td>prep.conv, prep.bn, layer1.conv, layer1.bn, layer1.res.0.conv, …, fc</td></tr>
 * <tr><td>wide-resnet-28-10</td><td>conv1, block1.layer.0.bn1, block1.layer.0.conv1, …, bn1, fc</td></tr>
 * <tr><td>vgg16-bn</td><td>features.0 … features.41, classifier</td></tr>
 * <tr><td>mobilenet-v2</td><td>features.0.0, features.0.1, features.1.conv.0.0, …, classifier.1</td></tr>
 * <tr><td>vit-tiny</td><td>cls_token and pos_embed, patch_embed.proj, blocks.0.norm1, blocks.0.attn.qkv, …, norm, head</td></tr>
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
                        layout, channels, spec.classes(), width, List.of(3, 4, 6, 3), imagenetStem(options));
            case "resnet9" -> ResidualNetwork9.build(layout, channels, spec.classes(), width);
            case "wide-resnet-28-10" ->
                WideResidualNetwork.build(
                        layout, channels, spec.classes(), integer(options, "depth", 28), integer(options, "width", 10));
            case "vgg16-bn" -> VggNetwork.build(layout, channels, spec.classes(), width);
            case "mobilenet-v2" ->
                MobileNetwork.build(
                        layout, channels, spec.classes(), number(options, "width", 1), imagenetStem(options));
            case "vit-tiny" ->
                new VisionTransformer(
                                integer(options, "patch", 4),
                                integer(options, "dim", 192),
                                integer(options, "depth", 12),
                                integer(options, "heads", 3),
                                !"mean".equals(options.getOrDefault("pooling", "token")))
                        .build(layout, spec.input(), spec.classes());
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

    private static boolean imagenetStem(Map<String, Object> options) {
        return "imagenet".equals(options.getOrDefault("stem", "cifar"));
    }

    private static double number(Map<String, Object> options, String name, double otherwise) {
        return options.get(name) instanceof Number number ? number.doubleValue() : otherwise;
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
