package io.winnow.job;

import io.winnow.platform.NotFoundException;
import io.winnow.scoring.RunScores.EpochAccuracy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/** Reads jobs of a kind: each answer is one moment of the database. */
@Component
@Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
public class JobRecords {

    private final Jobs jobs;
    private final RunTable runs;

    JobRecords(Jobs jobs, RunTable runs) {
        this.jobs = jobs;
        this.runs = runs;
    }

    /** @throws NotFoundException when there is none of that kind */
    public JobRecord require(String kind, UUID id) {
        Job job = jobs.findById(id).filter(found -> found.kind().equals(kind)).orElseThrow(() -> notFound(kind, id));
        return JobRecord.of(job, runs.ofJobs(List.of(id)));
    }

    /** The newest first, see {@link JobsOfKind#ORDER}. */
    public Page<JobRecord> list(String kind, @Nullable JobStatus status, @Nullable String dataset, Pageable page) {
        Specification<Job> wanted = has("kind", kind).and(has("status", status)).and(has("dataset", dataset));
        Page<Job> found = jobs.findAll(wanted, page);
        Map<UUID, List<Run>> byJob = runs.ofJobs(found.map(Job::id).toList()).stream()
                .collect(Collectors.groupingBy(run -> run.key().job()));
        return found.map(job -> JobRecord.of(job, byJob.getOrDefault(job.id(), List.of())));
    }

    /** Device-seconds that the runs of a job took which are done; empty when there is no such job. */
    public Optional<Double> deviceSeconds(UUID job) {
        return jobs.findById(job).map(found -> runs.seconds(job));
    }

    /** The accuracies by epoch of the runs of a job that have some, by number; also of those that are not done. */
    Map<Integer, List<EpochAccuracy>> histories(String kind, UUID id) {
        if (jobs.findById(id).filter(job -> job.kind().equals(kind)).isEmpty()) {
            throw notFound(kind, id);
        }
        return runs.histories(id);
    }

    /** What the runs found that are done, by number, where their kind makes documents of that. */
    public <T> Map<Integer, T> results(UUID job, Class<T> type) {
        return runs.results(job, type);
    }

    static NotFoundException notFound(String kind, UUID id) {
        String noun = JobKinds.noun(kind);
        String path = noun.endsWith("s") ? noun : noun + "s";
        return new NotFoundException("there is no %s %s; GET /%s lists them".formatted(noun, id, path));
    }

    private static Specification<Job> has(String field, @Nullable Object value) {
        return (job, query, criteria) -> value == null ? null : criteria.equal(job.get(field), value);
    }
}
