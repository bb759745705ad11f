-- A subset that a user gave a name: what it says of itself, and its samples. It refers to nothing, so that it outlives the job,
-- the score set and the dataset that it was made from.
CREATE TABLE subset (
    id         uuid PRIMARY KEY,
    name       text        NOT NULL UNIQUE,
    dataset    text,
    method     text        NOT NULL,
    policy     text        NOT NULL,
    size       integer     NOT NULL CHECK (size >= 1),
    labelled   boolean     NOT NULL,
    weighted   boolean     NOT NULL,
    keyed      boolean     NOT NULL,
    -- The answer without its lists, as JSON.
    head       text        NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX subset_newest ON subset (created_at DESC, id);

-- The samples in the order of the list, 65,536 a chunk, little-endian: int32 indices and labels, float32 scores, float64 weights.
CREATE TABLE subset_chunk (
    subset_id uuid    NOT NULL REFERENCES subset ON DELETE CASCADE,
    chunk_no  integer NOT NULL,
    indices   bytea   NOT NULL,
    scores    bytea   NOT NULL,
    labels    bytea,
    weights   bytea,
    -- The names that the samples have in the user's data.
    keys      text[],
    PRIMARY KEY (subset_id, chunk_no)
);
ALTER TABLE subset_chunk
    ALTER COLUMN indices SET STORAGE EXTERNAL,
    ALTER COLUMN scores SET STORAGE EXTERNAL,
    ALTER COLUMN labels SET STORAGE EXTERNAL,
    ALTER COLUMN weights SET STORAGE EXTERNAL;
