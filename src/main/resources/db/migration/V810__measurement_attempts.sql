-- How often a timing was begun that no worker lived to tell of.
ALTER TABLE measurement ADD COLUMN attempts smallint NOT NULL DEFAULT 0;
