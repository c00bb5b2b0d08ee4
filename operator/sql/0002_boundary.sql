SET LOCAL search_path = pg_catalog, pg_temp;

-- How far each tenant's schema is, as its migration Job said when it ended. Only the operator reads and writes it: a
-- table of the tenant's own could be replaced by a view, whose functions would run with the operator's rights.
CREATE TABLE public.tenant_migrations (
  tenant_id   text        PRIMARY KEY REFERENCES public.tenants,
  version     int         CHECK (version >= 0),
  -- Set only by an image of the Tenant's own: a digest of its name.
  image_mark  text        CHECK (char_length(image_mark) <= 64),
  reported_at timestamptz NOT NULL DEFAULT now()
);

-- A second lock beside the missing grants: without a policy only the owner sees rows.
ALTER TABLE public.tenant_migrations ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.operator_epoch ENABLE ROW LEVEL SECURITY;
ALTER TABLE IF EXISTS public.operator_schema ENABLE ROW LEVEL SECURITY;

-- Marks of images stand in the table above by now. A schema's owner could have changed them.
DO $$
DECLARE
  marked name;
BEGIN
  FOR marked IN
    SELECT nspname FROM pg_namespace
    WHERE obj_description(oid, 'pg_namespace') LIKE 'dotmac.io/migrated-by=%' AND pg_has_role(nspowner, 'USAGE')
  LOOP
    EXECUTE format('COMMENT ON SCHEMA %I IS NULL', marked);
  END LOOP;
END $$;

-- For everybody: DROP OWNED BY a role removes the policies that are for this role alone, and every login of a tenant
-- has the rights of dotmac_tenant. The expression binds the login, and the grants say who may ask at all.
DROP POLICY IF EXISTS own_row ON public.tenants;
DROP POLICY IF EXISTS own_row ON public.licenses;
DROP POLICY IF EXISTS own_rows ON public.audit_logs;
DROP POLICY IF EXISTS add_own_rows ON public.audit_logs;
CREATE POLICY own_row ON public.tenants FOR SELECT TO PUBLIC
  USING (id = substring(session_user::text FROM '^t_([a-z2-7]{10})_'));
CREATE POLICY own_row ON public.licenses FOR SELECT TO PUBLIC
  USING (tenant_id = substring(session_user::text FROM '^t_([a-z2-7]{10})_'));
CREATE POLICY own_rows ON public.audit_logs FOR SELECT TO PUBLIC
  USING (tenant_id = substring(session_user::text FROM '^t_([a-z2-7]{10})_'));
CREATE POLICY add_own_rows ON public.audit_logs FOR INSERT TO PUBLIC
  WITH CHECK (tenant_id = substring(session_user::text FROM '^t_([a-z2-7]{10})_'));

-- A key that no two tenants share. The number and the time come from the database: no tenant writes or reads the
-- number, which would tell how much all others do, and none writes the time.
ALTER TABLE public.audit_logs
  DROP CONSTRAINT audit_logs_pkey,
  ADD CONSTRAINT audit_logs_pkey PRIMARY KEY (tenant_id, id),
  ALTER COLUMN at SET DEFAULT clock_timestamp();
REVOKE ALL ON public.audit_logs FROM dotmac_tenant;
GRANT SELECT (tenant_id, at, actor, action, entity_type, entity_id, request_id, details) ON public.audit_logs
  TO dotmac_tenant;
GRANT INSERT (tenant_id, actor, action, entity_type, entity_id, request_id, details) ON public.audit_logs
  TO dotmac_tenant;

-- NOT VALID: what was written before stays as it is.
ALTER TABLE public.audit_logs
  ADD CONSTRAINT actor_length CHECK (octet_length(actor) <= 256) NOT VALID,
  ADD CONSTRAINT action_length CHECK (octet_length(action) <= 128) NOT VALID,
  ADD CONSTRAINT entity_type_length CHECK (octet_length(entity_type) <= 128) NOT VALID,
  ADD CONSTRAINT entity_id_length CHECK (octet_length(entity_id) <= 256) NOT VALID,
  ADD CONSTRAINT request_id_length CHECK (octet_length(request_id) <= 256) NOT VALID,
  ADD CONSTRAINT details_length CHECK (octet_length(details::text) <= 16384) NOT VALID;
