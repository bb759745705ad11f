package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.Element;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;
import io.winnow.surrogate.Samples;
import java.nio.ByteOrder;

/**
 * Moves batches to the device as they are stored and makes them the network's input there. Bytes are multiplied and
 * added to, which is one pass less; features, which may be far from zero, are centred before they are scaled, so that no
 * digit is lost.
 */
final class InputNormalisation implements AutoCloseable {

    private final NDManager manager;
    private final SampleShape shape;
    private final Element element;
    private final NDArray scale;
    private final NDArray shift;

    InputNormalisation(NDManager parent, Samples samples) {
        this(parent, samples.shape(), samples.element(), samples.normalisation());
    }

    /** @param parent a manager on the device */
    InputNormalisation(NDManager parent, SampleShape shape, Element element, Normalisation normalisation) {
        this.manager = parent.newSubManager();
        this.shape = shape;
        this.element = element;
        boolean bytes = element == Element.UINT8;
        // One whole row, for the engine multiplies long rows faster than triples.
        float[] scales = new float[shape.width() * shape.channels()];
        float[] shifts = new float[scales.length];
        for (int i = 0; i < scales.length; i++) {
            int c = i % shape.channels();
            double std = normalisation.std()[c];
            scales[i] = (float) (1 / (bytes ? 255 * std : std));
            shifts[i] = bytes
                    ? (float) (-normalisation.mean()[c] / std)
                    : -normalisation.mean()[c];
        }
        this.scale = manager.create(scales);
        this.shift = manager.create(shifts);
    }

    /**
     * The input [B, C, H, W] of a batch, stored channels-last. The batch may be overwritten afterwards.
     *
     * @param scope takes the arrays
     */
    NDArray input(NDManager scope, Batch batch) {
        Shape rows = new Shape((long) batch.size() * shape.height(), (long) shape.width() * shape.channels());
        NDArray values;
        if (element == Element.UINT8) {
            NDArray bytes = scope.create(batch.values(), rows, DataType.UINT8);
            values = bytes.toType(DataType.FLOAT32, true);
            bytes.close();
            values.muli(scale).addi(shift);
        } else {
            // The sum is an array of its own, whoever owns the memory of the first.
            NDArray features = scope.create(batch.values().order(ByteOrder.LITTLE_ENDIAN), rows, DataType.FLOAT32);
            values = features.add(shift);
            features.close();
            values.muli(scale);
        }
        return values.reshape(batch.size(), shape.height(), shape.width(), shape.channels())
                .transpose(0, 3, 1, 2);
    }

    @Override
    public void close() {
        manager.close();
    }
}
