package io.winnow.job;

import io.winnow.platform.NotFoundException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/** Reads jobs as users see them: each answer is one moment of the database. */
@Component
@Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
public class JobQueries {

    /** The newest first. */
    public static final Sort ORDER = Sort.by(Sort.Order.desc("createdAt"), Sort.Order.asc("id"));

    private final Jobs jobs;
    private final RunTable runs;
    private final Estimates estimates;

    JobQueries(Jobs jobs, RunTable runs, Estimates estimates) {
        this.jobs = jobs;
        this.runs = runs;
        this.estimates = estimates;
    }

    /** @throws NotFoundException when there is none */
    public JobView require(UUID id) {
        Job job = jobs.findById(id).orElseThrow(() -> notFound(id));
        return JobView.of(job, runs.ofJobs(List.of(id)), estimates.of(job));
    }

    public Page<JobView> list(@Nullable JobStatus status, @Nullable String dataset, Pageable page) {
        Page<Job> found = jobs.findAll(has("status", status).and(has("dataset", dataset)), page);
        Map<UUID, List<Run>> byJob = runs.ofJobs(found.map(Job::id).toList()).stream()
                .collect(Collectors.groupingBy(run -> run.key().job()));
        return found.map(job -> JobView.of(job, byJob.getOrDefault(job.id(), List.of()), null));
    }

    static NotFoundException notFound(UUID id) {
        return new NotFoundException("there is no job %s; GET /jobs lists them".formatted(id));
    }

    private static Specification<Job> has(String field, @Nullable Object value) {
        return (job, query, criteria) -> value == null ? null : criteria.equal(job.get(field), value);
    }
}
