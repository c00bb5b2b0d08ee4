SET LOCAL search_path = pg_catalog, pg_temp;

-- What a tenant may hold of the disk that all share. The operator measures and writes the level; the runtime reads it.
ALTER TABLE public.licenses
  ADD COLUMN storage    text    NOT NULL DEFAULT 'open' CHECK (storage IN ('open', 'near', 'full', 'closed')),
  ADD COLUMN audit_full boolean NOT NULL DEFAULT false;

-- The rights that a tenant's logins lost at the level `closed`, to be given back.
CREATE TABLE public.withheld_grants (
  tenant_id text NOT NULL REFERENCES public.tenants,
  relation  text NOT NULL,
  privilege text NOT NULL CHECK (privilege IN ('INSERT', 'UPDATE')),
  PRIMARY KEY (tenant_id, relation, privilege)
);
ALTER TABLE public.withheld_grants ENABLE ROW LEVEL SECURITY;

-- A trigger and no policy, because it can say why. 53100 is disk_full: the runtime answers STORAGE_FULL.
CREATE FUNCTION public.refuse_full_audit() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM public.licenses
             WHERE audit_full AND tenant_id = pg_catalog.substring(session_user::text, '^t_([a-z2-7]{10})_')) THEN
    RAISE EXCEPTION 'This tenant has written the audit records that its plan allows for today: raise database.auditRecordsPerDay of its TenantPlan, or wait until midnight UTC.'
      USING ERRCODE = '53100';
  END IF;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION public.refuse_full_audit() FROM PUBLIC;
CREATE TRIGGER refuse_full_audit BEFORE INSERT ON public.audit_logs
  FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_full_audit();
