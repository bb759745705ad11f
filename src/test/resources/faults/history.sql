-- Writes down every change of a job's status.
CREATE TABLE IF NOT EXISTS job_history (
    place bigint GENERATED ALWAYS AS IDENTITY, job_id uuid, status text, at timestamptz DEFAULT clock_timestamp());
CREATE OR REPLACE FUNCTION write_job_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_op = 'INSERT' OR old.status IS DISTINCT FROM new.status THEN
        INSERT INTO job_history (job_id, status) VALUES (new.id, new.status);
    END IF;
    RETURN new;
END $$;
CREATE OR REPLACE TRIGGER job_history AFTER INSERT OR UPDATE ON job
    FOR EACH ROW EXECUTE FUNCTION write_job_history();
