package io.winnow.job;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.winnow.dataset.Datasets;
import io.winnow.dataset.ReadyDataset;
import io.winnow.model.Architectures;
import io.winnow.model.Models;
import io.winnow.model.RegisteredModel;
import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.platform.NotFoundException;
import io.winnow.platform.TooManyRequestsException;
import io.winnow.platform.UnprocessableException;
import io.winnow.scoring.MethodRegistry;
import io.winnow.surrogate.Element;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Accepts jobs: a request is refused with all that is wrong with it, or stored together with the tasks that do it. */
@Component
public class JobSubmissions {

    private static final Logger log = LoggerFactory.getLogger(JobSubmissions.class);
    private static final String KEY = "Idempotency-Key";
    private static final int LONGEST_KEY = 255;

    private final Jobs jobs;
    private final RunTable runs;
    private final JobTasks tasks;
    private final Datasets datasets;
    private final Models models;
    private final MethodRegistry methods;
    private final WorkerRegistry workers;
    private final ModelFit fit;
    private final Measurements measurements;
    private final Estimates estimates;
    private final JobSettings settings;
    private final QueueLimit limit;
    private final TransactionOperations transaction;
    private final ObservationRegistry observations;

    JobSubmissions(
            Jobs jobs,
            RunTable runs,
            JobTasks tasks,
            Datasets datasets,
            Models models,
            MethodRegistry methods,
            WorkerRegistry workers,
            ModelFit fit,
            Measurements measurements,
            Estimates estimates,
            JobSettings settings,
            QueueLimit limit,
            TransactionOperations transaction,
            ObservationRegistry observations) {
        this.jobs = jobs;
        this.runs = runs;
        this.tasks = tasks;
        this.datasets = datasets;
        this.models = models;
        this.methods = methods;
        this.workers = workers;
        this.fit = fit;
        this.measurements = measurements;
        this.estimates = estimates;
        this.settings = settings;
        this.limit = limit;
        this.transaction = transaction;
        this.observations = observations;
    }

    /**
     * Accepts a job.
     *
     * @param body the JSON of the request, see {@link JobRequest}
     * @param key an idempotency key, or null: the same key of the same caller with the same request is the same job
     * @param caller who asks; null for one without credentials
     * @return the job's id
     * @throws InvalidRequestException naming all fields that are wrong
     * @throws UnprocessableException when the key came with another request before
     * @throws ConflictException when the dataset is not ready, or changed since it was ingested, and nothing else is wrong
     * @throws io.winnow.platform.TooManyRequestsException when as many jobs as may be are waiting
     */
    public UUID submit(byte @Nullable [] body, @Nullable String key, @Nullable String caller) {
        Collector violations = new Collector();
        violations.require(key == null || isPrintable(key), KEY, "must be 1 to 255 visible ASCII characters");
        JobRequest request = JobRequestReader.read(body, violations);
        if (key != null && violations.isEmpty()) {
            Optional<UUID> earlier = earlier(caller, key, request);
            if (earlier.isPresent()) {
                return earlier.get();
            }
        }
        Fit checked = check(request, violations);
        UUID id = store(request, checked.dataset(), checked.model(), key, caller);
        measurements.want(Estimates.wanted(request, checked.model(), checked.dataset()));
        return id;
    }

    /** What a request is about, when nothing is wrong with it. */
    private record Fit(ReadyDataset dataset, RegisteredModel model) {}

    private Fit check(JobRequest request, Collector violations) {
        Lookup dataset = dataset(request, violations);
        RegisteredModel model = model(request, violations);
        checkMethods(request, violations);
        checkDevice(request, violations);
        violations.throwIfAny();
        ReadyDataset ready = dataset.orRefuse();
        if (model == null) {
            throw new IllegalStateException("a missing model is a violation");
        }
        checkFeatures(model, ready);
        checkShape(model, ready);
        checkSize(request, ready);
        datasets.requireUnchanged(ready);
        fit.require(request, model, ready);
        return new Fit(ready, model);
    }

    /**
     * What a job would take; makes none. Waits a little for a worker to time the network where none has.
     *
     * @param estimate null when no worker has answered in time
     * @param reason why there is no estimate
     */
    public record DryRun(
            @Nullable Estimate estimate, @Nullable String reason) {}

    /**
     * Checks a request as {@link #submit} does and estimates it.
     *
     * @throws InvalidRequestException naming all fields that are wrong
     * @throws UnprocessableException when the model cannot be trained on the dataset
     */
    public DryRun dryRun(byte @Nullable [] body) {
        Collector violations = new Collector();
        JobRequest request = JobRequestReader.read(body, violations);
        Fit checked = check(request, violations);
        return estimates.await(request, checked.model(), checked.dataset());
    }

    private UUID store(
            JobRequest request,
            ReadyDataset dataset,
            RegisteredModel model,
            @Nullable String key,
            @Nullable String caller) {
        UUID id = UUID.randomUUID();
        try {
            transaction.executeWithoutResult(status -> {
                limit.admit(caller);
                jobs.saveAndFlush(new Job(id, dataset.id(), model, request, key, caller, runs.now()));
                runs.create(id, request.runs(), request.seed());
                tasks.scheduleRuns(id, request.runs(), request.priority(), runs.now());
            });
            tell(id, request);
            return id;
        } catch (DataIntegrityViolationException | TooManyRequestsException e) {
            // Another request with the same key was faster: the unique index let one of them through, or it took the
            // last place.
            return Optional.ofNullable(key)
                    .flatMap(used -> earlier(caller, used, request))
                    .orElseThrow(() -> e);
        }
    }

    private void tell(UUID id, JobRequest request) {
        Observation call = observations.getCurrentObservation();
        if (call != null) {
            call.highCardinalityKeyValue("winnow.job.id", id.toString());
        }
        try (LogContext named = LogContext.of(id)) {
            log.info("job {} is accepted: {} runs on dataset {}", id, request.runs(), request.dataset());
        }
    }

    private Optional<UUID> earlier(@Nullable String caller, String key, JobRequest request) {
        return jobs.findByIdempotencyKey(caller, key).map(job -> {
            if (!Arrays.equals(job.requestDigest(), StoredJson.digest(request))) {
                throw new UnprocessableException(
                        "the Idempotency-Key was used for another request before, job %s; use a new key"
                                .formatted(job.id()));
            }
            return job.id();
        });
    }

    /** What the request's dataset is; one that is not ready is told of last, when all else is right. */
    private record Lookup(
            @Nullable ReadyDataset ready, @Nullable ConflictException notReady) {

        ReadyDataset orRefuse() {
            if (notReady != null) {
                throw notReady;
            }
            if (ready == null) {
                throw new IllegalStateException("a missing dataset is a violation");
            }
            return ready;
        }
    }

    private Lookup dataset(JobRequest request, Collector violations) {
        if (request.dataset().isBlank()) {
            return new Lookup(null, null);
        }
        try {
            return new Lookup(datasets.requireReady(request.dataset()), null);
        } catch (NotFoundException e) {
            violations.require(false, "dataset", "is not registered; POST /datasets registers one");
            return new Lookup(null, null);
        } catch (ConflictException e) {
            return new Lookup(null, e);
        }
    }

    private @Nullable RegisteredModel model(JobRequest request, Collector violations) {
        if (request.model().isBlank()) {
            return null;
        }
        try {
            return models.require(request.model());
        } catch (NotFoundException e) {
            violations.require(false, "model", "is not registered; POST /models registers one");
            return null;
        }
    }

    private void checkMethods(JobRequest request, Collector violations) {
        for (int i = 0; i < request.methods().size(); i++) {
            try {
                methods.require(request.methods().get(i), "methods[" + i + "]");
            } catch (InvalidRequestException e) {
                e.violations().forEach(v -> violations.require(false, v.field(), v.message()));
            }
        }
    }

    /** Where no worker is up at the moment, nobody knows what the next one will have. */
    private void checkDevice(JobRequest request, Collector violations) {
        List<String> seen = workers.devices().stream()
                .map(WorkerRegistry.Device::name)
                .distinct()
                .sorted()
                .toList();
        violations.require(
                request.device().equals(JobRequest.ANY_DEVICE) || seen.isEmpty() || seen.contains(request.device()),
                "device",
                "is seen by no worker; they see " + String.join(", ", seen));
    }

    private static void checkShape(RegisteredModel model, ReadyDataset dataset) {
        Optional<String> refusal = model.refusal(dataset.shape());
        new Collector()
                .require(
                        refusal.isEmpty(),
                        "model",
                        "doesn't fit the dataset: '%s' %s".formatted(model.name(), refusal.orElse("")))
                .throwIfAny();
    }

    private static void checkFeatures(RegisteredModel model, ReadyDataset dataset) {
        new Collector()
                .require(
                        dataset.element() == Element.UINT8 || Architectures.takesFeatures(model.architecture()),
                        "model",
                        "doesn't fit the dataset: '%s' (%s) works on pictures, and the samples are vectors of %d features; register a model of the architecture mlp"
                                .formatted(
                                        model.name(),
                                        model.architecture(),
                                        dataset.shape().channels()))
                .throwIfAny();
    }

    private void checkSize(JobRequest request, ReadyDataset dataset) {
        int samples = dataset.train().size();
        long visits = Math.multiplyExact((long) request.runs() * request.epochs(), (long) samples);
        Collector violations = new Collector()
                .require(
                        visits <= settings.largestJob(),
                        "epochs",
                        "makes the job too large: runs × epochs × %d samples may be at most %d"
                                .formatted(samples, settings.largestJob()))
                .require(
                        request.options().chunks() <= samples,
                        "options.chunks",
                        "must be at most the number of samples, " + samples);
        if (request.labelNoise() != null) {
            violations.require(
                    NoisyLabels.count(samples, request.labelNoise().fraction()) > 0,
                    "labelNoise.fraction",
                    "hits none of %d samples".formatted(samples));
        }
        violations.throwIfAny();
    }

    private static boolean isPrintable(String key) {
        return !key.isEmpty() && key.length() <= LONGEST_KEY && key.chars().allMatch(c -> c > ' ' && c < 127);
    }
}
