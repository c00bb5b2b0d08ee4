-- Columns that end in _sealed hold personal data encrypted by the runtime (AES-256-GCM, bound to table,
-- row and column); _exact and _prefixes hold keyed hashes of normalised values, for search. Nothing here
-- can be read or searched without the tenant's keys, which are not in the database.

CREATE SEQUENCE customer_account_numbers AS bigint MINVALUE 1000000 START WITH 1000000;

CREATE TABLE customers (
  id                uuid        PRIMARY KEY,
  account_number    text        NOT NULL UNIQUE CHECK (account_number ~ '^[0-9]{8,20}$'),
  external_key      text        CHECK (length(external_key) BETWEEN 1 AND 64),
  type              text        NOT NULL CHECK (type IN ('person', 'company')),
  status            text        NOT NULL CHECK (status IN ('prospect', 'active', 'suspended', 'closed')),
  status_changed_at timestamptz NOT NULL DEFAULT now(),
  name              text        NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  -- The name without case and accents: sorted by its bytes, so that a page boundary is exact.
  name_folded       text        COLLATE "C" NOT NULL,
  name_words        tsvector    NOT NULL,
  contact_name      text        CHECK (length(contact_name) BETWEEN 1 AND 200),
  language          text        NOT NULL,
  email_sealed      bytea,
  email_exact       bytea,
  email_prefixes    bytea[]     NOT NULL DEFAULT '{}',
  phone_sealed      bytea,
  phone_exact       bytea,
  phone_prefixes    bytea[]     NOT NULL DEFAULT '{}',
  tax_id_sealed     bytea,
  birth_date_sealed bytea,
  notes_sealed      bytea,
  version           bigint      NOT NULL DEFAULT 1,
  created_at        timestamptz NOT NULL DEFAULT now(),
  updated_at        timestamptz NOT NULL DEFAULT now(),
  deleted_at        timestamptz,
  CHECK ((email_sealed IS NULL) = (email_exact IS NULL)),
  CHECK ((phone_sealed IS NULL) = (phone_exact IS NULL))
);

CREATE UNIQUE INDEX customers_external_key ON customers (external_key) WHERE deleted_at IS NULL;
CREATE INDEX customers_by_creation ON customers (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_by_name ON customers (name_folded, id) WHERE deleted_at IS NULL;
CREATE INDEX customers_account_number_prefix ON customers (account_number text_pattern_ops);
CREATE INDEX customers_email_exact ON customers (email_exact);
CREATE INDEX customers_phone_exact ON customers (phone_exact);
CREATE INDEX customers_name_words ON customers USING gin (name_words);
CREATE INDEX customers_email_prefixes ON customers USING gin (email_prefixes);
CREATE INDEX customers_phone_prefixes ON customers USING gin (phone_prefixes);

CREATE TABLE customer_addresses (
  customer_id   uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  purpose       text NOT NULL CHECK (purpose IN ('service', 'billing')),
  street_sealed bytea,
  city          text NOT NULL CHECK (length(city) BETWEEN 1 AND 100),
  city_folded   text COLLATE "C" NOT NULL,
  postcode      text CHECK (length(postcode) BETWEEN 1 AND 16),
  region        text CHECK (length(region) BETWEEN 1 AND 100),
  country       text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  PRIMARY KEY (customer_id, purpose)
);

CREATE INDEX customer_addresses_city ON customer_addresses (city_folded, customer_id);
CREATE INDEX customer_addresses_postcode ON customer_addresses (postcode, customer_id);
