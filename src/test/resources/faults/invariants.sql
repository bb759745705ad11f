-- What must never be in the database, whatever died before: each query asks for the jobs of which it is true all the same.

-- a job that reached two ends, or left one
SELECT job_id FROM job_history WHERE status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')
 GROUP BY job_id HAVING count(*) > 1
 UNION
SELECT e.job_id FROM job_history e JOIN job_history l ON l.job_id = e.job_id AND l.place > e.place
 WHERE e.status IN ('SUCCEEDED', 'FAILED', 'CANCELLED');

-- a run that is not ended though its job is
SELECT r.job_id FROM run r JOIN job j ON j.id = r.job_id
 WHERE j.finished_at IS NOT NULL AND r.status IN ('QUEUED', 'RUNNING');

-- a run that was not done of a job that succeeded
SELECT r.job_id FROM run r JOIN job j ON j.id = r.job_id
 WHERE j.status = 'SUCCEEDED' AND r.status <> 'SUCCEEDED';

-- a run begun more often than it may be
SELECT job_id FROM run WHERE attempts > 3 OR attempts < 0;

-- more claims than fences
SELECT job_id FROM run WHERE fence < attempts;

-- scores of a run that did not succeed
SELECT s.job_id FROM run_score s LEFT JOIN run r ON r.job_id = s.job_id AND r.number = s.run
 WHERE r.status IS DISTINCT FROM 'SUCCEEDED';

-- a run that succeeded without its scores
SELECT r.job_id FROM run r JOIN job j ON j.id = r.job_id
 WHERE r.status = 'SUCCEEDED'
   AND (SELECT count(*) FROM run_score s WHERE s.job_id = r.job_id AND s.run = r.number)
       <> jsonb_array_length(j.request -> 'methods');

-- a run's scores without chunks
SELECT s.job_id FROM run_score s
 WHERE NOT EXISTS (SELECT FROM run_chunk c
                    WHERE c.job_id = s.job_id AND c.run = s.run AND c.method = s.method);

-- a score set of a job that did not succeed
SELECT s.job_id FROM score_set s JOIN job j ON j.id = s.job_id WHERE j.status <> 'SUCCEEDED';

-- another number of score sets than methods
SELECT j.id FROM job j WHERE j.status = 'SUCCEEDED'
   AND (SELECT count(*) FROM score_set s WHERE s.job_id = j.id)
       <> jsonb_array_length(j.request -> 'methods');

-- a run under way without a task
SELECT r.job_id FROM run r JOIN job j ON j.id = r.job_id
 WHERE j.finished_at IS NULL AND r.status IN ('QUEUED', 'RUNNING')
   AND NOT EXISTS (SELECT FROM scheduled_tasks t WHERE t.task_instance LIKE r.job_id || '/' || r.number || '%');
