COMMENT ON SCHEMA public IS 'Winnow: datasets, models, jobs and their runs, score sets, subsets. Times are timestamptz; bulk data lies in chunks of 65,536 samples.';
