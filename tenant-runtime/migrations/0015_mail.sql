-- The mail server of the ISP: at most one row.
CREATE TABLE mail_servers (
  id                 uuid        PRIMARY KEY,
  -- Changed with the settings: a failure of earlier ones tells nothing of these.
  revision           uuid        NOT NULL,
  host               text        NOT NULL,
  port               integer     NOT NULL CHECK (port BETWEEN 1 AND 65535),
  -- TLS from the first byte, or required by STARTTLS.
  security           text        NOT NULL CHECK (security IN ('tls', 'starttls')),
  user_sealed        bytea,
  password_sealed    bytea,
  -- Null for the display name of the ISP.
  from_name          text,
  from_sealed        bytea       NOT NULL,
  -- The domain of the address before, for the identifiers of messages.
  from_domain        text        NOT NULL,
  reply_to_sealed    bytea,
  -- The address that gets bounces: messages then leave with a sender of their own, which names the message.
  bounces_to_sealed  bytea,
  -- The language of messages to readers whose language is not known.
  language           text        NOT NULL CHECK (language IN ('en', 'fr')),
  dkim_domain        text,
  dkim_selector      text,
  dkim_key_sealed    bytea,
  -- The first failure of the server since its last success; while it fails, one message at a time tries it.
  failing_since      timestamptz,
  failures           integer     NOT NULL DEFAULT 0,
  -- A code of the platform.
  last_error         text        CHECK (length(last_error) <= 50),
  paused_until       timestamptz,
  version            bigint      NOT NULL DEFAULT 1,
  created_at         timestamptz NOT NULL DEFAULT now(),
  updated_at         timestamptz NOT NULL DEFAULT now(),
  CHECK ((user_sealed IS NULL) = (password_sealed IS NULL)),
  CHECK ((dkim_domain IS NULL) = (dkim_selector IS NULL)),
  CHECK ((dkim_domain IS NULL) = (dkim_key_sealed IS NULL)),
  CHECK ((failing_since IS NULL) = (last_error IS NULL))
);

CREATE UNIQUE INDEX mail_servers_one ON mail_servers ((true));

-- One message to one reader, written in the transaction of the change that causes it: the queue of messages that wait, and
-- the record of those that were sent, to which address and for which reason.
CREATE TABLE mail_messages (
  -- Part of the Message-ID, which is the same at each attempt.
  id               uuid        PRIMARY KEY,
  template         text        NOT NULL,
  -- Null for the language of the mail server's settings.
  language         text        CHECK (language IN ('en', 'fr')),
  recipient_sealed bytea       NOT NULL,
  recipient_exact  bytea       NOT NULL,
  -- The values of the template, sealed; removed at the end.
  values_sealed    bytea,
  -- The cause: a type of event and its entity.
  reason_type      text        NOT NULL CHECK (length(reason_type) <= 100),
  reason_entity    text        NOT NULL CHECK (length(reason_entity) <= 100),
  state            text        NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'suppressed', 'bounced')),
  attempts         integer     NOT NULL DEFAULT 0,
  -- When the next attempt may begin. While an attempt is in progress: when it counts as lost.
  due_at           timestamptz NOT NULL DEFAULT now(),
  -- Names the attempt in progress.
  claim            uuid,
  last_attempt_at  timestamptz,
  -- A code of the platform.
  last_error       text        CHECK (length(last_error) <= 50),
  -- The last answer: the code of SMTP (550), the enhanced code (5.1.1), and its text, which may hold an address.
  last_reply       integer,
  last_status      text        CHECK (length(last_status) <= 11),
  answer_sealed    bytea,
  message_id       text,
  finished_at      timestamptz,
  version          bigint      NOT NULL DEFAULT 1,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  CHECK ((state = 'waiting') = (finished_at IS NULL)),
  CHECK ((state = 'waiting') = (values_sealed IS NOT NULL))
);

CREATE INDEX mail_messages_waiting ON mail_messages (due_at) WHERE state = 'waiting';
CREATE INDEX mail_messages_claimed ON mail_messages (due_at) WHERE claim IS NOT NULL;
CREATE INDEX mail_messages_attempted ON mail_messages (last_attempt_at) WHERE last_attempt_at IS NOT NULL;
CREATE INDEX mail_messages_finished ON mail_messages (finished_at) WHERE state <> 'waiting';
CREATE INDEX mail_messages_left_out ON mail_messages (id) WHERE last_error = 'BACKLOG_FULL';
CREATE INDEX mail_messages_recipient ON mail_messages (recipient_exact);
CREATE INDEX mail_messages_listed ON mail_messages (created_at, id);

-- The addresses to which nothing is sent.
CREATE TABLE mail_suppressions (
  id             uuid        PRIMARY KEY,
  address_sealed bytea       NOT NULL,
  address_exact  bytea       NOT NULL UNIQUE,
  reason         text        NOT NULL CHECK (reason IN ('bounced', 'administrator')),
  -- The message that bounced. It may be removed before.
  message        uuid,
  version        bigint      NOT NULL DEFAULT 1,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX mail_suppressions_listed ON mail_suppressions (created_at, id);
