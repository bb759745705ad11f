package io.winnow.job;

import io.winnow.dataset.Datasets;
import io.winnow.dataset.ReadyDataset;
import io.winnow.job.WorkerRegistry.State;
import io.winnow.job.WorkerRegistry.WorkerView;
import io.winnow.model.Architectures;
import io.winnow.model.Models;
import io.winnow.model.RegisteredModel;
import io.winnow.platform.ConflictException;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.platform.NotFoundException;
import io.winnow.surrogate.Element;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Looks up what requests for jobs are about, and notes what of it is not there. */
@Component
public class JobSubjects {

    private final Datasets datasets;
    private final Models models;
    private final WorkerRegistry workers;
    private final JobSettings settings;

    JobSubjects(Datasets datasets, Models models, WorkerRegistry workers, JobSettings settings) {
        this.datasets = datasets;
        this.models = models;
        this.workers = workers;
        this.settings = settings;
    }

    /** What a job is about. */
    public record Subject(ReadyDataset dataset, RegisteredModel model) {}

    /** What was found. A dataset that is not ready is told of last, when all else is right. */
    public record Found(
            @Nullable ReadyDataset dataset,
            @Nullable ConflictException notReady,
            @Nullable RegisteredModel model) {}

    /**
     * @throws io.winnow.platform.InvalidRequestException when there are violations, or the model doesn't fit the dataset
     * @throws ConflictException when the dataset is not ready
     */
    public Subject require(Found found, Collector violations) {
        violations.throwIfAny();
        if (found.notReady() != null) {
            throw found.notReady();
        }
        ReadyDataset dataset = found.dataset();
        RegisteredModel model = found.model();
        if (dataset == null || model == null) {
            throw new IllegalStateException("a missing dataset or model is a violation");
        }
        checkFeatures(model, dataset);
        Optional<String> refusal = model.refusal(dataset.shape());
        new Collector()
                .require(
                        refusal.isEmpty(),
                        "model",
                        "doesn't fit the dataset: '%s' %s".formatted(model.name(), refusal.orElse("")))
                .throwIfAny();
        return new Subject(dataset, model);
    }

    /**
     * Makes sure that the user's files are what was ingested.
     *
     * @throws ConflictException saying what changed
     */
    public void requireUnchanged(Subject subject) {
        datasets.requireUnchanged(subject.dataset());
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

    /** Notes what is not there; blank names are violations already. */
    public Found find(String dataset, String model, String device, Collector violations) {
        ReadyDataset ready = null;
        ConflictException notReady = null;
        try {
            ready = dataset.isBlank() ? null : datasets.requireReady(dataset);
        } catch (NotFoundException e) {
            violations.require(false, "dataset", "is not registered; POST /datasets registers one");
        } catch (ConflictException e) {
            notReady = e;
        }
        RegisteredModel registered = model(model, violations);
        checkDevice(device, violations);
        return new Found(ready, notReady, registered);
    }

    /** Notes a job that is too large. */
    public void checkSize(long visits, String sum, Collector violations) {
        violations.require(
                visits <= settings.largestJob(),
                "epochs",
                "makes the job too large: %s may be at most %d".formatted(sum, settings.largestJob()));
    }

    private @Nullable RegisteredModel model(String model, Collector violations) {
        if (model.isBlank()) {
            return null;
        }
        try {
            return models.require(model);
        } catch (NotFoundException e) {
            violations.require(false, "model", "is not registered; POST /models registers one");
            return null;
        }
    }

    /** Where no worker is up at the moment, nobody knows what the next one will have. */
    private void checkDevice(String device, Collector violations) {
        if (device.equals(JobRequest.ANY_DEVICE)) {
            return;
        }
        List<WorkerView> up = workers.workers().stream()
                .filter(worker -> worker.state() != State.SILENT)
                .toList();
        List<String> seen = up.stream()
                .flatMap(worker -> worker.devices().stream())
                .distinct()
                .sorted()
                .toList();
        violations.require(
                up.isEmpty() || seen.contains(device),
                "device",
                "is seen by no worker; they see " + (seen.isEmpty() ? "none" : String.join(", ", seen)));
    }
}
