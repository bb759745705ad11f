package io.winnow.job;

import io.winnow.platform.NotFoundException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.stereotype.Component;

/** Reads jobs that score as users see them: each answer is one moment of the database. */
@Component
public class JobQueries {

    /** The newest first. */
    public static final Sort ORDER = Sort.by(Sort.Order.desc("createdAt"), Sort.Order.asc("id"));

    private final JobRecords records;
    private final Estimates estimates;

    JobQueries(JobRecords records, Estimates estimates) {
        this.records = records;
        this.estimates = estimates;
    }

    /** @throws NotFoundException when there is none */
    public JobView require(UUID id) {
        JobRecord job = records.require(ScoringKind.ID, id);
        return JobView.of(job, estimates.of(job));
    }

    /**
     * The accuracies of its runs by epoch.
     *
     * @throws NotFoundException when there is none
     */
    public JobEpochs epochs(UUID id) {
        return JobEpochs.of(records.histories(ScoringKind.ID, id));
    }

    public Page<JobView> list(@Nullable JobStatus status, @Nullable String dataset, Pageable page) {
        return records.list(ScoringKind.ID, status, dataset, page).map(job -> JobView.of(job, null));
    }

    static NotFoundException notFound(String kind, UUID id) {
        String noun = noun(kind);
        String path = noun.endsWith("s") ? noun : noun + "s";
        return new NotFoundException("there is no %s %s; GET /%s lists them".formatted(noun, id, path));
    }

    /** What users call a job of a kind. */
    static String noun(String kind) {
        return kind.equals(ScoringKind.ID) ? "job" : kind;
    }

    static Specification<Job> has(String field, @Nullable Object value) {
        return (job, query, criteria) -> value == null ? null : criteria.equal(job.get(field), value);
    }
}
