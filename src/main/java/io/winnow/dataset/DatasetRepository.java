package io.winnow.dataset;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.transaction.annotation.Transactional;

interface DatasetRepository extends JpaRepository<Dataset, UUID> {

    Optional<Dataset> findByName(String name);

    boolean existsByName(String name);

    List<Dataset> findByState(Dataset.State state);

    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select d from Dataset d where d.id = :id")
    Optional<Dataset> findLocked(UUID id);

    /** @return 0 when the dataset was deleted meanwhile */
    @Modifying
    @Transactional
    @Query("update Dataset d set d.progress = :progress where d.id = :id")
    int updateProgress(UUID id, double progress);
}
