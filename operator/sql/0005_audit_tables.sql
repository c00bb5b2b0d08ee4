SET LOCAL search_path = pg_catalog, pg_temp;

-- Each tenant's audit records lie in a plain table of their own, called as its schema: audit.t_<id>. Its files are measured
-- with the tenant's schema, what is rolled back included, and it shares no lock and no plan with another tenant's table.
-- Tenants have no rights in this schema. They insert into public.audit_logs, which stays empty: a trigger writes the record
-- into the tenant's table.
CREATE SCHEMA audit;
REVOKE ALL ON SCHEMA audit FROM PUBLIC;
ALTER TABLE public.audit_logs SET SCHEMA audit;

-- NOT VALID, because records from before these bounds stay as they are.
CREATE FUNCTION audit.bound_table(tenant text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format('ALTER TABLE audit.%I
    ADD CONSTRAINT actor_length CHECK (octet_length(actor) <= 256) NOT VALID,
    ADD CONSTRAINT action_length CHECK (octet_length(action) <= 128) NOT VALID,
    ADD CONSTRAINT entity_type_length CHECK (octet_length(entity_type) <= 128) NOT VALID,
    ADD CONSTRAINT entity_id_length CHECK (octet_length(entity_id) <= 256) NOT VALID,
    ADD CONSTRAINT request_id_length CHECK (octet_length(request_id) <= 256) NOT VALID,
    ADD CONSTRAINT details_length CHECK (octet_length(details::text) <= 16384) NOT VALID', 't_' || tenant);
END
$$;
REVOKE ALL ON FUNCTION audit.bound_table(text) FROM PUBLIC;

-- Row security is a second lock beside the missing rights: the table has no policy.
CREATE FUNCTION audit.make_table(tenant text, with_bounds boolean DEFAULT true) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  records text := format('audit.%I', 't_' || tenant);
BEGIN
  EXECUTE format('CREATE TABLE %s (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor       text        NOT NULL,
    action      text        NOT NULL,
    entity_type text        NOT NULL,
    entity_id   text        NOT NULL,
    request_id  text,
    details     jsonb)', records);
  EXECUTE format('CREATE INDEX ON %s (at)', records);
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', records);
  IF with_bounds THEN
    PERFORM audit.bound_table(tenant);
  END IF;
END
$$;
REVOKE ALL ON FUNCTION audit.make_table(text, boolean) FROM PUBLIC;

-- Copies the records of all tenants, those from before the bounds included.
DO $$
DECLARE
  tenant text;
  records text;
BEGIN
  FOR tenant IN
    SELECT id FROM public.tenants WHERE state <> 'destroyed' UNION SELECT tenant_id FROM audit.audit_logs
  LOOP
    records := format('audit.%I', 't_' || tenant);
    PERFORM audit.make_table(tenant, with_bounds => false);
    EXECUTE format('INSERT INTO %s (id, at, actor, action, entity_type, entity_id, request_id, details)
      OVERRIDING SYSTEM VALUE
      SELECT id, at, actor, action, entity_type, entity_id, request_id, details FROM audit.audit_logs WHERE tenant_id = $1
      ORDER BY at', records) USING tenant;
    EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, %L), max(id)) FROM %s', records, 'id', records);
    PERFORM audit.bound_table(tenant);
  END LOOP;
END
$$;
DROP TABLE audit.audit_logs;

-- The table is made before anything else that a tenant gets, whichever operator makes the tenant: no record fails for want
-- of it.
CREATE FUNCTION audit.make_tenants_table() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM audit.make_table(NEW.id);
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION audit.make_tenants_table() FROM PUBLIC;
CREATE TRIGGER make_audit_table AFTER INSERT ON public.tenants
  FOR EACH ROW EXECUTE FUNCTION audit.make_tenants_table();

-- An operator from before this file may lead once more, and destroys data without knowing of the table.
CREATE FUNCTION audit.drop_tenants_table() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format('DROP TABLE IF EXISTS audit.%I', 't_' || NEW.id);
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION audit.drop_tenants_table() FROM PUBLIC;
CREATE TRIGGER drop_audit_table AFTER UPDATE OF destroyed_at ON public.tenants
  FOR EACH ROW WHEN (NEW.destroyed_at IS NOT NULL) EXECUTE FUNCTION audit.drop_tenants_table();

-- The table that tenants insert into, by the rights and policies from before: their images read and check them. No row can
-- stay here, not even where a superuser has switched the trigger off.
CREATE TABLE public.audit_logs (
  id          bigint,
  tenant_id   text        NOT NULL,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor       text        NOT NULL,
  action      text        NOT NULL,
  entity_type text        NOT NULL,
  entity_id   text        NOT NULL,
  request_id  text,
  details     jsonb,
  CONSTRAINT holds_nothing CHECK (false)
);
ALTER TABLE public.audit_logs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON public.audit_logs FOR SELECT TO PUBLIC
  USING (tenant_id = substring(session_user::text FROM '^t_([a-z2-7]{10})_'));
CREATE POLICY add_own_rows ON public.audit_logs FOR INSERT TO PUBLIC
  WITH CHECK (tenant_id = substring(session_user::text FROM '^t_([a-z2-7]{10})_'));
GRANT SELECT (tenant_id, at, actor, action, entity_type, entity_id, request_id, details) ON public.audit_logs
  TO dotmac_tenant;
GRANT INSERT (tenant_id, actor, action, entity_type, entity_id, request_id, details) ON public.audit_logs
  TO dotmac_tenant;

-- Runs with the operator's rights, because no tenant has any on its table. It evaluates only functions of pg_catalog: a
-- tenant's expressions were evaluated, with the tenant's rights, before the row came here. A policy would be evaluated after
-- this trigger and never sees the row, so the trigger binds the record to the login. Only the operator and superusers
-- write for others, and choose the time.
CREATE FUNCTION audit.write_record() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own text := substring(session_user::text FROM '^t_([a-z2-7]{10})_');
BEGIN
  IF NEW.tenant_id IS DISTINCT FROM own
     AND (own IS NOT NULL OR NOT pg_has_role(session_user, current_user, 'USAGE')) THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('The login %s writes audit records of its own tenant only', session_user),
      HINT = format('Expected the tenant_id %s, found %s.',
                    coalesce(own, 'of a login of that tenant'), coalesce(NEW.tenant_id, 'NULL'));
  END IF;
  EXECUTE format('INSERT INTO audit.%I (at, actor, action, entity_type, entity_id, request_id, details)
                  VALUES ($1, $2, $3, $4, $5, $6, $7)', 't_' || NEW.tenant_id)
    USING CASE WHEN own IS NULL THEN NEW.at ELSE clock_timestamp() END,
          NEW.actor, NEW.action, NEW.entity_type, NEW.entity_id, NEW.request_id, NEW.details;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION audit.write_record() FROM PUBLIC;
CREATE TRIGGER write_record BEFORE INSERT ON public.audit_logs
  FOR EACH ROW EXECUTE FUNCTION audit.write_record();
ALTER TABLE public.audit_logs ENABLE ALWAYS TRIGGER write_record;

-- `audit_full` is set for two reasons now, and the message names both.
CREATE OR REPLACE FUNCTION public.refuse_full_audit() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM public.licenses
             WHERE audit_full AND tenant_id = pg_catalog.substring(session_user::text, '^t_([a-z2-7]{10})_')) THEN
    RAISE EXCEPTION 'This tenant has written the audit records that its plan allows for today, or holds more than its storage, a quarter of it in audit records: raise database.auditRecordsPerDay or database.storage of its TenantPlan. The first is over at midnight UTC.'
      USING ERRCODE = '53100';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER refuse_full_audit BEFORE INSERT ON public.audit_logs
  FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_full_audit();

-- The records of one tenant between two times, counted to `most`.
CREATE FUNCTION audit.count_records(tenant text, since timestamptz, until timestamptz, most int) RETURNS int
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  records regclass := to_regclass(format('audit.%I', 't_' || tenant));
  counted int := 0;
BEGIN
  IF records IS NOT NULL THEN
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %s WHERE at >= $1 AND at < $2 ORDER BY at LIMIT $3) AS found', records)
      INTO counted USING since, until, most;
  END IF;
  RETURN counted;
END
$$;
REVOKE ALL ON FUNCTION audit.count_records(text, timestamptz, timestamptz, int) FROM PUBLIC;
