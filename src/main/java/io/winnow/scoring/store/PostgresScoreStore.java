package io.winnow.scoring.store;

import io.winnow.dataset.SourcePositions;
import io.winnow.platform.MostStored;
import io.winnow.platform.NotFoundException;
import io.winnow.platform.database.StoredLimit;
import io.winnow.scoring.NewScoreSet;
import io.winnow.scoring.RunScores;
import io.winnow.scoring.RunScores.MethodScores;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.scoring.store.ClassChunks.Kind;
import io.winnow.scoring.store.RunChunks.Kept;
import io.winnow.surrogate.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

@Component
class PostgresScoreStore implements ScoreStore {

    private static final String LOCK_JOB = """
            SELECT pg_advisory_xact_lock(hashtextextended('score store ' || ?, 0))
            """;
    private static final String NOW = """
            SELECT now()
            """;
    /** Chunks read by one query: 4 MB of scores. */
    private static final int CHUNKS_AT_A_TIME = 16;

    private final ScoreSetRepository sets;
    private final ScoreChunks scoreChunks;
    private final ClassChunks classChunks;
    private final RunChunks runChunks;
    private final Publication publication;
    private final Import imports;
    private final ScoreCache cache;
    private final JdbcTemplate jdbc;
    private final StoredLimit limit;

    PostgresScoreStore(
            ScoreSetRepository sets,
            ScoreChunks scoreChunks,
            ClassChunks classChunks,
            RunChunks runChunks,
            Publication publication,
            Import imports,
            ScoreCache cache,
            JdbcTemplate jdbc,
            MostStored most) {
        this.sets = sets;
        this.scoreChunks = scoreChunks;
        this.classChunks = classChunks;
        this.runChunks = runChunks;
        this.publication = publication;
        this.imports = imports;
        this.cache = cache;
        this.jdbc = jdbc;
        this.limit = new StoredLimit(
                JdbcClient.create(jdbc),
                "imported score sets",
                "score_set WHERE job_id IS NULL",
                most.importedScores(),
                "winnow.most-stored.imported-scores allows more");
    }

    @Override
    @Transactional
    public void keepRun(UUID job, int run, RunScores scores) {
        lock(job);
        if (runChunks.exists(job, run)) {
            return;
        }
        int place = 0;
        for (MethodScores found : scores.methods()) {
            runChunks.insert(job, run, place++, scores.classes(), found);
        }
        if (run == 0) {
            classChunks.insertAll(job, Kind.LABEL, 0, scores.labels());
        }
        if (scores.predicted() != null) {
            classChunks.insertAll(job, Kind.PREDICTION, run, scores.predicted());
        }
    }

    @Override
    @Transactional
    public List<ScoreSet> publish(
            UUID job, UUID datasetId, String dataset, int runs, SourcePositions positions, StopSignal stop) {
        lock(job);
        List<ScoreSetEntity> published = sets.findByJobIdOrderByPlace(job);
        if (!published.isEmpty()) {
            return published.stream().map(ScoreSetEntity::toScoreSet).toList();
        }
        List<Kept> kept = runChunks.kept(job, runs);
        if (kept.isEmpty()) {
            throw new IllegalStateException("no run of job %s has kept any scores".formatted(job));
        }
        Instant now = now();
        List<ScoreSet> made = new ArrayList<>();
        for (Kept one : kept) {
            ScoreSet set = publication.scoreSet(job, datasetId, dataset, runs, one, now, positions, stop);
            sets.save(new ScoreSetEntity(set, one.place(), job));
            made.add(set);
        }
        publication.majority(job, kept.get(0).size(), kept.get(0).classes(), runs, stop);
        return made;
    }

    @Override
    @Transactional
    public ScoreSet add(NewScoreSet imported) {
        limit.requireRoom();
        try {
            ScoreSet set = imports.scoreSet(imported, now());
            sets.saveAndFlush(new ScoreSetEntity(set, 0, imported.labels() == null ? null : set.id()));
            limit.admit();
            return set;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the scores of '%s'".formatted(imported.name()), e);
        }
    }

    @Override
    @Transactional
    public void deleteJob(UUID job) {
        lock(job);
        for (ScoreSetEntity set : sets.findByJobIdOrderByPlace(job)) {
            cache.forgetScores(set.getId());
        }
        cache.forgetLabels(job);
        sets.deleteByJobId(job);
        runChunks.delete(job);
        classChunks.delete(job);
    }

    @Override
    public ScoreSet require(UUID id) {
        return requireEntity(id).toScoreSet();
    }

    @Override
    public Page<ScoreSet> list(Filter filter, Pageable page) {
        Pageable newestFirst =
                PageRequest.of(page.getPageNumber(), page.getPageSize(), ScoreSetRepository.NEWEST_FIRST);
        return sets.findAll(ScoreSetRepository.fitting(filter), newestFirst).map(ScoreSetEntity::toScoreSet);
    }

    @Override
    public Optional<ScoreSet> newest(Filter filter) {
        Pageable first = PageRequest.of(0, 1);
        return list(filter, first).stream().findFirst();
    }

    @Override
    public float[] scores(UUID id) {
        return cache.scores(id, () -> readAll(id));
    }

    private float[] readAll(UUID id) {
        float[] scores = new float[requireEntity(id).toScoreSet().size()];
        try {
            readScores(
                    id, 0, (first, chunk) -> System.arraycopy(chunk, 0, scores, Math.toIntExact(first), chunk.length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return scores;
    }

    @Override
    public void readScores(UUID id, int fromChunk, ChunkConsumer consumer) throws IOException {
        int chunks = (int) ((require(id).size() + CHUNK - 1L) / CHUNK);
        for (int from = fromChunk; from < chunks; from += CHUNKS_AT_A_TIME) {
            long first = (long) from * CHUNK;
            for (float[] chunk : scoreChunks.scores(id, from, Math.min(chunks, from + CHUNKS_AT_A_TIME))) {
                consumer.chunk(first, chunk);
                first += chunk.length;
            }
        }
    }

    @Override
    public float[] spread(UUID id) {
        float[] spread = new float[require(id).size()];
        scoreChunks.spread(id, spread);
        return spread;
    }

    @Override
    public float[] runScores(UUID id, int run) {
        ScoreSet set = require(id);
        float[] scores = new float[set.size()];
        if (set.job() == null
                || set.epoch() == null
                || run < 0
                || run >= set.runs()
                || runChunks.read(set.job(), set.method(), set.epoch(), run, scores) != scores.length) {
            throw new NotFoundException(
                    set.job() == null
                            ? "score set %s was imported and has no runs".formatted(id)
                            : "score set %s has no run %d; its runs are 0 to %d".formatted(id, run, set.runs() - 1));
        }
        return scores;
    }

    @Override
    public int[] ranking(UUID id, int k) {
        int size = require(id).size();
        if (k < 0 || k > size) {
            throw new IllegalArgumentException("cannot take the first %d of %d samples".formatted(k, size));
        }
        return scoreChunks.ranking(id, k);
    }

    @Override
    public Placed placed(UUID id, int place) {
        int size = require(id).size();
        if (place < 0 || place >= size) {
            throw new IllegalArgumentException("there is no place %d among %d samples".formatted(place, size));
        }
        return scoreChunks.placed(id, place);
    }

    @Override
    public int @Nullable [] labels(ScoreSet set) {
        UUID owner = requireEntity(set.id()).labelsOf();
        return owner == null ? null : cache.labels(owner, () -> classChunks.all(owner, Kind.LABEL, set.size()));
    }

    @Override
    public int @Nullable [] predicted(ScoreSet set) {
        return set.job() == null ? null : classChunks.all(set.job(), Kind.MAJORITY, set.size());
    }

    private ScoreSetEntity requireEntity(UUID id) {
        return sets.findById(id)
                .orElseThrow(() ->
                        new NotFoundException("there is no score set %s; GET /score-sets lists them".formatted(id)));
    }

    /** One at a time for a job, until the transaction ends: a revived run may meet the one it replaces. */
    private void lock(UUID job) {
        jdbc.query(LOCK_JOB, row -> {}, job.toString());
    }

    private Instant now() {
        OffsetDateTime now = jdbc.queryForObject(NOW, OffsetDateTime.class);
        return now == null ? Instant.EPOCH : now.toInstant();
    }
}
