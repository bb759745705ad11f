package io.winnow.surrogate.djl;

import io.winnow.surrogate.djl.Convolution.Geometry;
import java.util.ArrayList;
import java.util.List;

/**
 * The ResNet-9 that won CIFAR-10 in DAWNBench (Page 2018): four stages of a 3×3 convolution with batch normalisation, the last
 * three with max-pooling behind it, two of them with a residual of two more convolutions; global max-pooling and a linear layer.
 * The published network multiplies the logits by 1/8; here what the linear layer reads is, which is the same function, and the
 * linear layer has a bias as in all networks here.
 */
final class ResidualNetwork9 {

    private static final float SCALE = 0.125f;

    private final ParameterLayout layout;
    private final List<NetworkBlock> blocks = new ArrayList<>();

    private ResidualNetwork9(ParameterLayout layout) {
        this.layout = layout;
    }

    /** @param width channels of the first stage; each further one has twice as many */
    static NetworkBlock build(ParameterLayout layout, int in, int classes, int width) {
        ResidualNetwork9 network = new ResidualNetwork9(layout);
        network.convolution(network.blocks, "prep", in, width, false);
        network.stage("layer1", width, 2 * width, true);
        network.stage("layer2", 2 * width, 4 * width, false);
        network.stage("layer3", 4 * width, 8 * width, true);
        network.blocks.add(Operation.globalMaxPooling());
        network.blocks.add(Operation.scaled(SCALE));
        network.blocks.add(new LinearLayer(layout, "fc", 8 * width, classes));
        return new Chain(network.blocks);
    }

    private void stage(String path, int in, int out, boolean residual) {
        convolution(blocks, path, in, out, true);
        if (residual) {
            List<NetworkBlock> branch = new ArrayList<>();
            convolution(branch, path + ".res.0", out, out, false);
            convolution(branch, path + ".res.1", out, out, false);
            blocks.add(new Sum(new Chain(branch), null));
        }
    }

    private void convolution(List<NetworkBlock> target, String path, int in, int out, boolean pooled) {
        target.add(new Convolution(layout, path + ".conv", Geometry.same(in, out, 3, 1)));
        target.add(new BatchNormalisation(layout, path + ".bn", out));
        target.add(Operation.relu());
        if (pooled) {
            target.add(Operation.halvingMaxPooling());
        }
    }
}
