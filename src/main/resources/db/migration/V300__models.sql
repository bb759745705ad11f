CREATE TABLE model (
    id           uuid PRIMARY KEY,
    name         text NOT NULL CONSTRAINT model_name_unique UNIQUE
                 CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    architecture text NOT NULL,
    options      jsonb NOT NULL,
    created_at   timestamptz NOT NULL
);

COMMENT ON TABLE model IS 'Registered models: an architecture of the catalogue with its options, complete with defaults.';
