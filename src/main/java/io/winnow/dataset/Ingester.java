package io.winnow.dataset;

import io.micrometer.core.instrument.Timer;
import io.winnow.dataset.DatasetSource.SplitSource;
import io.winnow.dataset.IngestLock.Held;
import io.winnow.dataset.IngestMetrics.End;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.WinnowProperties;
import io.winnow.surrogate.SampleShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import org.springframework.transaction.TransactionException;

/**
 * Ingests registered datasets in the background, one at a time, in processes that answer requests: where a dataset was registered,
 * its files are. What is INGESTING in the database is what is to be done: a dataset whose process died is taken up by the same
 * process after its restart, or by another one that looks.
 */
@Component
final class Ingester implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(Ingester.class);
    private static final String TEST_SPLIT = "in the test split: ";
    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);
    private static final Duration NOTE_EVERY = Duration.ofSeconds(2);

    private final DatasetRepository repository;
    private final IngestOutcome outcome;
    private final IngestLock lock;
    private final DatasetFormats formats;
    private final StoreFolder stores;
    private final SourceCheck sources;
    private final BroughtData brought;
    private final IngestMetrics metrics;
    private final boolean answers;
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
            StoreFolder stores,
            SourceCheck sources,
            BroughtData brought,
            IngestMetrics metrics,
            WinnowProperties properties) {
        this.repository = repository;
        this.outcome = outcome;
        this.lock = lock;
        this.formats = formats;
        this.stores = stores;
        this.sources = sources;
        this.brought = brought;
        this.metrics = metrics;
        this.answers = properties.role().answers();
        worker.setThreadNamePrefix("ingest-");
        worker.setDaemon(true);
        worker.initialize();
    }

    @EventListener(ApplicationReadyEvent.class)
    void takeUpWhatWasLeft() {
        if (!answers) {
            return;
        }
        worker.execute(this::deleteOrphans);
        worker.scheduleWithFixedDelay(this::ingestAll, LOOK_EVERY);
    }

    /** Starts the ingest of a dataset that was just registered. */
    void start(UUID id) {
        worker.execute(() -> ingest(id));
    }

    private void deleteOrphans() {
        try {
            brought.deleteOrphans(repository::existsById);
        } catch (IOException | UncheckedIOException | DataAccessException | TransactionException e) {
            log.warn("what killed processes left could not be deleted, will be tried with the next start", e);
        }
    }

    private void ingestAll() {
        try {
            repository.findByState(Dataset.State.INGESTING).forEach(dataset -> ingest(dataset.id()));
        } catch (DataAccessException | TransactionException e) {
            log.warn("could not look for datasets to ingest, will look again in {}", LOOK_EVERY, e);
        }
    }

    private void ingest(UUID id) {
        try {
            lock.whileHeld(
                    id,
                    held -> repository
                            .findById(id)
                            .filter(dataset -> dataset.state() == Dataset.State.INGESTING)
                            .ifPresent(dataset -> ingest(dataset, held)));
        } catch (DataAccessException | TransactionException e) {
            log.warn("the ingest of dataset {} was broken off by the database and starts again later", id, e);
        }
    }

    private void ingest(Dataset dataset, Held held) {
        log.info("dataset {}: ingest starts", dataset.name());
        Timer.Sample begun = metrics.begin();
        End end = End.BROKEN_OFF;
        try {
            end = ended(dataset, held);
        } finally {
            metrics.end(begun, end);
        }
    }

    private End ended(Dataset dataset, Held held) {
        try {
            write(dataset, held);
            return End.READY;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.info("dataset {}: ingest is broken off and goes on with the next process", dataset.name());
            return End.BROKEN_OFF;
        } catch (BadSampleException e) {
            fail(dataset, held, problems(dataset.registration(), e));
        } catch (BadDataException | InvalidRequestException e) {
            fail(dataset, held, new Dataset.Problem(null, String.valueOf(e.getMessage())));
        } catch (FileSystemException e) {
            log.error("dataset {}: ingest failed", dataset.name(), e);
            fail(dataset, held, new Dataset.Problem(null, "a file could not be read or written: " + e.getReason()));
        } catch (IOException e) {
            log.error("dataset {}: ingest failed", dataset.name(), e);
            fail(dataset, held, new Dataset.Problem(null, "reading or writing failed: " + e.getMessage()));
        } catch (DataAccessException | TransactionException e) {
            throw e;
        } catch (RuntimeException e) {
            if (decoders.isShutdown()) {
                log.info("dataset {}: ingest is broken off and goes on with the next process", dataset.name());
                return End.BROKEN_OFF;
            }
            log.error("dataset {}: ingest failed", dataset.name(), e);
            fail(
                    dataset,
                    held,
                    new Dataset.Problem(null, "the ingest failed for a reason that is in the service's log"));
        }
        return End.FAILED;
    }

    /** Those that were skipped before and the one that was too many. */
    private static Dataset.Problem[] problems(DatasetRegistration registration, BadSampleException e) {
        List<Dataset.Problem> problems = new ArrayList<>();
        if (registration.skipsBadSamples()) {
            problems.add(new Dataset.Problem(
                    null,
                    "more than %d samples cannot be used, which is as many as maxBadSamples lets be skipped"
                            .formatted(registration.mostBadSamples())));
        }
        problems.addAll(e.skipped());
        if (problems.size() == Dataset.MOST_PROBLEMS) {
            problems.remove(problems.size() - 1);
        }
        problems.add(e.problem());
        return problems.toArray(Dataset.Problem[]::new);
    }

    private void write(Dataset dataset, Held held) throws IOException, InterruptedException {
        SourceFiles files = formats.bring(dataset.id(), dataset.registration(), held::check);
        DatasetSource source = formats.open(files, dataset.registration());
        held.check();
        stores.create(dataset.id());
        record(dataset, files, source, held);
        SplitSource test = source.test();
        long total = source.train().size() + (test == null ? 0L : test.size());
        IngestProgress progress = new IngestProgress(repository, metrics, dataset.id(), total, held);
        int mostBad = dataset.registration().mostBadSamples();
        SplitIngest trainIngest = ingest(dataset, Split.TRAIN, source.train(), source.classes(), null, mostBad);
        held.check();
        SplitStatistics train = trainIngest.run(progress);
        refuseOneClass(train);
        List<Dataset.Problem> warnings = emptyClasses(source.classes(), train.classCounts());
        trainIngest.keyProblem().ifPresent(warnings::add);
        warnings.addAll(trainIngest.skipped());
        ReadyDataset.SplitInfo testInfo = null;
        if (test != null) {
            progress.goOnAfter(source.train().size());
            held.check();
            int left = mostBad - trainIngest.positions().skippedCount();
            SplitIngest testIngest = ingest(dataset, Split.TEST, test, source.classes(), trainIngest.shape(), left);
            try {
                testInfo = testIngest.run(progress).info(testIngest.positions());
            } catch (BadSampleException e) {
                List<Dataset.Problem> skipped = new ArrayList<>(trainIngest.skipped());
                e.skipped().forEach(problem -> skipped.add(ofTest(problem)));
                throw new BadSampleException(ofTest(e.problem()), firstOf(skipped));
            }
            testIngest.keyProblem().map(Ingester::ofTest).ifPresent(warnings::add);
            testIngest.skipped().forEach(problem -> warnings.add(ofTest(problem)));
        }
        Optional<String> change = sources.change(dataset, Long.MAX_VALUE);
        if (change.isPresent()) {
            throw new BadDataException("the files changed while they were ingested: " + change.get());
        }
        held.check();
        if (!outcome.ready(
                dataset.id(),
                trainIngest.shape(),
                trainIngest.element(),
                source.classes(),
                train.info(trainIngest.positions()),
                testInfo,
                train.normalisation(),
                warnings)) {
            stores.delete(dataset.id());
        }
        stores.deleteCheckpoints(dataset.id());
        log.info("dataset {}: ingested", dataset.name());
    }

    /** Notes what the files are like. What an earlier process made of other files is thrown away. */
    private void record(Dataset dataset, SourceFiles files, DatasetSource source, Held held)
            throws IOException, InterruptedException {
        Path record = stores.sources(dataset.id());
        if (!files.mayChange()) {
            return;
        }
        if (Files.exists(record) && sources.change(dataset, Long.MAX_VALUE).isEmpty()) {
            return;
        }
        SourceRecord now = SourceRecord.of(files, source.files(), decoders);
        held.check();
        stores.deleteCheckpoints(dataset.id());
        now.write(record);
    }

    private static Dataset.Problem ofTest(Dataset.Problem problem) {
        return new Dataset.Problem(problem.sample(), TEST_SPLIT + problem.message());
    }

    private static List<Dataset.Problem> firstOf(List<Dataset.Problem> problems) {
        return problems.subList(0, Math.min(Dataset.MOST_PROBLEMS - 1, problems.size()));
    }

    private SplitIngest ingest(
            Dataset dataset,
            Split split,
            SplitSource source,
            List<String> classes,
            @Nullable SampleShape shape,
            int mostBad) {
        return new SplitIngest(new SplitIngest.Plan(
                source,
                classes.size(),
                shape,
                stores.files(dataset.id(), split),
                mostBad,
                decoders,
                2 * threads + 1,
                NOTE_EVERY));
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

    /** @throws DataAccessException when another process may be at it already: what lies there is its */
    private void fail(Dataset dataset, Held held, Dataset.Problem... problems) {
        held.check();
        log.warn("dataset {}: {}", dataset.name(), problems[problems.length - 1].message());
        try {
            stores.delete(dataset.id());
            brought.delete(dataset.id());
        } catch (IOException | UncheckedIOException e) {
            log.warn("dataset {}: what was written could not be deleted", dataset.name(), e);
        }
        outcome.failed(dataset.id(), List.of(problems));
    }

    @Override
    public void destroy() {
        decoders.shutdownNow();
        worker.shutdown();
    }
}
