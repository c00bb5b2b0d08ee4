-- Prepares its database for the operator and the pooler, and revokes from PUBLIC what tenants must not share. A
-- superuser runs it any number of times. A second run changes only the two passwords.
-- psql variables: operator_password, pooler_password.

-- First, because the operator may create functions in the schema public, which must not precede PostgreSQL's own.
SET search_path = pg_catalog, pg_temp;

-- Keeps passwords out of the server's log.
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';

BEGIN;

-- A tenant's login may have changed the row of a database, by a GRANT that grants nothing. The change of such a row fails, so
-- this waits for the end of those transactions, and keeps others from beginning.
LOCK TABLE pg_catalog.pg_database IN SHARE ROW EXCLUSIVE MODE;
DO $$
BEGIN
  PERFORM FROM pg_database WHERE datname IN (current_database(), 'postgres', 'template1') FOR UPDATE;
END
$$;

-- Roles belong to all databases of a server, so runs in two databases wait for each other.
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

-- The same for sessions of these two logins, which may name objects without a schema.
ALTER ROLE dotmac_operator SET search_path = pg_catalog, pg_temp;
ALTER ROLE pgbouncer_auth SET search_path = pg_catalog, pg_temp;
-- The pooler repeats the start parameters of a client that has no password yet on this login's session, quoted. In some
-- encodings a backslash could end the quotes.
ALTER ROLE pgbouncer_auth SET backslash_quote = off;

-- The operator keeps what tenants' logins raise and ask out of the server's log; a login cannot change it back.
GRANT SET ON PARAMETER log_min_messages, log_min_error_statement, log_error_verbosity TO dotmac_operator;

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

-- A superuser owns everything in these two schemas. The operator owns the database and could create a schema first.
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

-- The pooler reads a login's verifier here. It never reads that of a role with power beyond a tenant's schema, nor one that
-- a login has written so long that it fills the reader's memory. For any other name it returns a made-up login with the
-- verifier of a forgotten random password: the pooler would else close its only connection for this query, and a pod that
-- asks for unknown names would make the logins of all others wait.
GRANT USAGE ON SCHEMA pgbouncer TO pgbouncer_auth;

CREATE OR REPLACE FUNCTION pgbouncer.user_lookup(login text)
  RETURNS TABLE (username text, verifier text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH known AS MATERIALIZED (
    SELECT rolname::text, rolpassword
    FROM pg_authid
    WHERE rolname = login
      AND rolcanlogin
      AND NOT (rolsuper OR rolreplication OR rolcreaterole OR rolcreatedb OR rolbypassrls)
      AND (rolvaliduntil IS NULL OR rolvaliduntil > now())
      AND pg_column_size(rolpassword) <= 1000
  )
  SELECT * FROM known
  UNION ALL
  SELECT 'dotmac_unknown',
         'SCRAM-SHA-256$4096:GDlLz8/M5K0l3oPGnbNyww==$ca1nnx4CeSL8I4zvwOYuBhfgHOs4d1fdeY33iKaA6aI=:eZKxhvd2UtL1DnPWiErQlwTG0i92k1hI7mxPUEc/U70='
  WHERE NOT EXISTS (SELECT FROM known)
$$;
REVOKE ALL ON FUNCTION pgbouncer.user_lookup(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgbouncer.user_lookup(text) TO pgbouncer_auth;

-- A login may change its own password. The operator, which sets those passwords, detects the change here. A verifier that is
-- too long to read is shown as an empty one.
GRANT USAGE ON SCHEMA dotmac TO dotmac_operator;

CREATE OR REPLACE FUNCTION dotmac.tenant_verifiers(logins text[])
  RETURNS TABLE (login text, verifier text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT rolname::text, CASE WHEN pg_column_size(rolpassword) > 1000 THEN '' ELSE rolpassword END
  FROM pg_authid
  WHERE rolname = ANY (logins)
    AND rolname ~ '^t_[a-z2-7]{10}_app_[ab]$'
    AND NOT (rolsuper OR rolreplication OR rolcreaterole OR rolcreatedb OR rolbypassrls)
$$;
REVOKE ALL ON FUNCTION dotmac.tenant_verifiers(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dotmac.tenant_verifiers(text[]) TO dotmac_operator;

-- The files of this database's relations, by the number in pg_class.relfilenode, empty ones too. It reads only names, sizes and
-- times.
CREATE OR REPLACE FUNCTION dotmac.relation_files()
  RETURNS TABLE (node oid, bytes bigint, modified timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT pg_catalog.substring(file, '^(?:t[0-9]+_)?([0-9]+)')::oid, stat.size, stat.modification
  FROM (SELECT 'base/' || oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) AS base (directory),
       pg_catalog.pg_ls_dir(directory) AS file,
       pg_catalog.pg_stat_file(directory || '/' || file, true) AS stat
  WHERE file ~ '^(t[0-9]+_)?[0-9]'
$$;
REVOKE ALL ON FUNCTION dotmac.relation_files() FROM PUBLIC;

-- Bytes on disk of each schema's relations: indexes and TOAST included, also of relations without a log. The table of a
-- tenant's audit records has its own line, named audit.t_<id>, with its sequence. It reads the names and sizes of files and
-- the catalog, so it evaluates nothing that a tenant's role defined, and waits for no lock: pg_total_relation_size waits for
-- the session that has locked a table, and keeps each one that it has seen in memory.
CREATE OR REPLACE FUNCTION dotmac.schema_sizes()
  RETURNS TABLE (schema_name text, bytes bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $$
  SELECT CASE WHEN space.nspname = 'audit'
              THEN 'audit.' || pg_catalog.substring(coalesce(toasted.relname, indexed.relname, relation.relname), '^t_[a-z2-7]{10}')
              ELSE space.nspname END::text,
         pg_catalog.sum(files.bytes)::bigint
  FROM dotmac.relation_files() AS files
  JOIN pg_catalog.pg_class AS relation ON relation.relfilenode = node
  LEFT JOIN pg_catalog.pg_index AS index ON index.indexrelid = relation.oid
  LEFT JOIN pg_catalog.pg_class AS indexed ON indexed.oid = index.indrelid
  LEFT JOIN pg_catalog.pg_class AS toasted ON toasted.reltoastrelid = coalesce(index.indrelid, relation.oid)
  JOIN pg_catalog.pg_namespace AS space ON space.oid = coalesce(toasted.relnamespace, relation.relnamespace)
  GROUP BY 1
$$;
REVOKE ALL ON FUNCTION dotmac.schema_sizes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dotmac.schema_sizes() TO dotmac_operator;

-- Bytes of the files that an open transaction of a tenant's login has made. No other session sees the rows of pg_class that name
-- them, and each may end as a table's new file or as nothing. A new relation's file has the number of the relation, which the
-- transaction has locked. TRUNCATE and REINDEX give a relation a file of another number. Such a file belongs to a
-- transaction that began before the file was last written and has locked a relation of a tenant as strongly as TRUNCATE does: an
-- app login's first, because no runtime locks so, then the oldest. A migration beside it may so be taken for it.
CREATE OR REPLACE FUNCTION dotmac.uncommitted_files()
  RETURNS TABLE (login text, pid integer, bytes bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $$
  WITH files AS MATERIALIZED (
    SELECT found.* FROM dotmac.relation_files() AS found
    LEFT JOIN pg_class ON relfilenode = node
    -- Some catalogs have no number in pg_class.
    LEFT JOIN (SELECT pg_relation_filenode(oid) AS mapped FROM pg_class WHERE relfilenode = 0 AND relkind IN ('r', 'i', 't')) AS map
      ON mapped = node
    WHERE relfilenode IS NULL AND mapped IS NULL AND found.bytes > 0
  ), sessions AS MATERIALIZED (
    SELECT activity.pid, usename::text AS login, xact_start, usename ~ '_app_[ab]$' AS app
    FROM pg_stat_activity AS activity
    WHERE datname = current_database() AND usename ~ '^t_[a-z2-7]{10}_' AND xact_start IS NOT NULL
  ), locks AS MATERIALIZED (
    SELECT pg_locks.pid, relation, mode FROM pg_locks JOIN sessions USING (pid)
    WHERE locktype = 'relation' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  ), holders AS MATERIALIZED (
    SELECT relation, min(pid) AS pid FROM locks GROUP BY relation
  ), strong AS MATERIALIZED (
    SELECT sessions.* FROM sessions
    WHERE pid IN (
      SELECT pid FROM locks
      JOIN pg_class ON pg_class.oid = relation
      JOIN pg_namespace ON pg_namespace.oid = relnamespace AND nspname ~ '^t_[a-z2-7]{10}$'
      WHERE mode = 'AccessExclusiveLock')
  ), made AS (
    SELECT files.bytes, coalesce(
      holders.pid,
      (SELECT strong.pid FROM strong
       -- PostgreSQL cuts off the fractions of a second of a file's time.
       WHERE xact_start < modified + interval '1 second'
       ORDER BY app DESC, xact_start, strong.pid LIMIT 1)) AS pid
    FROM files LEFT JOIN holders ON holders.relation = node
  )
  SELECT sessions.login, sessions.pid, sum(made.bytes)::bigint FROM made JOIN sessions USING (pid) GROUP BY 1, 2
$$;
REVOKE ALL ON FUNCTION dotmac.uncommitted_files() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dotmac.uncommitted_files() TO dotmac_operator;

-- The number of files that no committed row of pg_class names, empty ones too. A TRUNCATE that is rolled back leaves an empty
-- one until the next checkpoint, and the checkpointer keeps each in its memory. It reads no sizes and times, as relation_files
-- does, because the operator asks every few seconds.
CREATE OR REPLACE FUNCTION dotmac.unnamed_files()
  RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $$
  SELECT count(*)
  FROM (SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()) AS base (directory),
       pg_ls_dir(directory) AS file
  LEFT JOIN pg_class ON relfilenode = substring(file, '^[0-9]+$')::oid
  WHERE file ~ '^[0-9]+$' AND relfilenode IS NULL
$$;
REVOKE ALL ON FUNCTION dotmac.unnamed_files() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dotmac.unnamed_files() TO dotmac_operator;

-- The tenants' tables that autovacuum analyses now. PostgreSQL shows them only to superusers and monitors.
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

-- To analyse a table, autovacuum evaluates code of its owner: an index's expression, a statistic, a type's function. Code
-- that sleeps blocks the worker forever, and few workers serve all. This function ends the analysis of a tenant's table.
-- Autovacuum then no longer analyses that schema, but still vacuums it. Only a superuser may end a worker, and only an
-- owner or a superuser may alter a table. This ALTER evaluates nothing. A locked table stays unchanged until the next
-- call. Returns whether the analysis was ended.
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

-- Bytes on disk of the catalogs that all databases of the server share. A login can make them grow, by rolled back changes of its
-- own role, and pg_database_size leaves them out.
CREATE OR REPLACE FUNCTION dotmac.global_bytes()
  RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT pg_tablespace_size('pg_global')
$$;
REVOKE ALL ON FUNCTION dotmac.global_bytes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dotmac.global_bytes() TO dotmac_operator;

-- Kills the process of a tenant's session, for want of any other way: some of PostgreSQL's own functions compute for hours and
-- look for no request to end meanwhile (the distance of two long paths, XPath, a SCRAM verifier of many iterations), and such a
-- session keeps its snapshot and locks. PostgreSQL then ends all sessions and recovers, in about two seconds. Returns whether
-- the session was there.
CREATE OR REPLACE FUNCTION dotmac.kill_session(session integer, started timestamptz)
  RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_stat_activity
                 WHERE pid = session AND backend_start = started AND usename ~ '^t_[a-z2-7]{10}_(app_[ab]|migrator)$') THEN
    RETURN false;
  END IF;
  EXECUTE format('COPY (SELECT 1 LIMIT 0) TO PROGRAM %L', 'kill -KILL ' || session);
  RETURN true;
END
$$;
REVOKE ALL ON FUNCTION dotmac.kill_session(integer, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dotmac.kill_session(integer, timestamptz) TO dotmac_operator;

-- Many commands lock their object before they check the right to it. All sessions wait behind one that waits for a
-- strong lock, so a login without any right could stop all others. An event trigger runs before the lock. It refuses an
-- app login every command that it sees (GRANT too, which writes the catalog even if it grants nothing), and bounds the
-- time that a migrator waits for a lock. It also refuses rules and casts to a migrator, which needs none. The function has the
-- superuser's rights only to set deadlock_timeout.
CREATE OR REPLACE FUNCTION dotmac.guard_ddl()
  RETURNS event_trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF session_user ~ '^t_[a-z2-7]{10}_app_[ab]$' OR session_user ~ '^t_' AND tg_tag IN ('CREATE RULE', 'CREATE CAST') THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('%s is not allowed to the login %s', tg_tag, session_user),
      HINT = CASE WHEN session_user ~ '_migrator$' THEN 'Write a trigger instead of a rule, a function instead of a cast.'
                  ELSE 'Write it as a migration.' END;
  ELSIF session_user ~ '^t_[a-z2-7]{10}_migrator$' THEN
    -- Both until the transaction ends. Autovacuum gives its lock to whoever has waited for deadlock_timeout.
    PERFORM set_config('lock_timeout', '250ms', true), set_config('deadlock_timeout', '100ms', true);
  END IF;
END
$$;
REVOKE ALL ON FUNCTION dotmac.guard_ddl() FROM PUBLIC;

DROP EVENT TRIGGER IF EXISTS dotmac_guard_ddl;
CREATE EVENT TRIGGER dotmac_guard_ddl ON ddl_command_start EXECUTE FUNCTION dotmac.guard_ddl();

-- The number of relations of a schema, with indexes, TOAST and composite types, and of all other rows that its objects have
-- in the catalog: columns, labels of enums, and all that depends on the schema or on an object in it (functions, types,
-- constraints, triggers, policies, defaults, statistics). It reads pg_depend by its index, because nothing leads from a
-- schema to its relations in pg_class, which holds those of all tenants.
CREATE OR REPLACE FUNCTION dotmac.schema_counts(space oid, OUT relations bigint, OUT others bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  WITH own AS MATERIALIZED (
    SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = space
  ), types AS MATERIALIZED (
    SELECT pg_type.oid, typrelid FROM own JOIN pg_type ON pg_type.oid = objid WHERE classid = 'pg_type'::regclass
  ), classes AS MATERIALIZED (
    SELECT pg_class.oid, relnatts, reltoastrelid FROM own JOIN pg_class ON pg_class.oid = objid WHERE classid = 'pg_class'::regclass
    UNION ALL
    SELECT pg_class.oid, relnatts, 0 FROM types JOIN pg_class ON pg_class.oid = typrelid
  )
  SELECT
    (SELECT count(*) + 2 * count(nullif(reltoastrelid, 0)) FROM classes)
      + (SELECT count(*) FROM classes JOIN pg_index ON indrelid = classes.oid),
    (SELECT count(*) FROM own)
      + (SELECT count(*) FROM own JOIN pg_depend ON refclassid = own.classid AND refobjid = own.objid)
      + (SELECT coalesce(sum(relnatts), 0) FROM classes)
      + (SELECT count(*) FROM types JOIN pg_enum ON enumtypid = types.oid)
$$;
REVOKE ALL ON FUNCTION dotmac.schema_counts(oid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION dotmac.schema_counts(oid) TO dotmac_operator;

-- Bounds the relations of a tenant's schema: its 12 connections could otherwise lock so many that the table of locks is full,
-- which holds 158,000 for all tenants. Two migrators' sessions that do not see each other's relations can make twice as
-- many, 4,000, so 12 connections lock 48,000. It looks after each command of a migrator, because one can make many
-- relations, and before CREATE INDEX and REINDEX too, which commit before they end if they are CONCURRENTLY. It counts the
-- schema of the session's tenant and each that the command changed, for another tenant may have granted rights in its own.
-- A command that only drops, grants or comments is always allowed.
CREATE OR REPLACE FUNCTION dotmac.bound_schema()
  RETURNS event_trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own text := substring(session_user::text, '^(t_[a-z2-7]{10})_migrator$');
  changed oid[];
  each_schema record;
BEGIN
  IF own IS NULL OR tg_tag ~ '^(DROP|GRANT|REVOKE|COMMENT)'
    OR tg_event = 'ddl_command_start' AND tg_tag NOT IN ('CREATE INDEX', 'REINDEX') THEN
    RETURN;
  END IF;
  IF tg_event = 'ddl_command_end' THEN
    changed := ARRAY(
      SELECT pg_namespace.oid FROM pg_event_trigger_ddl_commands() AS done JOIN pg_namespace ON nspname = done.schema_name
      UNION
      SELECT relnamespace FROM pg_event_trigger_ddl_commands() AS done
      JOIN pg_depend ON pg_depend.classid = done.classid AND pg_depend.objid = done.objid AND refclassid = 'pg_class'::regclass
      JOIN pg_class ON pg_class.oid = refobjid);
  END IF;
  FOR each_schema IN
    SELECT nspname, counts.* FROM pg_namespace, dotmac.schema_counts(pg_namespace.oid) AS counts
    WHERE nspname = own OR pg_namespace.oid = ANY (changed) AND nspname ~ '^t_'
  LOOP
    IF each_schema.relations > 2000 THEN
      RAISE program_limit_exceeded USING
        MESSAGE = format('%s: the schema %s would have %s relations, and 2000 are allowed (tables, indexes, sequences, views, '
          'and two more for each table that stores long values apart)', tg_tag, each_schema.nspname, each_schema.relations),
        HINT = 'Write one table with a column that tells its rows apart instead of many tables, or drop first.';
    ELSIF each_schema.others > 50000 THEN
      RAISE program_limit_exceeded USING
        MESSAGE = format('%s: the objects of the schema %s would have %s rows in the catalog, and 50000 are allowed (columns, '
          'functions, types, constraints, triggers, policies and others)', tg_tag, each_schema.nspname, each_schema.others),
        HINT = 'Write rows of a table instead of objects or labels, or drop first.';
    END IF;
  END LOOP;
END
$$;
REVOKE ALL ON FUNCTION dotmac.bound_schema() FROM PUBLIC;

DROP EVENT TRIGGER IF EXISTS dotmac_bound_schema;
DROP EVENT TRIGGER IF EXISTS dotmac_bound_schema_first;
CREATE EVENT TRIGGER dotmac_bound_schema ON ddl_command_end EXECUTE FUNCTION dotmac.bound_schema();
CREATE EVENT TRIGGER dotmac_bound_schema_first ON ddl_command_start EXECUTE FUNCTION dotmac.bound_schema();

-- A right that a tenant grants to another's role, or a row policy that names it, belongs to that role, too: a command that drops the
-- role must first revoke each of them, so thousands would hold up the destruction of that tenant's data. So a migrator names
-- its own tenant's roles only, or PUBLIC. PostgreSQL notes in pg_shdepend which roles an object's rights name (a) or a policy's
-- (r), and which role owns it (o). Only rows that this transaction has added count: those from before can be revoked. All
-- tenants share dotmac_tenant, so a migrator makes nothing that it owns. It starts from the tenant's own objects and goes by
-- indexes, so that no migration takes longer because of another's objects.
CREATE OR REPLACE FUNCTION dotmac.guard_grants()
  RETURNS event_trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
  own text := substring(session_user::text, '^(t_[a-z2-7]{10}_)migrator$');
  shared oid := to_regrole('dotmac_tenant');
  this_database oid := (SELECT oid FROM pg_database WHERE datname = current_database());
  stranger name;
BEGIN
  IF own IS NULL THEN
    RETURN;
  END IF;
  IF EXISTS (
    SELECT FROM pg_shdepend
    WHERE refclassid = 'pg_authid'::regclass AND refobjid = shared AND deptype = 'o' AND dbid = this_database
      AND age(xmin) <= age(pg_current_xact_id()::xid)
  ) THEN
    stranger := 'dotmac_tenant';
  ELSIF tg_tag IN ('GRANT', 'ALTER DEFAULT PRIVILEGES', 'CREATE POLICY', 'ALTER POLICY') THEN
    WITH owned AS MATERIALIZED (
      SELECT classid, objid
      FROM pg_authid AS owner
      JOIN pg_shdepend ON refclassid = 'pg_authid'::regclass AND refobjid = owner.oid AND deptype = 'o' AND dbid = this_database
      WHERE starts_with(owner.rolname::text, own) OR owner.oid = shared
    ), objects AS MATERIALIZED (
      SELECT classid, objid FROM owned
      UNION ALL
      SELECT 'pg_policy'::regclass, pg_policy.oid
      FROM owned JOIN pg_policy ON polrelid = objid
      WHERE classid = 'pg_class'::regclass AND tg_tag ~ 'POLICY$'
    ), named AS MATERIALIZED (
      SELECT DISTINCT names.refobjid
      FROM objects JOIN pg_shdepend AS names ON names.classid = objects.classid AND names.objid = objects.objid
      WHERE names.dbid = this_database AND names.refclassid = 'pg_authid'::regclass AND names.deptype IN ('a', 'r')
        AND age(names.xmin) <= age(pg_current_xact_id()::xid)
    )
    SELECT rolname INTO stranger
    FROM named JOIN pg_authid ON pg_authid.oid = refobjid
    WHERE NOT starts_with(rolname::text, own)
    LIMIT 1;
  END IF;
  IF stranger IS NOT NULL THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('%s is not allowed to the login %s for the role %s', tg_tag, session_user, stranger),
      HINT = format('Expected a role of the same tenant, %s…, or PUBLIC.', own);
  END IF;
END
$$;
REVOKE ALL ON FUNCTION dotmac.guard_grants() FROM PUBLIC;

DROP EVENT TRIGGER IF EXISTS dotmac_guard_grants;
CREATE EVENT TRIGGER dotmac_guard_grants ON ddl_command_end EXECUTE FUNCTION dotmac.guard_grants();

-- A GiST index calls the function `subtype_diff` of a range type while it holds a buffer's lock, which no request to end
-- interrupts: one that sleeps would keep checkpoints waiting, and nothing could end its session. So a tenant's range type names
-- no function of its own, neither there nor as `canonical`. PostgreSQL's own functions have numbers below 16384.
CREATE OR REPLACE FUNCTION dotmac.guard_ranges()
  RETURNS event_trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  range text;
BEGIN
  IF session_user !~ '^t_' OR tg_tag <> 'CREATE TYPE' THEN
    RETURN;
  END IF;
  SELECT object_identity INTO range
  FROM pg_event_trigger_ddl_commands() AS done JOIN pg_range ON rngtypid = objid
  WHERE classid = 'pg_type'::regclass AND greatest(rngsubdiff::oid, rngcanonical::oid) >= 16384
  LIMIT 1;
  IF range IS NOT NULL THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('The range type %s may not call a function of the tenant', range),
      HINT = 'Leave out subtype_diff and canonical, or name a function of PostgreSQL, for example float8mi.';
  END IF;
END
$$;
REVOKE ALL ON FUNCTION dotmac.guard_ranges() FROM PUBLIC;

DROP EVENT TRIGGER IF EXISTS dotmac_guard_ranges;
CREATE EVENT TRIGGER dotmac_guard_ranges ON ddl_command_end EXECUTE FUNCTION dotmac.guard_ranges();

-- Large objects, advisory locks and notifications belong to no schema, so every login of the database would share them.
-- Functions that count rows, reads and sizes, or list backends, would show each tenant the data and activity of others.
-- (The statement NOTIFY has no right of its own. No program of the platform listens.)
-- Other functions lock relations by their numbers without a check of rights: those of sequences any number, also of
-- nothing, until the transaction ends, so one session could fill the table of locks. Identity columns need none of these.
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
        OR proname ~ '^((next|set|curr)val|pg_sequence_last_value|table_to_xmlschema|pg_partition_tree|fmgr_sql_validator)$'
        OR proname ~ '^pg_get_((view|rule|function|partition_constraint)def|function_sqlbody)$'
        OR proname IN ('pg_notify', 'pg_lock_status', 'pg_prepared_xact', 'pg_logical_emit_message'))
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', shared);
    IF shared::text ~ '^pg_(stat_get_|lock_status|prepared_xact|.*_size|.*_backend|.*blocking_pids|control_)'
      OR shared::text ~ '^((next|set|curr)val|pg_sequence_last_value|pg_partition_tree|pg_get_.*|table_to_xmlschema)[(]' THEN
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

-- The catalog's counts of rows and pages. All other columns stay readable: drivers and tools read them by name.
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
