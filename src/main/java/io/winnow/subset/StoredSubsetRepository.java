package io.winnow.subset;

import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.JpaRepository;

interface StoredSubsetRepository extends JpaRepository<StoredSubset, UUID> {

    Optional<StoredSubset> findByName(String name);

    boolean existsByName(String name);
}
