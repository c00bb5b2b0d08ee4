SET LOCAL search_path = pg_catalog, pg_temp;

-- A tenant reads its own records through this function alone, the newest first. It takes the tenant from session_user, as
-- the trigger that writes them does, and it is the only way: a tenant has no rights on its table. It runs with the operator's
-- rights and evaluates functions of pg_catalog only: the arguments are of PostgreSQL's own types, and were evaluated with the
-- tenant's rights. NULL for an argument is no restriction.
CREATE FUNCTION public.own_audit_records(
  since timestamptz, until timestamptz, after_at timestamptz, after_id bigint, by_actor text, of_action text,
  of_entity_type text, of_entity_id text, of_request text, most int)
  RETURNS TABLE (id bigint, at timestamptz, actor text, action text, entity_type text, entity_id text, request_id text,
                 details jsonb)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own text := substring(session_user::text FROM '^t_([a-z2-7]{10})_');
BEGIN
  IF own IS NULL THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('The login %s has no audit records of its own', session_user),
      HINT = 'Log in as a tenant, or read the tables of the schema audit as a superuser.';
  END IF;
  RETURN QUERY EXECUTE format(
    'SELECT id, at, actor, action, entity_type, entity_id, request_id, details FROM audit.%I
      WHERE at >= $1 AND at < $2 AND ($3 IS NULL OR (at, id) < ($3, $4)) AND ($5 IS NULL OR actor = $5)
        AND ($6 IS NULL OR action = $6) AND ($7 IS NULL OR entity_type = $7) AND ($8 IS NULL OR entity_id = $8)
        AND ($9 IS NULL OR request_id = $9)
      ORDER BY at DESC, id DESC LIMIT least($10, 1000)', 't_' || own)
    USING since, until, after_at, after_id, by_actor, of_action, of_entity_type, of_entity_id, of_request, most;
END
$$;
REVOKE ALL ON FUNCTION public.own_audit_records(
  timestamptz, timestamptz, timestamptz, bigint, text, text, text, text, text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.own_audit_records(
  timestamptz, timestamptz, timestamptz, bigint, text, text, text, text, text, int) TO dotmac_tenant;
