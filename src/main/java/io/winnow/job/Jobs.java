package io.winnow.job;

import jakarta.persistence.LockModeType;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;

/** All jobs. */
interface Jobs extends JpaRepository<Job, UUID>, JpaSpecificationExecutor<Job> {

    /** The job with its row locked: whoever changes a job or its runs takes this lock first. */
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select j from Job j where j.id = :id")
    Optional<Job> lock(UUID id);

    /** A key is its caller's: another caller's job is not found by it. */
    @Query("select j from Job j where j.idempotencyKey = :key and coalesce(j.createdBy, '') = coalesce(:caller, '')")
    Optional<Job> findByIdempotencyKey(@Nullable String caller, String key);
}
