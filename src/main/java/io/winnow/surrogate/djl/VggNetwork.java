package io.winnow.surrogate.djl;

import io.winnow.surrogate.djl.Convolution.Geometry;
import java.util.ArrayList;
import java.util.List;

/**
 * VGG-16 with batch normalisation (Simonyan & Zisserman 2015) as it is used on small pictures: its thirteen 3×3 convolutions with
 * bias in five groups, each closed by max-pooling, then global average pooling and one linear layer.
 */
final class VggNetwork {

    /** Channels of the convolutions as multiples of the first one's; 0 is the max-pooling between. */
    private static final int[] PLAN = {1, 1, 0, 2, 2, 0, 4, 4, 4, 0, 8, 8, 8, 0, 8, 8, 8, 0};

    private VggNetwork() {}

    static NetworkBlock build(ParameterLayout layout, int in, int classes, int width) {
        List<NetworkBlock> blocks = new ArrayList<>();
        int channels = in;
        for (int multiple : PLAN) {
            if (multiple == 0) {
                blocks.add(Operation.halvingMaxPooling());
                continue;
            }
            int out = multiple * width;
            blocks.add(new Convolution(
                    layout,
                    "features." + blocks.size(),
                    Geometry.same(channels, out, 3, 1).withBias()));
            blocks.add(new BatchNormalisation(layout, "features." + blocks.size(), out));
            blocks.add(Operation.relu());
            channels = out;
        }
        blocks.add(Operation.globalAveragePooling());
        blocks.add(new LinearLayer(layout, "classifier", channels, classes));
        return new Chain(blocks);
    }
}
