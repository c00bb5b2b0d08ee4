-- What a relay needs to number events and hand them on. Positions come from the row below and not from a
-- sequence, so that they have no gaps: whoever hears 7 after 5 knows that it has missed one.
DROP SEQUENCE outbox_positions;

-- The order in which events were recorded. It only orders those that one relay takes together, which have
-- all committed: of two changes of one row the later is recorded later, whichever transaction began first.
ALTER TABLE outbox_events ADD COLUMN recorded_as bigint GENERATED ALWAYS AS IDENTITY;

DROP INDEX outbox_events_waiting;
CREATE INDEX outbox_events_waiting ON outbox_events (recorded_as) WHERE relay_position IS NULL;

-- One row, whose lock makes a replica the relay for the length of a transaction.
CREATE TABLE outbox_relay (
  only_row           boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  last_position      bigint  NOT NULL DEFAULT 0,
  -- All up to this one have been published at least once.
  published_position bigint  NOT NULL DEFAULT 0,
  CHECK (published_position <= last_position)
);

INSERT INTO outbox_relay DEFAULT VALUES;
