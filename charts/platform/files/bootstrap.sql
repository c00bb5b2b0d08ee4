-- Makes the database it runs in ready for the operator and the pooler, and takes from PUBLIC what tenants must
-- not share. A superuser runs it, as often as wanted: the second run changes nothing but the two passwords.
-- psql variables: operator_password, pooler_password.

-- Passwords stay out of the server's log.
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';

BEGIN;

-- Roles belong to all databases of a server: two runs in two databases go one after the other.
LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE;

DO $$
BEGIN
  IF to_regrole('dotmac_operator') IS NULL THEN
    CREATE ROLE dotmac_operator;
  END IF;
  IF to_regrole('pgbouncer_auth') IS NULL THEN
    CREATE ROLE pgbouncer_auth;
  END IF;
END
$$;

ALTER ROLE dotmac_operator
  LOGIN NOSUPERUSER NOCREATEDB CREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'operator_password';
ALTER ROLE pgbouncer_auth
  LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'pooler_password';

-- A schema is handed to a role by a member of it. Up to PostgreSQL 15 CREATEROLE may grant itself any membership;
-- since 16 only in roles it made, and this does so as it makes them.
DO $$
BEGIN
  IF current_setting('server_version_num')::int >= 160000 THEN
    ALTER ROLE dotmac_operator SET createrole_self_grant = 'set, inherit';
  END IF;
END
$$;

DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I OWNER TO dotmac_operator', current_database());
  EXECUTE format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO pgbouncer_auth', current_database());
END
$$;
REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- The pooler asks for a login's verifier here. It never learns one that has power beyond a tenant's schema.
CREATE SCHEMA IF NOT EXISTS pgbouncer;
REVOKE ALL ON SCHEMA pgbouncer FROM PUBLIC;
GRANT USAGE ON SCHEMA pgbouncer TO pgbouncer_auth;

CREATE OR REPLACE FUNCTION pgbouncer.user_lookup(login text)
  RETURNS TABLE (username text, verifier text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT rolname::text, rolpassword
  FROM pg_authid
  WHERE rolname = login
    AND rolcanlogin
    AND NOT (rolsuper OR rolreplication OR rolcreaterole OR rolcreatedb OR rolbypassrls)
    AND (rolvaliduntil IS NULL OR rolvaliduntil > now())
$$;
REVOKE ALL ON FUNCTION pgbouncer.user_lookup(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgbouncer.user_lookup(text) TO pgbouncer_auth;

-- Large objects and advisory locks know no schema: every login of the database would share them.
DO $$
DECLARE
  shared regprocedure;
BEGIN
  FOR shared IN
    SELECT oid
    FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace
      AND (proname ~ '^lo_' OR proname IN ('loread', 'lowrite') OR proname ~ '^pg_(try_)?advisory_')
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', shared);
  END LOOP;
END
$$;

COMMIT;
