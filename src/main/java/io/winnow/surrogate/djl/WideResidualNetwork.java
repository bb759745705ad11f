package io.winnow.surrogate.djl;

import io.winnow.surrogate.djl.Convolution.Geometry;
import java.util.ArrayList;
import java.util.List;

/**
 * Wide residual networks for small pictures (Zagoruyko & Komodakis 2016): a 3×3 convolution to 16 channels, three stages of
 * (depth − 4) / 6 blocks with 16, 32 and 64 times {@code width} channels, batch normalisation, ReLU, global average pooling and a
 * linear layer. A block normalises before it convolves; where it changes the channels, its 1×1 shortcut reads what its first
 * convolution reads. No dropout.
 */
final class WideResidualNetwork {

    private static final int STEM = 16;
    private static final int STAGES = 3;
    private static final int FIXED_LAYERS = 4;
    private static final int LAYERS_PER_BLOCK_OF_EACH_STAGE = 6;

    private final ParameterLayout layout;
    private final List<NetworkBlock> blocks = new ArrayList<>();
    private int channels = STEM;

    private WideResidualNetwork(ParameterLayout layout) {
        this.layout = layout;
    }

    /** @param depth 4 more than a multiple of 6 */
    static NetworkBlock build(ParameterLayout layout, int in, int classes, int depth, int width) {
        if (depth <= FIXED_LAYERS || (depth - FIXED_LAYERS) % LAYERS_PER_BLOCK_OF_EACH_STAGE != 0) {
            throw new IllegalArgumentException("the depth must be 4 more than a multiple of 6, not " + depth);
        }
        WideResidualNetwork network = new WideResidualNetwork(layout);
        network.blocks.add(new Convolution(layout, "conv1", Geometry.same(in, STEM, 3, 1)));
        for (int stage = 0; stage < STAGES; stage++) {
            for (int b = 0; b < (depth - FIXED_LAYERS) / LAYERS_PER_BLOCK_OF_EACH_STAGE; b++) {
                network.block(
                        "block%d.layer.%d".formatted(stage + 1, b),
                        (STEM * width) << stage,
                        stage > 0 && b == 0 ? 2 : 1);
            }
        }
        network.blocks.add(new BatchNormalisation(layout, "bn1", network.channels));
        network.blocks.add(Operation.relu());
        network.blocks.add(Operation.globalAveragePooling());
        network.blocks.add(new LinearLayer(layout, "fc", network.channels, classes));
        return new Chain(network.blocks);
    }

    private void block(String path, int out, int stride) {
        NetworkBlock normalised = new BatchNormalisation(layout, path + ".bn1", channels);
        List<NetworkBlock> convolutions = List.of(
                new Convolution(layout, path + ".conv1", Geometry.same(channels, out, 3, stride)),
                new BatchNormalisation(layout, path + ".bn2", out),
                Operation.relu(),
                new Convolution(layout, path + ".conv2", Geometry.same(out, out, 3, 1)));
        if (channels == out) {
            blocks.add(new Sum(new Chain(normalised, Operation.relu(), new Chain(convolutions)), null));
        } else {
            blocks.add(normalised);
            blocks.add(Operation.relu());
            blocks.add(new Sum(
                    new Chain(convolutions),
                    new Convolution(layout, path + ".convShortcut", Geometry.same(channels, out, 1, stride))));
        }
        channels = out;
    }
}
