import { namePatterns } from "../model/names.ts";

/** The role that holds what all tenants' logins may do outside of their schemas; see operator/sql. */
export const tenantsRole = "dotmac_tenant";

/** The pooler's own login; see charts/platform/files/bootstrap.sql. */
const poolerRole = "pgbouncer_auth";

/** One right, as GRANT names it. */
export interface Grant {
  /** `TABLE public.tenants`, `SCHEMA public`, `DATABASE`: the one that we are in. */
  readonly object: string;
  readonly privilege: string;
  /** Only for a right on a single column. */
  readonly column: string | null;
  /** A role's name, or `PUBLIC`. */
  readonly grantee: string;
}

/** A row policy, its expressions as PostgreSQL prints them. */
export interface Policy {
  readonly table: string;
  readonly name: string;
  readonly command: "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "ALL";
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
}

/** Tables under row level security. Those without a policy are the operator's alone. */
export const guardedTables: readonly string[] = [
  "public.tenants",
  "public.licenses",
  "public.audit_logs",
  "public.tenant_migrations",
  "public.operator_epoch",
  "public.operator_schema",
  "public.withheld_grants",
];

const own = (column: string) =>
  `(${column} = "substring"((SESSION_USER)::text, '${namePatterns.role}'::text))`;
const forAll = { permissive: true, roles: ["PUBLIC"] };

/** All policies that there shall be. For PUBLIC: those for one role go when somebody drops what that role owns. */
export const wantedPolicies: readonly Policy[] = [
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

/** All rights on what is shared that PUBLIC, the tenants' roles and the pooler shall have. */
export const wantedGrants: readonly Grant[] = [
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
  { object: "TABLE public.tenants", privilege: "SELECT", column: null, grantee: tenantsRole },
  { object: "TABLE public.licenses", privilege: "SELECT", column: null, grantee: tenantsRole },
  ...audit("SELECT", [...writtenAuditColumns, "at"]),
  ...audit("INSERT", writtenAuditColumns),
];
