-- The addresses to which the runtime sends events, after Standard Webhooks.
CREATE TABLE webhook_endpoints (
  id                     uuid        PRIMARY KEY,
  -- Sealed, because a receiver's address often holds a token.
  url_sealed             bytea       NOT NULL,
  description            text,
  -- The types of events that are sent; null for all.
  events                 text[],
  enabled                boolean     NOT NULL,
  disabled_at            timestamptz,
  disabled_reason        text        CHECK (disabled_reason IN ('administrator', 'gone', 'failing')),
  -- The first failed attempt since the last success.
  failing_since          timestamptz,
  secret_sealed          bytea       NOT NULL,
  -- The secret before the last rotation. Messages carry its signature too until that time.
  previous_secret_sealed bytea,
  previous_secret_until  timestamptz,
  version                bigint      NOT NULL DEFAULT 1,
  created_at             timestamptz NOT NULL DEFAULT now(),
  updated_at             timestamptz NOT NULL DEFAULT now(),
  CHECK (enabled = (disabled_at IS NULL)),
  CHECK (enabled = (disabled_reason IS NULL)),
  CHECK ((previous_secret_sealed IS NULL) = (previous_secret_until IS NULL))
);

-- One event for one endpoint, written in the transaction of the change: the queue of what is to be sent, and the record of
-- what was sent. There is no foreign key to the endpoint, because a change must not fail when its event meets the deletion
-- of an endpoint.
CREATE TABLE webhook_deliveries (
  -- Sent as webhook-id, the same at each attempt.
  id              uuid        PRIMARY KEY,
  endpoint_id     uuid        NOT NULL,
  -- Null for a test message.
  event_id        uuid,
  type            text        NOT NULL,
  occurred_at     timestamptz NOT NULL,
  -- Identifiers and names of fields, never a personal value.
  data            jsonb       NOT NULL,
  state           text        NOT NULL CHECK (state IN ('waiting', 'succeeded', 'failed')),
  attempts        integer     NOT NULL DEFAULT 0,
  -- When the next attempt may begin. While an attempt is in progress: when it counts as lost.
  due_at          timestamptz NOT NULL DEFAULT now(),
  -- Names the attempt in progress.
  claim           uuid,
  last_attempt_at timestamptz,
  -- The status of the last answer, or a code of the platform; never a text of the receiver.
  last_status     integer,
  last_error      text        CHECK (length(last_error) <= 50),
  finished_at     timestamptz,
  version         bigint      NOT NULL DEFAULT 1,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  CHECK ((state = 'waiting') = (finished_at IS NULL))
);

CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (endpoint_id, due_at) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_claimed ON webhook_deliveries (endpoint_id) WHERE claim IS NOT NULL;
CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (endpoint_id, finished_at) WHERE state <> 'waiting';
CREATE INDEX webhook_deliveries_left_out ON webhook_deliveries (endpoint_id) WHERE last_error = 'BACKLOG_FULL';
CREATE INDEX webhook_deliveries_listed ON webhook_deliveries (endpoint_id, created_at, id);
