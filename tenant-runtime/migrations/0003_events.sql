-- Events leave in the transaction of the change that they tell of. Their order is given by the relay
-- when it takes them (relay_position), because ids taken inside a transaction commit out of order.
CREATE SEQUENCE outbox_positions AS bigint;

CREATE TABLE outbox_events (
  id             uuid        PRIMARY KEY,
  type           text        NOT NULL,
  entity_type    text        NOT NULL,
  entity_id      text        NOT NULL,
  payload        jsonb       NOT NULL,
  occurred_at    timestamptz NOT NULL DEFAULT now(),
  relay_position bigint      UNIQUE,
  relayed_at     timestamptz
);

CREATE INDEX outbox_events_waiting ON outbox_events (occurred_at) WHERE relay_position IS NULL;

CREATE TABLE idempotency_keys (
  user_id     text        NOT NULL,
  key         text        NOT NULL,
  -- Which attempt holds the key.
  claim       uuid        NOT NULL,
  -- Sealed: operation and body of the request.
  fingerprint bytea       NOT NULL,
  state       text        NOT NULL CHECK (state IN ('running', 'committed', 'answered')),
  -- Sealed: status, headers and body.
  response    bytea,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, key)
);

CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
