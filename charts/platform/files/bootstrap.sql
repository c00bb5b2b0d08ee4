-- Makes the database it runs in ready for the operator and the pooler, and takes from PUBLIC what tenants must
-- not share. A superuser runs it, as often as wanted: the second run changes nothing but the two passwords.
-- psql variables: operator_password, pooler_password.

-- First of all: the operator may create in the schema public, and must not put its functions before PostgreSQL's own.
SET search_path = pg_catalog, pg_temp;

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

-- The same for whoever logs in as one of the two, and writes a name without its schema.
ALTER ROLE dotmac_operator SET search_path = pg_catalog, pg_temp;
ALTER ROLE pgbouncer_auth SET search_path = pg_catalog, pg_temp;

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

-- A superuser takes over everything in these two schemas: the operator owns the database and can create a schema first.
CREATE SCHEMA IF NOT EXISTS pgbouncer;
CREATE SCHEMA IF NOT EXISTS dotmac;
ALTER SCHEMA pgbouncer OWNER TO CURRENT_USER;
ALTER SCHEMA dotmac OWNER TO CURRENT_USER;
REVOKE ALL ON SCHEMA pgbouncer, dotmac FROM PUBLIC, dotmac_operator, pgbouncer_auth;
DO $$
DECLARE
  alien regprocedure;
BEGIN
  FOR alien IN
    SELECT p.oid
    FROM pg_proc p JOIN pg_roles r ON r.oid = proowner
    WHERE pronamespace IN ('pgbouncer'::regnamespace, 'dotmac'::regnamespace) AND NOT rolsuper
  LOOP
    EXECUTE format('DROP ROUTINE %s CASCADE', alien);
  END LOOP;
END
$$;

-- The pooler asks for a login's verifier here. It never learns one that has power beyond a tenant's schema.
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

-- A login may change its own password. The operator, which sets those passwords, sees here that one has changed.
GRANT USAGE ON SCHEMA dotmac TO dotmac_operator;

CREATE OR REPLACE FUNCTION dotmac.tenant_verifiers(logins text[])
  RETURNS TABLE (login text, verifier text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT rolname::text, rolpassword
  FROM pg_authid
  WHERE rolname = ANY (logins)
    AND rolname ~ '^t_[a-z2-7]{10}_app_[ab]$'
    AND NOT (rolsuper OR rolreplication OR rolcreaterole OR rolcreatedb OR rolbypassrls)
$$;
REVOKE ALL ON FUNCTION dotmac.tenant_verifiers(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dotmac.tenant_verifiers(text[]) TO dotmac_operator;

-- Bytes on disk of each schema's relations: indexes and TOAST included, also of relations without a log. It reads the
-- names and sizes of files and the catalog, so it evaluates nothing that a tenant's role defined, and waits for no lock:
-- pg_total_relation_size waits for whoever has locked a table, and keeps each one that it has seen in memory.
CREATE OR REPLACE FUNCTION dotmac.schema_sizes()
  RETURNS TABLE (schema_name text, bytes bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $$
  WITH files AS (
    SELECT pg_catalog.substring(file, '^(?:t[0-9]+_)?([0-9]+)')::oid AS node,
           (pg_catalog.pg_stat_file(directory || '/' || file, true)).size AS size
    FROM (SELECT 'base/' || oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) AS base (directory),
         pg_catalog.pg_ls_dir(directory) AS file
    WHERE file ~ '^(t[0-9]+_)?[0-9]'
  )
  SELECT space.nspname::text, pg_catalog.sum(size)::bigint
  FROM files
  JOIN pg_catalog.pg_class AS relation ON relation.relfilenode = node
  LEFT JOIN pg_catalog.pg_index AS index ON index.indexrelid = relation.oid
  LEFT JOIN pg_catalog.pg_class AS toasted ON toasted.reltoastrelid = coalesce(index.indrelid, relation.oid)
  JOIN pg_catalog.pg_namespace AS space ON space.oid = coalesce(toasted.relnamespace, relation.relnamespace)
  GROUP BY space.nspname
$$;
REVOKE ALL ON FUNCTION dotmac.schema_sizes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dotmac.schema_sizes() TO dotmac_operator;

-- The tables of tenants that autovacuum analyses at this moment; PostgreSQL shows them to superusers and monitors only.
CREATE OR REPLACE FUNCTION dotmac.running_analyses()
  RETURNS TABLE (worker integer, relation oid, schema_name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT progress.pid, progress.relid, nspname::text
  FROM pg_stat_progress_analyze AS progress
  JOIN pg_stat_activity AS activity ON activity.pid = progress.pid AND activity.backend_type = 'autovacuum worker'
  JOIN pg_class ON pg_class.oid = progress.relid
  JOIN pg_namespace ON pg_namespace.oid = relnamespace AND nspname ~ '^t_[a-z2-7]{10}$'
  WHERE progress.datname = current_database()
$$;
REVOKE ALL ON FUNCTION dotmac.running_analyses() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dotmac.running_analyses() TO dotmac_operator;

-- When autovacuum analyses a table it evaluates what the owner has defined: an index's expression, a statistic, a type's
-- function. One that sleeps holds the worker for good, and few workers serve all. This ends the analysis of a tenant's table
-- and lets autovacuum analyse nothing of that schema any more; it still vacuums. Only a superuser may end a worker, and only
-- an owner or a superuser change a table. Altering a table so evaluates nothing. A table that somebody has locked stays as
-- it is until the next call. Returns whether the analysis was ended.
CREATE OR REPLACE FUNCTION dotmac.end_analysis(worker integer, analysed oid)
  RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s'
AS $$
DECLARE
  each_table regclass;
BEGIN
  IF NOT EXISTS (SELECT FROM dotmac.running_analyses() AS running
                 WHERE running.worker = end_analysis.worker AND running.relation = analysed) THEN
    RETURN false;
  END IF;
  PERFORM pg_cancel_backend(worker);
  FOR each_table IN
    SELECT oid FROM pg_class
    WHERE relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = analysed) AND relkind IN ('r', 'm')
      AND NOT coalesce('autovacuum_analyze_threshold=2147483647' = ANY (reloptions), false)
    ORDER BY oid <> analysed LIMIT 1000
  LOOP
    BEGIN
      EXECUTE format('ALTER TABLE %s SET (autovacuum_analyze_threshold = 2147483647)', each_table);
    EXCEPTION WHEN lock_not_available OR undefined_table THEN
      CONTINUE;
    END;
  END LOOP;
  RETURN true;
END
$$;
REVOKE ALL ON FUNCTION dotmac.end_analysis(integer, oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dotmac.end_analysis(integer, oid) TO dotmac_operator;

-- Many commands lock what they name before they check the right to it. A session that waits for a strong lock makes
-- everybody wait who comes after it, so a login without any right could stop all others. An event trigger runs before the
-- lock. It refuses an app login every command that it sees (GRANT too, which writes the catalog even where nothing is
-- granted), and bounds the time that a migrator waits for a lock. Rules are refused to a migrator too: none is needed.
-- The superuser's rights are for deadlock_timeout alone.
CREATE OR REPLACE FUNCTION dotmac.guard_ddl()
  RETURNS event_trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF session_user ~ '^t_[a-z2-7]{10}_app_[ab]$' OR session_user ~ '^t_' AND tg_tag = 'CREATE RULE' THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('%s is not allowed to the login %s', tg_tag, session_user),
      HINT = 'Write it as a migration.';
  ELSIF session_user ~ '^t_[a-z2-7]{10}_migrator$' THEN
    -- Both until the transaction ends. Autovacuum gives its lock to whoever has waited for deadlock_timeout.
    PERFORM set_config('lock_timeout', '250ms', true), set_config('deadlock_timeout', '100ms', true);
  END IF;
END
$$;
REVOKE ALL ON FUNCTION dotmac.guard_ddl() FROM PUBLIC;

DROP EVENT TRIGGER IF EXISTS dotmac_guard_ddl;
CREATE EVENT TRIGGER dotmac_guard_ddl ON ddl_command_start EXECUTE FUNCTION dotmac.guard_ddl();

-- Large objects, advisory locks and notifications know no schema: every login of the database would share them. What
-- counts rows, reads and sizes, or tells which backends there are, would tell each tenant what the others have and do.
-- (The statement NOTIFY has no right of its own; nothing of the platform listens.)
DO $$
DECLARE
  shared regprocedure;
  told regclass;
BEGIN
  FOR shared IN
    SELECT oid
    FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace
      AND (proname ~ '^lo_' OR proname IN ('loread', 'lowrite') OR proname ~ '^pg_(try_)?advisory_'
        OR proname ~ '^pg_stat_get_' OR proname ~ '^pg_.*_size$' AND proname <> 'pg_column_size'
        OR proname ~ '^pg_((cancel|terminate)_backend|.*blocking_pids|isolation_test_session_is_blocked|control_.*|export_snapshot)$'
        OR proname ~ '^(brin_(de)?summarize_|gin_clean_)'
        OR proname IN ('pg_notify', 'pg_lock_status', 'pg_prepared_xact', 'pg_logical_emit_message'))
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', shared);
    IF shared::text ~ '^pg_(stat_get_|lock_status|prepared_xact|.*_size|.*_backend|.*blocking_pids|control_)' THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO dotmac_operator, pg_monitor', shared);
    END IF;
    IF shared::text ~ '^pg_(cancel|terminate)_backend' THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO pg_signal_backend', shared);
    END IF;
  END LOOP;
  FOR told IN
    SELECT oid
    FROM pg_class
    WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'v'
      AND (relname ~ '^pg_stat(io)?_' OR relname IN ('pg_locks', 'pg_prepared_xacts'))
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', told);
    EXECUTE format('GRANT SELECT ON %s TO dotmac_operator, pg_monitor', told);
  END LOOP;
END
$$;

-- The catalog's own counts of rows and pages. All other columns stay: drivers and tools read them by name.
DO $$
DECLARE
  columns text;
BEGIN
  SELECT string_agg(quote_ident(attname), ', ') INTO columns
  FROM pg_attribute
  WHERE attrelid = 'pg_class'::regclass AND attnum > 0 AND NOT attisdropped
    AND attname NOT IN ('reltuples', 'relpages', 'relallvisible', 'relallfrozen');
  REVOKE ALL ON pg_class FROM PUBLIC;
  EXECUTE format('GRANT SELECT (%s) ON pg_class TO PUBLIC', columns);
  GRANT SELECT ON pg_class TO dotmac_operator, pg_monitor;
END
$$;

COMMIT;
