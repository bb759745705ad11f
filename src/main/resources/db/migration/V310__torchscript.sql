-- A model of an uploaded file: what came and from whom. The kept copy is <work-dir>/models/<id>.pt.
ALTER TABLE model
    ADD COLUMN upload_sha256 text CHECK (upload_sha256 ~ '^[0-9a-f]{64}$'),
    ADD COLUMN upload_bytes  bigint CHECK (upload_bytes > 0),
    ADD COLUMN uploader      text,
    ADD CHECK ((architecture = 'torchscript') = (upload_sha256 IS NOT NULL)),
    ADD CHECK ((upload_sha256 IS NULL) = (upload_bytes IS NULL));
