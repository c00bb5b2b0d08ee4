-- An attempt is counted when a worker takes the job, in a transaction of its own, so that a job that ends its worker is
-- given up too. The worker then holds the row's lock while it does the job. Images from before take jobs as they did.
ALTER TABLE jobs
  -- When the attempt in progress began. It stays when the worker dies, until another one takes the job.
  ADD COLUMN taken_at   timestamptz,
  -- The reason why the last attempt failed: a code or the name of an error, never its message, which may hold a
  -- personal value.
  ADD COLUMN last_error text CHECK (length(last_error) <= 200);

-- To count the waiting jobs of a kind, and the jobs that were given up.
CREATE INDEX jobs_waiting_by_kind ON jobs (kind) WHERE failed_at IS NULL;
CREATE INDEX jobs_failed ON jobs (failed_at) WHERE failed_at IS NOT NULL;
