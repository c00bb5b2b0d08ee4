-- The local date of the last run of each schedule. The pod that raises it creates the job, in the same transaction.
CREATE TABLE schedules (
  name        text PRIMARY KEY,
  last_date   date NOT NULL,
  -- Null until the first run: a new schedule begins with its next date.
  last_run_at timestamptz
);
