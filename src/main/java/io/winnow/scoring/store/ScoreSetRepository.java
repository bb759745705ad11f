package io.winnow.scoring.store;

import io.winnow.scoring.ScoreStore.Filter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

interface ScoreSetRepository extends JpaRepository<ScoreSetEntity, UUID>, JpaSpecificationExecutor<ScoreSetEntity> {

    /** The newest first; of one job the last epoch, and the method that was asked for first. */
    Sort NEWEST_FIRST =
            Sort.by(Sort.Order.desc("createdAt"), Sort.Order.desc("epoch").nullsLast(), Sort.Order.asc("place"));

    List<ScoreSetEntity> findByJobIdOrderByPlace(UUID jobId);

    /** One statement: the chunks go with their set by the database's own cascade. */
    @Modifying
    @Query("DELETE FROM ScoreSetEntity WHERE jobId = :jobId")
    void deleteByJobId(UUID jobId);

    static Specification<ScoreSetEntity> fitting(Filter filter) {
        return Specification.allOf(
                is("dataset", filter.dataset()),
                is("method", filter.method()),
                is("jobId", filter.job()),
                is("epoch", filter.epoch()));
    }

    private static Specification<ScoreSetEntity> is(String attribute, @Nullable Object value) {
        return value == null
                ? Specification.unrestricted()
                : (set, query, builder) -> builder.equal(set.get(attribute), value);
    }
}
