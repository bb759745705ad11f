-- A score set: one score for every sample of a training split. Written once, in one transaction with its chunks.
CREATE TABLE score_set (
    id          uuid PRIMARY KEY,
    dataset_id  uuid,
    dataset     text,
    job_id      uuid,
    name        text,
    method      text             NOT NULL,
    epoch       integer,
    -- Its place among the score sets of its job, in the order of the request.
    place       integer          NOT NULL,
    runs        integer          NOT NULL CHECK (runs >= 1),
    keeps       text             NOT NULL CHECK (keeps IN ('HIGHEST', 'LOWEST')),
    size        integer          NOT NULL CHECK (size >= 1),
    classes     integer          NOT NULL CHECK (classes >= 0),
    min         double precision NOT NULL,
    max         double precision NOT NULL,
    mean        double precision NOT NULL,
    std         double precision NOT NULL,
    -- Histogram, reliability, facts and warnings.
    details     jsonb            NOT NULL,
    -- Whose chunks have the samples' labels: the job, or this set itself; null where none are known.
    labels_of   uuid,
    -- Rising positions in the user's data of samples that have no score because they were skipped; null for none.
    skipped     integer[],
    created_at  timestamptz      NOT NULL,
    UNIQUE (job_id, method, epoch)
);

CREATE INDEX score_set_newest ON score_set (created_at DESC, epoch DESC, place);
CREATE INDEX score_set_newest_of_dataset ON score_set (dataset, created_at DESC, epoch DESC, place);

-- Chunk c has the scores of the samples 65,536 c … and, in ranking, places 65,536 c … of all samples ordered by importance
-- (little-endian int32). Spread is the standard deviation over runs (little-endian float32). Chunks are written before the
-- statistics of their set are known, hence the deferred reference.
CREATE TABLE score_chunk (
    score_set_id uuid    NOT NULL REFERENCES score_set ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    chunk_no     integer NOT NULL,
    scores       real[]  NOT NULL,
    spread       bytea,
    ranking      bytea,
    PRIMARY KEY (score_set_id, chunk_no),
    CONSTRAINT score_chunk_finite CHECK (
        NOT ('NaN'::real = ANY (scores)) AND NOT ('Infinity'::real = ANY (scores)) AND NOT ('-Infinity'::real = ANY (scores))
    )
);
ALTER TABLE score_chunk
    ALTER COLUMN scores SET STORAGE EXTERNAL,
    ALTER COLUMN spread SET STORAGE EXTERNAL,
    ALTER COLUMN ranking SET STORAGE EXTERNAL;

-- For people with psql.
CREATE VIEW sample_score AS
SELECT scored.score_set_id, scored.place + CASE WHEN scored.skipped IS NULL THEN 0 ELSE (
        SELECT count(*) FROM unnest(scored.skipped) WITH ORDINALITY AS k (position, number)
        WHERE k.position - (k.number - 1) <= scored.place) END AS sample_index, scored.score
FROM (
    SELECT c.score_set_id, c.chunk_no::bigint * 65536 + s.place - 1 AS place, s.score, score_set.skipped
    FROM score_chunk c
    JOIN score_set ON score_set.id = c.score_set_id
    CROSS JOIN LATERAL unnest(c.scores) WITH ORDINALITY AS s (score, place)) scored;

-- What a run of a job found, by method and epoch.
CREATE TABLE run_score (
    job_id uuid    NOT NULL,
    run    integer NOT NULL,
    method text    NOT NULL,
    epoch  integer NOT NULL,
    place  integer NOT NULL,
    size   integer NOT NULL,
    classes integer NOT NULL,
    facts  jsonb   NOT NULL,
    PRIMARY KEY (job_id, run, method, epoch)
);

-- Its scores as little-endian float32.
CREATE TABLE run_chunk (
    job_id   uuid    NOT NULL,
    run      integer NOT NULL,
    method   text    NOT NULL,
    epoch    integer NOT NULL,
    chunk_no integer NOT NULL,
    scores   bytea   NOT NULL,
    PRIMARY KEY (job_id, method, epoch, chunk_no, run),
    FOREIGN KEY (job_id, run, method, epoch) REFERENCES run_score ON DELETE CASCADE
);
ALTER TABLE run_chunk ALTER COLUMN scores SET STORAGE EXTERNAL;

-- One class a sample, as little-endian int32: the labels of a job's or an imported set's samples, what each run of a job
-- predicts, and what most of its runs predict.
CREATE TABLE class_chunk (
    owner_id uuid    NOT NULL,
    kind     text    NOT NULL CHECK (kind IN ('LABEL', 'PREDICTION', 'MAJORITY')),
    chunk_no integer NOT NULL,
    -- The run of a prediction, else 0.
    run      integer NOT NULL,
    classes  bytea   NOT NULL,
    PRIMARY KEY (owner_id, kind, chunk_no, run)
);
ALTER TABLE class_chunk ALTER COLUMN classes SET STORAGE EXTERNAL;
