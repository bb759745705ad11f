package io.winnow.surrogate.djl;

import io.winnow.surrogate.djl.Convolution.Geometry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Residual networks (He et al. 2016): a stem, four stages of blocks that double the channels and, but for the first, halve
 * the sides, global average pooling and a linear layer. Where a block changes the shape its shortcut is a 1×1 convolution
 * with batch normalisation. The stride of a bottleneck sits on its 3×3 convolution.
 */
final class ResidualNetwork {

    private final ParameterLayout layout;
    private final List<NetworkBlock> blocks = new ArrayList<>();
    private int channels;

    private ResidualNetwork(ParameterLayout layout) {
        this.layout = layout;
    }

    /** Two 3×3 convolutions a block, CIFAR stem. */
    static NetworkBlock basic(ParameterLayout layout, int in, int classes, int width, List<Integer> depths) {
        ResidualNetwork network = new ResidualNetwork(layout);
        network.stem(in, width, false);
        for (int stage = 0; stage < depths.size(); stage++) {
            for (int b = 0; b < depths.get(stage); b++) {
                network.basicBlock(path(stage, b), width << stage, stage > 0 && b == 0 ? 2 : 1);
            }
        }
        return network.head(classes);
    }

    /**
     * 1×1, 3×3 and 1×1 convolutions a block, the last with four times the channels.
     *
     * @param imagenetStem 7×7 at stride 2 and max-pooling; else 3×3 at stride 1
     */
    static NetworkBlock bottleneck(
            ParameterLayout layout, int in, int classes, int width, List<Integer> depths, boolean imagenetStem) {
        ResidualNetwork network = new ResidualNetwork(layout);
        network.stem(in, width, imagenetStem);
        for (int stage = 0; stage < depths.size(); stage++) {
            for (int b = 0; b < depths.get(stage); b++) {
                network.bottleneckBlock(path(stage, b), width << stage, stage > 0 && b == 0 ? 2 : 1);
            }
        }
        return network.head(classes);
    }

    private static String path(int stage, int block) {
        return "layer%d.%d".formatted(stage + 1, block);
    }

    private void stem(int in, int width, boolean imagenet) {
        Geometry geometry = imagenet ? Geometry.same(in, width, 7, 2) : Geometry.same(in, width, 3, 1);
        blocks.add(new Convolution(layout, "conv1", geometry));
        blocks.add(new BatchNormalisation(layout, "bn1", width));
        blocks.add(Operation.relu());
        if (imagenet) {
            blocks.add(Operation.maxPooling());
        }
        channels = width;
    }

    private void basicBlock(String path, int planes, int stride) {
        NetworkBlock branch = new Chain(
                new Convolution(layout, path + ".conv1", Geometry.same(channels, planes, 3, stride)),
                new BatchNormalisation(layout, path + ".bn1", planes),
                Operation.relu(),
                new Convolution(layout, path + ".conv2", Geometry.same(planes, planes, 3, 1)),
                new BatchNormalisation(layout, path + ".bn2", planes));
        add(branch, shortcut(path, planes, stride));
        channels = planes;
    }

    private void bottleneckBlock(String path, int planes, int stride) {
        NetworkBlock branch = new Chain(
                new Convolution(layout, path + ".conv1", Geometry.same(channels, planes, 1, 1)),
                new BatchNormalisation(layout, path + ".bn1", planes),
                Operation.relu(),
                new Convolution(layout, path + ".conv2", Geometry.same(planes, planes, 3, stride)),
                new BatchNormalisation(layout, path + ".bn2", planes),
                Operation.relu(),
                new Convolution(layout, path + ".conv3", Geometry.same(planes, 4 * planes, 1, 1)),
                new BatchNormalisation(layout, path + ".bn3", 4 * planes));
        add(branch, shortcut(path, 4 * planes, stride));
        channels = 4 * planes;
    }

    private void add(NetworkBlock branch, @Nullable NetworkBlock shortcut) {
        blocks.add(new Sum(branch, shortcut));
        blocks.add(Operation.relu());
    }

    private @Nullable NetworkBlock shortcut(String path, int out, int stride) {
        if (stride == 1 && channels == out) {
            return null;
        }
        return new Chain(
                new Convolution(layout, path + ".downsample.0", Geometry.same(channels, out, 1, stride)),
                new BatchNormalisation(layout, path + ".downsample.1", out));
    }

    private NetworkBlock head(int classes) {
        blocks.add(Operation.globalAveragePooling());
        blocks.add(new LinearLayer(layout, "fc", channels, classes));
        return new Chain(blocks);
    }
}
