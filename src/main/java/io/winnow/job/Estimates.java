package io.winnow.job;

import io.winnow.dataset.Datasets;
import io.winnow.dataset.ReadyDataset;
import io.winnow.job.Estimate.Basis;
import io.winnow.job.Estimate.MethodEstimate;
import io.winnow.job.Measurements.Measured;
import io.winnow.job.Measurements.Wanted;
import io.winnow.job.NetworkTimings.Answer;
import io.winnow.model.RegisteredModel;
import io.winnow.platform.NotFoundException;
import io.winnow.scoring.MethodRegistry;
import io.winnow.scoring.RunForecast;
import io.winnow.scoring.RunForecast.Forecast;
import io.winnow.scoring.RunRequest;
import io.winnow.scoring.ScoringMethod;
import io.winnow.surrogate.SurrogateSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Estimates jobs from what workers measured. Where nothing is measured yet, it asks for it and says nothing. */
@Component
class Estimates {

    private final Measurements measurements;
    private final NetworkTimings timings;
    private final RunForecast forecast;
    private final MethodRegistry methods;
    private final Datasets datasets;

    Estimates(
            Measurements measurements,
            NetworkTimings timings,
            RunForecast forecast,
            MethodRegistry methods,
            Datasets datasets) {
        this.measurements = measurements;
        this.timings = timings;
        this.forecast = forecast;
        this.methods = methods;
        this.datasets = datasets;
    }

    static Wanted wanted(JobRequest request, RegisteredModel model, ReadyDataset dataset) {
        return wanted(model, dataset, request.device(), request.training().batchSize());
    }

    static Wanted wanted(RegisteredModel model, ReadyDataset dataset, String device, int batchSize) {
        return new Wanted(
                new SurrogateSpec(
                        model.architecture(),
                        model.options(),
                        dataset.shape(),
                        dataset.classes().size()),
                device,
                Math.min(batchSize, dataset.train().size()),
                0);
    }

    /** The estimate of a job as it was submitted, or null while there is none. */
    @Nullable
    Estimate of(JobRecord job) {
        try {
            ReadyDataset dataset = datasets.requireReady(job.datasetId());
            return of(job.request(JobRequest.class), job.model(), dataset).orElse(null);
        } catch (NotFoundException | io.winnow.platform.ConflictException e) {
            return null;
        }
    }

    Optional<Estimate> of(JobRequest request, RegisteredModel model, ReadyDataset dataset) {
        return measurements.find(wanted(request, model, dataset)).map(found -> estimate(request, dataset, found));
    }

    /** The same, after a while for a worker to time what was never timed. */
    DryRun await(JobRequest request, RegisteredModel model, ReadyDataset dataset) {
        Answer answer = timings.await(wanted(request, model, dataset));
        Measured measured = answer.measured();
        return measured == null
                ? new DryRun(null, answer.reason())
                : new DryRun(estimate(request, dataset, measured), null);
    }

    private Estimate estimate(JobRequest request, ReadyDataset dataset, Measured measured) {
        List<ScoringMethod> all = new ArrayList<>();
        List<MethodEstimate> each = new ArrayList<>();
        for (int i = 0; i < request.methods().size(); i++) {
            ScoringMethod method = methods.require(request.methods().get(i), "methods[" + i + "]");
            all.add(method);
            Forecast alone = forecast(request, dataset, measured, List.of(method));
            each.add(new MethodEstimate(
                    method.id(),
                    Math.max(0, alone.scoring() - tests(alone, request, dataset, measured)) * request.runs()));
        }
        Forecast one = forecast(request, dataset, measured, all);
        double training = one.training() * request.runs();
        double scoring = one.scoring() * request.runs();
        return new Estimate(
                training,
                scoring,
                training + scoring,
                measured.timing().memoryBytes(),
                each,
                measured.timing().device(),
                new Basis(measured.worker(), measured.measuredAt()));
    }

    /** The accuracies after each epoch, which no method has to answer for. */
    private static double tests(Forecast run, JobRequest request, ReadyDataset dataset, Measured measured) {
        return run.training() == 0 || dataset.test() == null
                ? 0
                : (double) dataset.test().size()
                        * request.epochs()
                        * measured.timing().costs().forward();
    }

    private Forecast forecast(JobRequest request, ReadyDataset dataset, Measured measured, List<ScoringMethod> wanted) {
        RunRequest run = new RunRequest(
                new SurrogateSpec(
                        "",
                        java.util.Map.of(),
                        dataset.shape(),
                        dataset.classes().size()),
                measured.timing().device(),
                new CountedSamples(dataset, dataset.train().size()),
                dataset.test() == null
                        ? null
                        : new CountedSamples(dataset, dataset.test().size()),
                request.trainingSpec(dataset.shape()),
                wanted,
                request.methodOptions(),
                request.scoreAt(),
                0);
        return forecast.of(run, measured.timing().costs());
    }
}
