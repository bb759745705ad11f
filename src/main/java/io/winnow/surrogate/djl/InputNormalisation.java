package io.winnow.surrogate.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.winnow.surrogate.Normalisation;
import io.winnow.surrogate.SampleShape;

/**
 * Moves batches to the device as bytes and makes them the network's input there: (byte / 255 − mean) / std as one
 * multiplication and one addition by channel, in place.
 */
final class InputNormalisation implements AutoCloseable {

    private final NDManager manager;
    private final SampleShape shape;
    private final NDArray scale;
    private final NDArray shift;

    /** @param parent a manager on the device */
    InputNormalisation(NDManager parent, SampleShape shape, Normalisation normalisation) {
        this.manager = parent.newSubManager();
        this.shape = shape;
        // One whole row, for the engine multiplies long rows faster than triples.
        float[] scales = new float[shape.width() * shape.channels()];
        float[] shifts = new float[scales.length];
        for (int i = 0; i < scales.length; i++) {
            int c = i % shape.channels();
            double std = normalisation.std()[c];
            scales[i] = (float) (1 / (255 * std));
            shifts[i] = (float) (-normalisation.mean()[c] / std);
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
        NDArray bytes = scope.create(batch.pictures(), rows, DataType.UINT8);
        NDArray values = bytes.toType(DataType.FLOAT32, true);
        bytes.close();
        values.muli(scale).addi(shift);
        return values.reshape(batch.size(), shape.height(), shape.width(), shape.channels())
                .transpose(0, 3, 1, 2);
    }

    @Override
    public void close() {
        manager.close();
    }
}
