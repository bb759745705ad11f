-- Who is timing a network, and how many workers have died of it.
ALTER TABLE measurement ADD COLUMN claimed_by text;
ALTER TABLE measurement ADD COLUMN deaths smallint NOT NULL DEFAULT 0;
