import { namePatterns } from "../model/names/names.ts";

/** The role with the rights of all tenants' logins outside of their schemas; see operator/sql. */
export const tenantsRole = "dotmac_tenant";

/**
 * The settings of each login of a tenant that only the operator chooses, as `name=value`. For these logins the
 * server logs only the abnormal end of a session, without its statement and context, because more lines would
 * displace the traces of others in the bounded log. LOG is a lower level than FATAL here, so statements, durations,
 * lock waits and temporary files are not logged either.
 */
export const logSettings: readonly string[] = [
  "log_min_messages=fatal",
  "log_min_error_statement=panic",
  "log_error_verbosity=terse",
];

/** The pooler's own login; see charts/platform/files/bootstrap.sql. */
const poolerRole = "pgbouncer_auth";

/** One right, as in GRANT. */
export interface Grant {
  /** For example `TABLE public.tenants` or `SCHEMA public`; `DATABASE` for the current one. */
  readonly object: string;
  readonly privilege: string;
  /** Only for a right on a single column. */
  readonly column: string | null;
  /** A role's name, or `PUBLIC`. */
  readonly grantee: string;
}

/** A row policy, with its expressions as PostgreSQL prints them. */
export interface Policy {
  readonly table: string;
  readonly name: string;
  readonly command: "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "ALL";
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
}

/** A trigger on a shared table. */
export interface Trigger {
  readonly table: string;
  readonly name: string;
  /** The definition as PostgreSQL prints it. */
  readonly definition: string;
  /** `O` fires in ordinary sessions, `A` in all. */
  readonly enabled: string;
}

/** The security properties of one of the operator's functions. */
export interface FunctionSecurity {
  readonly name: string;
  /** Whether it runs with its owner's rights. */
  readonly definer: boolean;
  /** In the form of pg_proc.proconfig. */
  readonly settings: readonly string[];
}

/** The empty table that tenants insert their audit records into; see operator/sql/0005_audit_tables.sql. */
export const auditDoor = "public.audit_logs";

const insertTrigger = (name: string, level: string, calls: string) =>
  `CREATE TRIGGER ${name} BEFORE INSERT ON ${auditDoor} FOR EACH ${level} EXECUTE FUNCTION ${calls}()`;

/** All desired triggers on tables of the schemas `public` and `audit`. */
export const desiredTriggers: readonly Trigger[] = [
  {
    table: "public.tenants",
    name: "make_audit_table",
    definition:
      "CREATE TRIGGER make_audit_table AFTER INSERT ON public.tenants FOR EACH ROW EXECUTE FUNCTION audit.make_tenants_table()",
    enabled: "O",
  },
  {
    table: "public.tenants",
    name: "drop_audit_table",
    definition:
      "CREATE TRIGGER drop_audit_table AFTER UPDATE OF destroyed_at ON public.tenants FOR EACH ROW WHEN ((new.destroyed_at IS NOT NULL)) EXECUTE FUNCTION audit.drop_tenants_table()",
    enabled: "O",
  },
  {
    table: auditDoor,
    name: "refuse_full_audit",
    definition: insertTrigger("refuse_full_audit", "STATEMENT", "public.refuse_full_audit"),
    enabled: "O",
  },
  {
    table: auditDoor,
    name: "write_record",
    definition: insertTrigger("write_record", "ROW", "audit.write_record"),
    enabled: "A",
  },
];

const settings = ["search_path=pg_catalog, pg_temp"];

/** The only way in which a tenant reads its audit records; see operator/sql/0008_read_audit.sql. */
const readsAudit =
  "public.own_audit_records(timestamp with time zone,timestamp with time zone,timestamp with time zone,bigint,text,text,text,text,text,integer)";

/** All desired functions of the schemas `public` and `audit`. */
export const desiredFunctions: readonly FunctionSecurity[] = [
  { name: "audit.bound_table(text)", definer: false, settings },
  {
    name: "audit.count_records(text,timestamp with time zone,timestamp with time zone,integer)",
    definer: false,
    settings,
  },
  { name: "audit.drop_tenants_table()", definer: false, settings },
  { name: "audit.make_table(text,boolean)", definer: false, settings },
  { name: "audit.make_tenants_table()", definer: false, settings },
  { name: "audit.write_record()", definer: true, settings },
  { name: readsAudit, definer: true, settings },
  { name: "public.refuse_full_audit()", definer: false, settings },
];

/** Tables under row level security. Only the operator can read those without a policy. */
export const guardedTables: readonly string[] = [
  "public.tenants",
  "public.licenses",
  "public.audit_logs",
  "public.tenant_migrations",
  "public.operator_epoch",
  "public.operator_schema",
  "public.withheld_grants",
  "public.login_marks",
];

const own = (column: string) =>
  `(${column} = "substring"((SESSION_USER)::text, '${namePatterns.role}'::text))`;
const forAll = { permissive: true, roles: ["PUBLIC"] };

/** All desired policies. They are for PUBLIC, because DROP OWNED by a role removes policies for that role. */
export const desiredPolicies: readonly Policy[] = [
  { table: "public.tenants", name: "own_row", command: "SELECT", using: own("id"), check: null, ...forAll },
  {
    table: "public.licenses",
    name: "own_row",
    command: "SELECT",
    using: own("tenant_id"),
    check: null,
    ...forAll,
  },
  {
    table: "public.audit_logs",
    name: "own_rows",
    command: "SELECT",
    using: own("tenant_id"),
    check: null,
    ...forAll,
  },
  {
    table: "public.audit_logs",
    name: "add_own_rows",
    command: "INSERT",
    using: null,
    check: own("tenant_id"),
    ...forAll,
  },
];

const writtenAuditColumns = [
  "tenant_id",
  "actor",
  "action",
  "entity_type",
  "entity_id",
  "request_id",
  "details",
];
const audit = (privilege: string, columns: readonly string[]): Grant[] =>
  columns.map((column) => ({
    object: "TABLE public.audit_logs",
    privilege,
    column,
    grantee: tenantsRole,
  }));

/** All desired rights of PUBLIC, the tenants' roles and the pooler on shared objects. */
export const desiredGrants: readonly Grant[] = [
  { object: "DATABASE", privilege: "CONNECT", column: null, grantee: tenantsRole },
  { object: "DATABASE", privilege: "CONNECT", column: null, grantee: poolerRole },
  { object: "SCHEMA public", privilege: "USAGE", column: null, grantee: tenantsRole },
  { object: "SCHEMA pgbouncer", privilege: "USAGE", column: null, grantee: poolerRole },
  {
    object: "FUNCTION pgbouncer.user_lookup(text)",
    privilege: "EXECUTE",
    column: null,
    grantee: poolerRole,
  },
  { object: `FUNCTION ${readsAudit}`, privilege: "EXECUTE", column: null, grantee: tenantsRole },
  { object: "TABLE public.tenants", privilege: "SELECT", column: null, grantee: tenantsRole },
  { object: "TABLE public.licenses", privilege: "SELECT", column: null, grantee: tenantsRole },
  ...audit("SELECT", [...writtenAuditColumns, "at"]),
  ...audit("INSERT", writtenAuditColumns),
];
