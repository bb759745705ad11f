package io.winnow.dynamics;

import io.winnow.dataset.ReadyDataset;
import io.winnow.dataset.ReadyDataset.SplitInfo;
import io.winnow.dynamics.SampleGroups.Group;
import io.winnow.platform.InvalidRequestException.Collector;
import io.winnow.platform.NotFoundException;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.subset.StoredSubsets;
import io.winnow.subset.StoredSubsets.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Finds the samples of the groups that a study asks for. */
@Component
class StudyGroups {

    private final ScoreStore scores;
    private final StoredSubsets subsets;

    StudyGroups(ScoreStore scores, StoredSubsets subsets) {
        this.scores = scores;
        this.subsets = subsets;
    }

    /** Notes groups that are not there, or not of the dataset. */
    void check(DynamicsRequest request, ReadyDataset dataset, Collector violations) {
        if (request.scoreSet() != null) {
            checkScores(request.scoreSet(), request, dataset, violations);
        }
        for (int i = 0; i < request.named().size(); i++) {
            SampleGroupRequest group = request.named().get(i);
            if (group.subset() != null) {
                checkSubset(group.subset(), dataset, "subsets[%d].subset".formatted(i), violations);
            }
            if (group.indices() != null) {
                checkIndices(group.indices(), dataset.train(), "subsets[%d].indices".formatted(i), violations);
            }
        }
    }

    private void checkScores(UUID id, DynamicsRequest request, ReadyDataset dataset, Collector violations) {
        int samples = dataset.train().size();
        try {
            ScoreSet set = scores.require(id);
            boolean fits = set.size() == samples
                    && (set.datasetId() == null || set.datasetId().equals(dataset.id()));
            violations.require(fits, "scoreSet", "scores other samples than those of the dataset");
        } catch (NotFoundException e) {
            violations.require(false, "scoreSet", "is no score set; GET /score-sets lists them");
        }
        violations.require(
                request.groups() == null || request.groups() <= samples,
                "groups",
                "must be at most the number of samples, " + samples);
    }

    private void checkSubset(String idOrName, ReadyDataset dataset, String field, Collector violations) {
        try {
            Stored stored = subsets.require(idOrName);
            String of = stored.head().dataset();
            boolean fits = stored.head().total() == dataset.train().size() && (of == null || of.equals(dataset.name()));
            violations.require(fits, field, "keeps samples of other data than the dataset");
        } catch (NotFoundException e) {
            violations.require(false, field, "is no stored subset; GET /subsets lists them");
        }
    }

    private static void checkIndices(int[] indices, SplitInfo train, String field, Collector violations) {
        Arrays.stream(indices)
                .filter(index ->
                        index >= train.sourceSize() || train.positions().kept(index) < 0)
                .findFirst()
                .ifPresent(index -> violations.require(
                        false,
                        field,
                        index < train.sourceSize()
                                ? "has sample %d, which was skipped at the ingest".formatted(index)
                                : "has sample %d; the dataset has the samples 0 to %d"
                                        .formatted(index, train.sourceSize() - 1)));
    }

    /**
     * The groups of a study: by score, those that the user named, and all samples.
     *
     * @throws NotFoundException when the scores or a subset are gone
     */
    SampleGroups of(DynamicsRequest request, ReadyDataset dataset) {
        SampleGroups groups = new SampleGroups(List.of());
        if (request.scoreSet() != null && request.groups() != null) {
            ScoreSet set = scores.require(request.scoreSet());
            groups = SampleGroups.byScore(scores.scores(set.id()), set.keeps(), request.groups());
        }
        for (SampleGroupRequest named : request.named()) {
            groups = groups.and(new Group(named.name(), SampleGroups.SUBSET, members(named, dataset.train())));
        }
        return groups.and(Group.all(
                request.connects() ? SampleGroups.ALL : SampleGroups.RANDOM,
                dataset.train().size()));
    }

    private int[] members(SampleGroupRequest group, SplitInfo train) {
        int[] indices = group.indices() != null ? group.indices() : stored(String.valueOf(group.subset()));
        return Arrays.stream(indices)
                .map(train.positions()::kept)
                .filter(position -> position >= 0)
                .sorted()
                .toArray();
    }

    private int[] stored(String idOrName) {
        Stored stored = subsets.require(idOrName);
        int[] indices = new int[stored.samples().size()];
        int[] filled = {0};
        try {
            stored.samples().scan(chunk -> {
                for (int row = 0; row < chunk.count(); row++) {
                    indices[filled[0]++] = chunk.index(row);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return indices;
    }
}
