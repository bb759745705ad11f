-- What workers timed of networks, for estimates of jobs; what is asked for and not yet timed has no timing.
CREATE TABLE measurement (
    key          text PRIMARY KEY,
    wanted       jsonb       NOT NULL,
    device       text        NOT NULL,
    requested_at timestamptz NOT NULL,
    claimed_at   timestamptz,
    timing       jsonb,
    failure      text,
    worker       text,
    measured_at  timestamptz,
    CHECK (timing IS NULL OR failure IS NULL),
    CHECK ((timing IS NULL AND failure IS NULL) OR (worker IS NOT NULL AND measured_at IS NOT NULL))
);

CREATE INDEX measurement_wanted ON measurement (requested_at) WHERE timing IS NULL AND failure IS NULL;
