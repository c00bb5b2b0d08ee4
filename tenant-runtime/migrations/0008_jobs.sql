-- Work that is left for later, recorded in the transaction of the change that asks for it. A worker holds the row's lock
-- while it does the job in the same transaction, so what the job writes is there once, whatever crashes.
CREATE TABLE jobs (
  id         uuid        PRIMARY KEY,
  kind       text        NOT NULL,
  -- Identifiers and names of fields, never a personal value: it is kept in clear.
  input      jsonb       NOT NULL,
  run_at     timestamptz NOT NULL DEFAULT now(),
  attempts   integer     NOT NULL DEFAULT 0,
  -- When it was given up, after its last attempt.
  failed_at  timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX jobs_waiting ON jobs (run_at) WHERE failed_at IS NULL;
