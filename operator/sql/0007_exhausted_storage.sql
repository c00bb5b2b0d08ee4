SET LOCAL search_path = pg_catalog, pg_temp;

-- A level above `closed`, at which none of the tenant's logins is enabled.
ALTER TABLE public.licenses
  DROP CONSTRAINT licenses_storage_check,
  ADD CONSTRAINT licenses_storage_check CHECK (storage IN ('open', 'near', 'full', 'closed', 'exhausted'));
