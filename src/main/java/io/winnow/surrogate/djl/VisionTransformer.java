package io.winnow.surrogate.djl;

import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.djl.Convolution.Geometry;
import java.util.ArrayList;
import java.util.List;

/**
 * A vision transformer (Dosovitskiy et al. 2021) with normalisation before each branch: patches by a convolution, learned
 * positions, blocks of self-attention and of two linear layers with GELU between them (four times as wide inside), no dropout,
 * then the class token's vector or the mean over the tokens, normalised, through a linear layer.
 *
 * @param patch side of a patch
 * @param width D, numbers of a token
 * @param depth blocks
 * @param heads of each attention
 * @param withClassToken whether a class token gives the embedding; else the mean over the patches does
 */
record VisionTransformer(int patch, int width, int depth, int heads, boolean withClassToken) {

    private static final int INNER = 4;

    NetworkBlock build(ParameterLayout layout, SampleShape shape, int classes) {
        if (shape.height() % patch != 0 || shape.width() % patch != 0) {
            throw new IllegalArgumentException(
                    "patches of %1$d×%1$d don't fill %2$d×%3$d".formatted(patch, shape.height(), shape.width()));
        }
        int patches = shape.height() / patch * (shape.width() / patch);
        // Positions come before the patches in PyTorch's order of parameters.
        Positions positions = new Positions(layout, patches, width, withClassToken);
        Geometry geometry = new Geometry(shape.channels(), width, patch, patch, 0, 1, 1, true);
        List<NetworkBlock> blocks = new ArrayList<>();
        blocks.add(new Convolution(layout, "patch_embed.proj", geometry));
        blocks.add(Operation.tokens());
        blocks.add(positions);
        for (int i = 0; i < depth; i++) {
            String path = "blocks." + i;
            blocks.add(new Sum(
                    new Chain(
                            new LayerNormalisation(layout, path + ".norm1", width),
                            new Attention(layout, path + ".attn", width, heads)),
                    null));
            blocks.add(new Sum(
                    new Chain(
                            new LayerNormalisation(layout, path + ".norm2", width),
                            new LinearLayer(layout, path + ".mlp.fc1", width, INNER * width),
                            Operation.gelu(),
                            new LinearLayer(layout, path + ".mlp.fc2", INNER * width, width)),
                    null));
        }
        // Vectors are normalised one by one, so the class token's may be taken out before.
        LayerNormalisation norm = new LayerNormalisation(layout, "norm", width);
        blocks.addAll(withClassToken ? List.of(Operation.firstToken(), norm) : List.of(norm, Operation.meanOfTokens()));
        blocks.add(new LinearLayer(layout, "head", width, classes));
        return new Chain(blocks);
    }
}
