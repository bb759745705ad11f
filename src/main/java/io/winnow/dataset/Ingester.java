package io.winnow.dataset;

import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.dataset.SplitIngest.BadSampleException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.surrogate.SampleShape;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Ingests registered datasets in the background, one at a time. What is INGESTING in the database is what is to be done: a
 * dataset whose process died is taken up by the same process after its restart, or by another one that looks.
 */
@Component
final class Ingester implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(Ingester.class);
    private static final String TEST_SPLIT = "in the test split: ";
    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);

    private final DatasetRepository repository;
    private final IngestOutcome outcome;
    private final IngestLock lock;
    private final DatasetFormats formats;
    private final StoreFolder stores;
    private final int threads = Runtime.getRuntime().availableProcessors();
    private final ThreadPoolTaskScheduler worker = new ThreadPoolTaskScheduler();
    private final ExecutorService decoders = Executors.newFixedThreadPool(threads, task -> {
        Thread thread = new Thread(task, "decode");
        thread.setDaemon(true);
        return thread;
    });

    Ingester(
            DatasetRepository repository,
            IngestOutcome outcome,
            IngestLock lock,
            DatasetFormats formats,
            StoreFolder stores) {
        this.repository = repository;
        this.outcome = outcome;
        this.lock = lock;
        this.formats = formats;
        this.stores = stores;
        worker.setThreadNamePrefix("ingest-");
        worker.setDaemon(true);
        worker.initialize();
    }

    @EventListener(ApplicationReadyEvent.class)
    void takeUpWhatWasLeft() {
        worker.scheduleWithFixedDelay(this::ingestAll, LOOK_EVERY);
    }

    /** Starts the ingest of a dataset that was just registered. */
    void start(UUID id) {
        worker.execute(() -> ingest(id));
    }

    private void ingestAll() {
        try {
            repository.findByState(Dataset.State.INGESTING).forEach(dataset -> ingest(dataset.id()));
        } catch (DataAccessException e) {
            log.warn("could not look for datasets to ingest, will look again in {}", LOOK_EVERY, e);
        }
    }

    private void ingest(UUID id) {
        try {
            lock.whileHeld(
                    id,
                    () -> repository
                            .findById(id)
                            .filter(dataset -> dataset.state() == Dataset.State.INGESTING)
                            .ifPresent(this::ingest));
        } catch (DataAccessException e) {
            log.warn("the ingest of dataset {} was broken off by the database and starts again later", id, e);
        }
    }

    private void ingest(Dataset dataset) {
        log.info("dataset {}: ingest starts", dataset.name());
        try {
            write(dataset);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.info("dataset {}: ingest is broken off and starts again with the next process", dataset.name());
        } catch (BadSampleException e) {
            fail(dataset, new Dataset.Problem(e.sample, e.getMessage()));
        } catch (BadDataException | InvalidRequestException e) {
            fail(dataset, new Dataset.Problem(null, String.valueOf(e.getMessage())));
        } catch (FileSystemException e) {
            log.error("dataset {}: ingest failed", dataset.name(), e);
            fail(dataset, new Dataset.Problem(null, "a file could not be read or written: " + e.getReason()));
        } catch (IOException e) {
            log.error("dataset {}: ingest failed", dataset.name(), e);
            fail(dataset, new Dataset.Problem(null, "reading or writing failed: " + e.getMessage()));
        } catch (DataAccessException e) {
            throw e;
        } catch (RuntimeException e) {
            log.error("dataset {}: ingest failed", dataset.name(), e);
            fail(dataset, new Dataset.Problem(null, "the ingest failed for a reason that is in the service's log"));
        }
    }

    private void write(Dataset dataset) throws IOException, InterruptedException {
        DatasetSource source = formats.open(dataset.registration());
        stores.create(dataset.id());
        SplitSource test = source.test();
        Progress progress = new Progress(dataset.id(), source.train().size() + (test == null ? 0L : test.size()));
        SplitIngest trainIngest = ingest(dataset, Split.TRAIN, source.train(), source.classes(), null);
        SplitStatistics train = trainIngest.run(progress::at);
        refuseOneClass(train);
        List<Dataset.Problem> warnings = emptyClasses(source.classes(), train.classCounts());
        trainIngest.keyProblem().ifPresent(warnings::add);
        ReadyDataset.SplitInfo testInfo = null;
        if (test != null) {
            progress.base = source.train().size();
            SplitIngest testIngest = ingest(dataset, Split.TEST, test, source.classes(), trainIngest.shape());
            try {
                testInfo = testIngest.run(progress::at).info();
            } catch (BadSampleException e) {
                throw new BadSampleException(e.sample, TEST_SPLIT + e.getMessage());
            }
            testIngest
                    .keyProblem()
                    .map(problem -> new Dataset.Problem(problem.sample(), TEST_SPLIT + problem.message()))
                    .ifPresent(warnings::add);
        }
        if (!outcome.ready(
                dataset.id(),
                trainIngest.shape(),
                source.classes(),
                train.info(),
                testInfo,
                train.normalisation(),
                warnings)) {
            stores.delete(dataset.id());
        }
        log.info("dataset {}: ingested", dataset.name());
    }

    private SplitIngest ingest(
            Dataset dataset, Split split, SplitSource source, List<String> classes, @Nullable SampleShape shape) {
        return new SplitIngest(
                source,
                classes.size(),
                shape,
                stores.file(dataset.id(), split),
                stores.keys(dataset.id(), split),
                decoders,
                2 * threads + 1);
    }

    private static void refuseOneClass(SplitStatistics train) throws BadDataException {
        int used = 0;
        for (int count : train.classCounts()) {
            used += count > 0 ? 1 : 0;
        }
        if (used < 2) {
            throw new BadDataException("all training samples are of one class; at least two are needed");
        }
    }

    private static List<Dataset.Problem> emptyClasses(List<String> classes, int[] counts) {
        List<Dataset.Problem> problems = new ArrayList<>();
        for (int c = 0; c < counts.length; c++) {
            if (counts[c] == 0) {
                problems.add(new Dataset.Problem(null, "class '" + classes.get(c) + "' has no training sample"));
            }
        }
        return problems;
    }

    private void fail(Dataset dataset, Dataset.Problem problem) {
        log.warn("dataset {}: {}", dataset.name(), problem.message());
        try {
            stores.delete(dataset.id());
        } catch (IOException e) {
            log.warn("dataset {}: what was written could not be deleted", dataset.name(), e);
        }
        outcome.failed(dataset.id(), List.of(problem));
    }

    @Override
    public void destroy() {
        decoders.shutdownNow();
        worker.shutdown();
    }

    /** Writes the fraction done to the database, at most once a second; stops the ingest of a deleted dataset. */
    private final class Progress {

        private final UUID id;
        private final long total;
        private long base;
        private long nextWrite = System.nanoTime();

        Progress(UUID id, long total) {
            this.id = id;
            this.total = Math.max(1, total);
        }

        void at(int written) throws IOException {
            if (System.nanoTime() - nextWrite < 0) {
                return;
            }
            nextWrite = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            if (repository.updateProgress(id, Math.min(1, (base + written) / (double) total)) == 0) {
                throw new BadDataException("deleted while it was ingested");
            }
        }
    }
}
