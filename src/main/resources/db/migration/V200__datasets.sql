CREATE TABLE dataset (
    id                 uuid PRIMARY KEY,
    name               text NOT NULL CONSTRAINT dataset_name_unique UNIQUE
                       CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    registration       jsonb NOT NULL,
    state              text NOT NULL CHECK (state IN ('INGESTING', 'READY', 'FAILED')),
    progress           double precision NOT NULL CHECK (progress BETWEEN 0 AND 1),
    element            text CHECK (element IN ('UINT8', 'FLOAT32')),
    channels           integer,
    height             integer,
    width              integer,
    classes            text[],
    mean               real[],
    std                real[],
    train_size         integer,
    train_class_counts integer[],
    train_checksum     text,
    train_skipped      integer[],
    test_size          integer,
    test_class_counts  integer[],
    test_checksum      text,
    test_skipped       integer[],
    problems           jsonb NOT NULL,
    created_at         timestamptz NOT NULL,
    CONSTRAINT dataset_ready_is_complete CHECK (state <> 'READY' OR (element IS NOT NULL AND channels IS NOT NULL AND height IS NOT NULL
        AND width IS NOT NULL AND classes IS NOT NULL AND mean IS NOT NULL AND std IS NOT NULL
        AND train_size > 0 AND train_class_counts IS NOT NULL AND train_checksum IS NOT NULL))
);

COMMENT ON TABLE dataset IS 'Registered datasets. Their samples lie in tensor stores under the work directory, in a folder named by the id.';
COMMENT ON COLUMN dataset.registration IS 'The request as it was made; what an ingest starts from.';
COMMENT ON COLUMN dataset.problems IS 'What the ingest found, at most 100: [{"sample": 17, "message": "…"}].';
COMMENT ON COLUMN dataset.train_skipped IS 'Rising positions in the user''s data of the samples that were left out; null for none.';
