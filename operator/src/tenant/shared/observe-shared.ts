import type { Postgres } from "../../clients/postgres/postgres.ts";
import { literal } from "../../clients/postgres/quote.ts";
import { namePatterns } from "../model/names/names.ts";
import {
  auditDoor,
  type FunctionSecurity,
  type Grant,
  logSettings,
  type Policy,
  type Trigger,
  tenantsRole,
} from "./desired-shared.ts";

/** An object with an owner, in the form that ALTER and GRANT take. */
export interface SharedObject {
  /** For example `TABLE public.tenants`; `DATABASE` for the current one. */
  readonly object: string;
  readonly owner: string;
  /** Whether the operator has the owner's rights and can repair the object. */
  readonly ours: boolean;
  /** Whether the owner is the operator, the database's owner or a superuser. */
  readonly ownerTrusted: boolean;
}

export interface RowSecurity {
  readonly table: string;
  readonly enabled: boolean;
  /** Whether row security applies to the owner too. */
  readonly forced: boolean;
}

/** The objects that all tenants of a database share. It covers only PUBLIC, tenants' roles and the pooler. */
export interface SharedObservation {
  /** The name of the database. */
  readonly database: string;
  readonly objects: readonly SharedObject[];
  readonly grants: readonly Grant[];
  readonly rowSecurity: readonly RowSecurity[];
  readonly policies: readonly Policy[];
  readonly triggers: readonly Trigger[];
  readonly functions: readonly FunctionSecurity[];
  /** Whether no audit record can stay in the table that tenants insert into. */
  readonly doorHoldsNothing: boolean;
  /** Null when the role does not exist. */
  readonly tenantsRole: TenantsRole | null;
  /** System functions and views that the bootstrap closes but that are open. */
  readonly opened: readonly string[];
  /**
   * The bootstrap's functions that are absent, that would not run with fixed settings or a superuser's rights, or
   * that the operator may not call; its event triggers that are absent or do not fire; and the right to configure
   * logging, if it is missing.
   */
  readonly broken: readonly string[];
}

export interface TenantsRole {
  readonly login: boolean;
  readonly power: boolean;
  /** Whether it has settings for this database or for all. */
  readonly settings: boolean;
  readonly memberOf: readonly string[];
  readonly strangers: readonly string[];
}

/** The grantees that count. The operator ignores rights that an administrator has given to other roles. */
const counted = `(grantee = 0 OR grantee IN (to_regrole('${tenantsRole}'), to_regrole('pgbouncer_auth'))
  OR pg_get_userbyid(grantee) ~ '${namePatterns.role}')`;

const objectsQuery = `
  SELECT 'TABLE ' || format('%I.%I', nspname, relname) AS object, relowner AS owner,
         coalesce(relacl, acldefault('r', relowner)) AS acl, c.oid AS relation
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE nspname IN ('public', 'audit') AND relkind IN ('r', 'p', 'v', 'm', 'f')
  UNION ALL
  SELECT 'SEQUENCE ' || format('%I.%I', nspname, relname), relowner, coalesce(relacl, acldefault('s', relowner)), NULL
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('public', 'audit') AND relkind = 'S'
  UNION ALL
  SELECT 'SCHEMA ' || format('%I', nspname), nspowner, coalesce(nspacl, acldefault('n', nspowner)), NULL
  FROM pg_namespace WHERE nspname IN ('public', 'audit', 'pgbouncer', 'dotmac')
  UNION ALL
  SELECT CASE prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || p.oid::regprocedure, proowner,
         coalesce(proacl, acldefault('f', proowner)), NULL
  FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname IN ('public', 'audit', 'pgbouncer', 'dotmac')
  UNION ALL
  SELECT 'DATABASE', datdba, coalesce(datacl, acldefault('d', datdba)), NULL
  FROM pg_database WHERE datname = current_database()`;

const grantsQuery = `
  SELECT object, privilege_type AS privilege, NULL::name AS column, grantee
  FROM objects CROSS JOIN LATERAL aclexplode(acl) WHERE grantee <> owner
  UNION ALL
  SELECT object, privilege_type, attname, grantee
  FROM objects JOIN pg_attribute ON attrelid = relation AND attacl IS NOT NULL CROSS JOIN LATERAL aclexplode(attacl)
  WHERE grantee <> owner`;

const policiesQuery = `
  SELECT format('%I.%I', nspname, relname) AS table, polname AS name, polpermissive AS permissive,
         CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
                     ELSE 'ALL' END AS command,
         (SELECT jsonb_agg(CASE WHEN role = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(role) END)
          FROM unnest(polroles) AS role) AS roles,
         pg_get_expr(polqual, polrelid) AS using, pg_get_expr(polwithcheck, polrelid) AS check
  FROM pg_policy JOIN pg_class c ON c.oid = polrelid JOIN pg_namespace n ON n.oid = relnamespace
  WHERE nspname IN ('public', 'audit')`;

const triggersQuery = `
  SELECT format('%I.%I', nspname, relname) AS table, tgname AS name, pg_get_triggerdef(t.oid) AS definition,
         tgenabled AS enabled
  FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid JOIN pg_namespace n ON n.oid = relnamespace
  WHERE nspname IN ('public', 'audit') AND NOT tgisinternal`;

const functionsQuery = `
  SELECT p.oid::regprocedure::text AS name, prosecdef AS definer, coalesce(to_jsonb(proconfig), '[]') AS settings
  FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname IN ('public', 'audit')`;

const doorQuery = `
  SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass('${auditDoor}') AND contype = 'c'
    AND conname = 'holds_nothing' AND pg_get_constraintdef(oid) IN ('CHECK (false)', 'CHECK (false) NOT VALID'))`;

const tenantsRoleQuery = `
  SELECT rolcanlogin AS login,
         rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS power,
         EXISTS (SELECT FROM pg_db_role_setting LEFT JOIN pg_database d ON d.oid = setdatabase
                 WHERE setrole = r.oid AND (setdatabase = 0 OR datname = current_database())) AS settings,
         (SELECT coalesce(jsonb_agg(pg_get_userbyid(roleid)), '[]') FROM pg_auth_members WHERE member = r.oid) AS "memberOf",
         (SELECT coalesce(jsonb_agg(m.rolname), '[]') FROM pg_auth_members JOIN pg_roles m ON m.oid = member
          WHERE roleid = r.oid AND m.rolname !~ '${namePatterns.sharing}' AND m.rolname <> current_user
            AND NOT m.rolsuper) AS strangers
  FROM pg_roles r WHERE rolname = '${tenantsRole}'`;

/** The same selection as in charts/platform/files/bootstrap.sql; observe-shared.test.ts compares them. */
const openedQuery = `
  SELECT p.oid::regprocedure::text AS name
  FROM pg_proc p CROSS JOIN LATERAL aclexplode(coalesce(proacl, acldefault('f', proowner)))
  WHERE pronamespace = 'pg_catalog'::regnamespace
    AND (proname ~ '^lo_' OR proname IN ('loread', 'lowrite') OR proname ~ '^pg_(try_)?advisory_'
      OR proname ~ '^pg_stat_get_' OR proname ~ '^pg_.*_size$' AND proname <> 'pg_column_size'
      OR proname ~ '^pg_((cancel|terminate)_backend|.*blocking_pids|isolation_test_session_is_blocked|control_.*|export_snapshot)$'
      OR proname ~ '^(brin_(de)?summarize_|gin_clean_)'
      OR proname ~ '^((next|set|curr)val|pg_sequence_last_value|table_to_xmlschema|pg_partition_tree|fmgr_sql_validator)$'
      OR proname ~ '^pg_get_((view|rule|function|partition_constraint)def|function_sqlbody)$'
      OR proname IN ('pg_notify', 'pg_lock_status', 'pg_prepared_xact', 'pg_logical_emit_message'))
    AND ${counted}
  UNION ALL
  SELECT c.oid::regclass::text
  FROM pg_class c CROSS JOIN LATERAL aclexplode(coalesce(relacl, acldefault('r', relowner)))
  WHERE relnamespace = 'pg_catalog'::regnamespace
    AND (relkind = 'v' AND (relname ~ '^pg_stat(io)?_' OR relname IN ('pg_locks', 'pg_prepared_xacts'))
      OR c.oid = 'pg_class'::regclass)
    AND ${counted}`;

/** A function of bootstrap.sql, which runs with the rights of the superuser that created it. */
interface BootstrapFunction {
  readonly name: string;
  /** In the form of pg_proc.proconfig. */
  readonly settings: readonly string[];
  /** Whether the operator calls it. The grants decide whether the pooler may call its own. */
  readonly isOurs: boolean;
  /** A part of its text that only the newest version contains, because names and settings are equal in an older one. */
  readonly mentions?: string;
}

const path = "search_path=pg_catalog, pg_temp";

/** All of them, to detect a server whose bootstrap.sql is older. */
const bootstrapFunctions: readonly BootstrapFunction[] = [
  { name: "pgbouncer.user_lookup(text)", settings: [path], isOurs: false, mentions: "dotmac_unknown" },
  { name: "dotmac.tenant_verifiers(text[])", settings: [path], isOurs: true, mentions: "pg_column_size" },
  {
    name: "dotmac.schema_sizes()",
    settings: [path, "enable_nestloop=off"],
    isOurs: true,
    mentions: "relation_files",
  },
  { name: "dotmac.relation_files()", settings: [path], isOurs: false },
  { name: "dotmac.unnamed_files()", settings: [path, "enable_nestloop=off"], isOurs: true },
  { name: "dotmac.uncommitted_files()", settings: [path, "enable_nestloop=off"], isOurs: true },
  { name: "dotmac.running_analyses()", settings: [path], isOurs: true },
  { name: "dotmac.end_analysis(integer,oid)", settings: [path, "lock_timeout=1s"], isOurs: true },
  { name: "dotmac.global_bytes()", settings: [path], isOurs: true },
  { name: "dotmac.kill_session(integer,timestamp with time zone)", settings: [path], isOurs: true },
  { name: "dotmac.guard_ddl()", settings: [path], isOurs: false },
  { name: "dotmac.guard_ranges()", settings: [path], isOurs: false },
  { name: "dotmac.bound_schema()", settings: [path], isOurs: false },
  {
    name: "dotmac.guard_grants()",
    settings: [path, "enable_seqscan=off", "enable_hashjoin=off", "enable_mergejoin=off"],
    isOurs: false,
  },
  { name: "dotmac.schema_counts(oid)", settings: [path], isOurs: false },
];

/** The first refuses forbidden commands of tenants' logins before any lock is taken. The others bound tenants' schemas and grants. */
const bootstrapTriggers = [
  { name: "dotmac_guard_ddl", event: "ddl_command_start", calls: "dotmac.guard_ddl()" },
  { name: "dotmac_bound_schema_first", event: "ddl_command_start", calls: "dotmac.bound_schema()" },
  { name: "dotmac_bound_schema", event: "ddl_command_end", calls: "dotmac.bound_schema()" },
  { name: "dotmac_guard_grants", event: "ddl_command_end", calls: "dotmac.guard_grants()" },
  { name: "dotmac_guard_ranges", event: "ddl_command_end", calls: "dotmac.guard_ranges()" },
];

const brokenQuery = `
  SELECT 'function ' || desired.name AS name
  FROM jsonb_to_recordset(${literal(JSON.stringify(bootstrapFunctions))})
    AS desired (name text, settings text[], "isOurs" boolean, mentions text)
  WHERE NOT EXISTS (
    SELECT FROM pg_proc p JOIN pg_roles owner ON owner.oid = proowner
    WHERE p.oid::regprocedure::text = desired.name AND prosecdef AND proconfig = desired.settings AND rolsuper
      AND strpos(prosrc, coalesce(desired.mentions, '')) > 0
      AND (NOT desired."isOurs"
        OR has_schema_privilege(pronamespace, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')))
  UNION ALL
  SELECT 'right to set ' || name
  FROM jsonb_array_elements_text(${literal(JSON.stringify(logSettings.map((each) => each.split("=")[0])))}) AS name
  WHERE NOT has_parameter_privilege(name, 'SET')
  UNION ALL
  SELECT 'event trigger ' || desired.name
  FROM jsonb_to_recordset(${literal(JSON.stringify(bootstrapTriggers))}) AS desired (name text, event text, calls text)
  WHERE NOT EXISTS (
    SELECT FROM pg_event_trigger
    WHERE evtname = desired.name AND evtevent = desired.event AND evttags IS NULL AND evtenabled IN ('O', 'A')
      AND evtfoid::regprocedure::text = desired.calls)`;

/** Observes all shared objects by one catalog query. */
export async function observeShared(postgres: Postgres): Promise<SharedObservation> {
  const [row] = await postgres.query<{ shared: SharedObservation }>(`
    WITH objects AS (${objectsQuery})
    SELECT jsonb_build_object(
      'database', current_database(),
      'objects', (SELECT jsonb_agg(jsonb_build_object(
          'object', object, 'owner', pg_get_userbyid(owner), 'ours', pg_has_role(owner, 'USAGE'),
          'ownerTrusted', owner = current_user::regrole OR rolsuper OR owner = 'pg_database_owner'::regrole))
        FROM objects JOIN pg_roles r ON r.oid = owner),
      'grants', (SELECT coalesce(jsonb_agg(jsonb_build_object(
          'object', object, 'privilege', privilege, 'column', "column",
          'grantee', CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END)), '[]')
        FROM (${grantsQuery}) AS granted WHERE ${counted}),
      'rowSecurity', (SELECT jsonb_agg(jsonb_build_object(
          'table', substring(object FROM 7), 'enabled', relrowsecurity, 'forced', relforcerowsecurity))
        FROM objects JOIN pg_class c ON c.oid = relation),
      'policies', (SELECT coalesce(jsonb_agg(to_jsonb(policy)), '[]') FROM (${policiesQuery}) AS policy),
      'triggers', (SELECT coalesce(jsonb_agg(to_jsonb(trigger)), '[]') FROM (${triggersQuery}) AS trigger),
      'functions', (SELECT coalesce(jsonb_agg(to_jsonb(function)), '[]') FROM (${functionsQuery}) AS function),
      'doorHoldsNothing', (${doorQuery}),
      'tenantsRole', (SELECT to_jsonb(role) FROM (${tenantsRoleQuery}) AS role),
      'opened', (SELECT coalesce(jsonb_agg(DISTINCT name), '[]') FROM (${openedQuery}) AS open),
      'broken', (SELECT coalesce(jsonb_agg(name ORDER BY name), '[]') FROM (${brokenQuery}) AS broken)) AS shared`);
  if (row === undefined) throw new TypeError("Expected one row of what all tenants share.");
  return row.shared;
}
