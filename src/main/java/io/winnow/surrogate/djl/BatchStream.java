package io.winnow.surrogate.djl;

import io.winnow.surrogate.Element;
import io.winnow.surrogate.Samples;
import io.winnow.surrogate.SamplesUnreadableException;
import io.winnow.surrogate.TrainingStoppedException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one pass over samples, put together on a thread of its own while the device works on those before. What is
 * in a batch depends on the order asked for alone, never on timing.
 */
final class BatchStream implements AutoCloseable {

    private static final int BATCHES_AHEAD = 2;

    private final Samples samples;
    private final IntUnaryOperator order;
    private final int count;
    private final int batchSize;
    private final PictureLayout pictures;
    private final BlockingQueue<Batch> free = new ArrayBlockingQueue<>(BATCHES_AHEAD + 2);
    private final BlockingQueue<Filled> filled = new ArrayBlockingQueue<>(BATCHES_AHEAD + 2);
    private final List<Batch> owned = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;
    private int taken;
    private @Nullable Batch lent;

    private record Filled(@Nullable Batch batch, @Nullable Throwable failure) {}

    /**
     * @param order the position of the i-th sample of the pass
     * @param count samples in the pass
     */
    BatchStream(Samples samples, IntUnaryOperator order, int count, int batchSize, PictureLayout pictures) {
        this.samples = samples;
        this.order = order;
        this.count = count;
        this.batchSize = batchSize;
        this.pictures = pictures;
        for (int i = 0; i <= Math.min(BATCHES_AHEAD, (count - 1) / batchSize); i++) {
            Batch batch = BatchPool.take(Math.min(batchSize, count), samples.sampleBytes());
            owned.add(batch);
            free.add(batch);
        }
        this.thread = new Thread(this::fill, "batches");
        thread.setDaemon(true);
        thread.start();
    }

    /** The samples at positions {@code from} … {@code to}−1 in order, as they are. */
    static BatchStream of(Samples samples, int from, int to, int batchSize) {
        return new BatchStream(samples, i -> from + i, to - from, batchSize, PictureLayout.plain(samples.shape()));
    }

    /** The next batch, valid until the next call; null after the last. */
    @Nullable
    Batch next() {
        if (lent != null) {
            free.add(lent);
            lent = null;
        }
        if (taken >= count) {
            return null;
        }
        Filled next = take(filled);
        if (next.batch() == null) {
            throw new SamplesUnreadableException("a batch of samples could not be read", next.failure());
        }
        lent = next.batch();
        taken += lent.size();
        return lent;
    }

    private void fill() {
        byte[] stored = new byte[samples.sampleBytes()];
        // A vector of features has but one layout, and nothing is done to it.
        boolean features = samples.element() == Element.FLOAT32;
        byte[] laidOut = features ? stored : new byte[stored.length];
        try {
            for (int done = 0; done < count && !closed; ) {
                Batch batch = take(free);
                batch.clear();
                for (int end = Math.min(count, done + batchSize); done < end && !closed; done++) {
                    int position = order.applyAsInt(done);
                    samples.copyTo(position, ByteBuffer.wrap(stored));
                    if (!features) {
                        pictures.lay(position, stored, laidOut);
                    }
                    batch.add(position, samples.label(position), samples.weight(position), laidOut);
                }
                batch.flip();
                filled.add(new Filled(batch, null));
            }
        } catch (RuntimeException | Error e) {
            tell(e);
        }
    }

    /** Java may tell once more of a map that cannot be read, at any time: also here. */
    private void tell(Throwable failure) {
        try {
            filled.add(new Filled(null, failure));
        } catch (InternalError again) {
            filled.offer(new Filled(null, failure));
        }
    }

    private static <T> T take(BlockingQueue<T> queue) {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            // The exception says it: an interrupted thread could not keep where the work stands.
            throw new TrainingStoppedException();
        }
    }

    @Override
    public void close() {
        closed = true;
        free.offer(new Batch(0, 0));
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        owned.forEach(BatchPool::give);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
