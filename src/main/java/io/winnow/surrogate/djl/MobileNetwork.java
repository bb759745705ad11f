package io.winnow.surrogate.djl;

import io.winnow.surrogate.djl.Convolution.Geometry;
import java.util.ArrayList;
import java.util.List;

/**
 * MobileNetV2 (Sandler et al. 2018): inverted residuals, each a 1×1 convolution that widens, a 3×3 one on each channel alone and
 * a 1×1 one that narrows, with batch normalisation, ReLU6 behind the first two and the sum where the shape stays. Channels are
 * multiplied and rounded to a multiple of 8 as in torchvision, whose names the parameters have.
 */
final class MobileNetwork {

    /**
     * Blocks of a stage.
     *
     * @param widening factor of the block's first convolution; at 1 there is none
     * @param channels written, before the multiplier
     * @param stride of the first block
     */
    private record Stage(int widening, int channels, int blocks, int stride) {}

    private static final int STEM = 32;
    private static final int HEAD = 1280;
    private static final int MULTIPLE = 8;
    private static final int SECOND_STAGE = 1;
    private static final List<Stage> STAGES = List.of(
            new Stage(1, 16, 1, 1),
            new Stage(6, 24, 2, 2),
            new Stage(6, 32, 3, 2),
            new Stage(6, 64, 4, 2),
            new Stage(6, 96, 3, 1),
            new Stage(6, 160, 3, 2),
            new Stage(6, 320, 1, 1));

    private final ParameterLayout layout;
    private final List<NetworkBlock> blocks = new ArrayList<>();
    private int channels;

    private MobileNetwork(ParameterLayout layout) {
        this.layout = layout;
    }

    /**
     * @param width multiplier of all channels; the last convolution's never become fewer
     * @param imagenet strides as published; else the stem and the second stage have stride 1, for small pictures
     */
    static NetworkBlock build(ParameterLayout layout, int in, int classes, double width, boolean imagenet) {
        MobileNetwork network = new MobileNetwork(layout);
        network.channels = channels(STEM * width);
        network.activated(network.blocks, "features.0", Geometry.same(in, network.channels, 3, imagenet ? 2 : 1));
        int index = 1;
        for (int s = 0; s < STAGES.size(); s++) {
            Stage stage = STAGES.get(s);
            int stride = s == SECOND_STAGE && !imagenet ? 1 : stage.stride();
            for (int b = 0; b < stage.blocks(); b++) {
                network.block(
                        "features.%d.conv".formatted(index++),
                        stage.widening(),
                        channels(stage.channels() * width),
                        b == 0 ? stride : 1);
            }
        }
        int last = channels(HEAD * Math.max(1, width));
        network.activated(network.blocks, "features." + index, Geometry.same(network.channels, last, 1, 1));
        network.blocks.add(Operation.globalAveragePooling());
        network.blocks.add(new LinearLayer(layout, "classifier.1", last, classes));
        return new Chain(network.blocks);
    }

    /** The nearest multiple of 8, at least 8, and no less than nine tenths of the wish. */
    private static int channels(double wish) {
        int rounded = Math.max(MULTIPLE, (int) (wish + MULTIPLE / 2.0) / MULTIPLE * MULTIPLE);
        return rounded < 0.9 * wish ? rounded + MULTIPLE : rounded;
    }

    private void block(String path, int widening, int out, int stride) {
        int inner = channels * widening;
        List<NetworkBlock> branch = new ArrayList<>();
        int part = 0;
        if (widening != 1) {
            activated(branch, path + "." + part++, Geometry.same(channels, inner, 1, 1));
        }
        activated(branch, path + "." + part++, new Geometry(inner, inner, 3, stride, 1, 1, inner, false));
        branch.add(new Convolution(layout, path + "." + part++, Geometry.same(inner, out, 1, 1)));
        branch.add(new BatchNormalisation(layout, path + "." + part, out));
        if (stride == 1 && channels == out) {
            blocks.add(new Sum(new Chain(branch), null));
        } else {
            blocks.addAll(branch);
        }
        channels = out;
    }

    private void activated(List<NetworkBlock> target, String path, Geometry geometry) {
        target.add(new Convolution(layout, path + ".0", geometry));
        target.add(new BatchNormalisation(layout, path + ".1", geometry.out()));
        target.add(Operation.relu6());
    }
}
