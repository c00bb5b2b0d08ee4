CREATE TABLE users (
  id                   uuid        PRIMARY KEY,
  email_sealed         bytea       NOT NULL,
  email_exact          bytea       NOT NULL UNIQUE,
  name                 text        CHECK (length(name) BETWEEN 1 AND 200),
  role                 text        NOT NULL CHECK (role IN ('admin', 'agent')),
  password_hash        text        NOT NULL,
  must_change_password boolean     NOT NULL DEFAULT true,
  disabled_at          timestamptz,
  version              bigint      NOT NULL DEFAULT 1,
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX users_by_creation ON users (created_at, id);

-- The addresses for which a first administrator was made. A row stays when that user takes another
-- address or is disabled, so that a restart never brings the one-time password back to life.
CREATE TABLE first_administrators (
  email_exact bytea       PRIMARY KEY,
  created_at  timestamptz NOT NULL DEFAULT now()
);
