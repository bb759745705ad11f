package io.winnow.dataset;

import io.winnow.dataset.IngestLock.Held;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;

/** Writes the fraction done to the database, at most once a second; stops the ingest of a dataset that is deleted, or another's. */
final class IngestProgress implements SplitIngest.Progress {

    private final DatasetRepository repository;
    private final IngestMetrics metrics;
    private final UUID id;
    private final long total;
    private final Held held;
    private long base;
    private long nextWrite = System.nanoTime();

    /** @param total samples of all splits */
    IngestProgress(DatasetRepository repository, IngestMetrics metrics, UUID id, long total, Held held) {
        this.repository = repository;
        this.metrics = metrics;
        this.id = id;
        this.total = Math.max(1, total);
        this.held = held;
    }

    /** @param samples of the splits that are done */
    void goOnAfter(long samples) {
        base = samples;
    }

    @Override
    public void held() {
        held.check();
    }

    @Override
    public void through(int samples) {
        metrics.through(samples);
    }

    @Override
    public void at(int done) throws IOException {
        if (System.nanoTime() - nextWrite < 0) {
            return;
        }
        nextWrite = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        held.check();
        if (repository.updateProgress(id, Math.min(1, (base + done) / (double) total)) == 0) {
            throw new BadDataException("deleted while it was ingested");
        }
    }
}
