-- Long commands: what each has to do, how far it is and what became of it. A job does one part in one transaction, which
-- also writes the progress, so that a part is done once, whatever crashes.
CREATE TABLE operations (
  id          uuid        PRIMARY KEY,
  kind        text        NOT NULL,
  state       text        NOT NULL
              CHECK (state IN ('receiving', 'waiting', 'running', 'succeeded', 'failed', 'cancelled')),
  created_by  text        NOT NULL,
  request_id  text,
  dry_run     boolean     NOT NULL DEFAULT false,
  -- Settings and names of fields, never a personal value: they are kept in clear.
  input       jsonb       NOT NULL DEFAULT '{}',
  -- Where the next part begins.
  position    integer     NOT NULL DEFAULT 0,
  total       integer     NOT NULL DEFAULT 0,
  done        integer     NOT NULL DEFAULT 0,
  refused     integer     NOT NULL DEFAULT 0,
  error       jsonb,
  created_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  expires_at  timestamptz NOT NULL,
  CHECK ((finished_at IS NULL) = (state IN ('receiving', 'waiting', 'running'))),
  CHECK ((error IS NULL) = (state <> 'failed'))
);

CREATE INDEX operations_finished ON operations (finished_at);

-- Sealed: what a client has sent, until it is done.
CREATE TABLE operation_parts (
  operation_id uuid    NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
  position     integer NOT NULL,
  sealed       bytea   NOT NULL,
  PRIMARY KEY (operation_id, position)
);

-- The result of each line of the sent file: one row, or one for each fault.
CREATE TABLE operation_results (
  operation_id uuid    NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
  line         integer NOT NULL,
  number       integer NOT NULL,
  outcome      text    NOT NULL CHECK (outcome IN ('created', 'valid', 'exists', 'refused')),
  resource     text,
  field        text,
  message      text,
  PRIMARY KEY (operation_id, line, number)
);
