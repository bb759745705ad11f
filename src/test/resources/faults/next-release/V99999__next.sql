-- Stands in for what a release after this one brings: whatever it may add, and nothing that it may not (docs/operations.md). Only one
-- table that others work on is changed, as they take the locks of several in an order of their own.
ALTER TABLE job
    ADD COLUMN of_the_next_release text,
    ADD COLUMN counted_by_the_next_release integer NOT NULL DEFAULT 1;
CREATE INDEX job_of_the_next_release ON job (of_the_next_release);
CREATE TABLE next_release (
    id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job uuid NOT NULL REFERENCES job ON DELETE CASCADE
);
