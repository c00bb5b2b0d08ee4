import type { Postgres } from "../../../clients/postgres/postgres.ts";
import { truncatable } from "../../database/migration-state.ts";
import { neverAnalysed } from "../../database/sessions/end-long-analyses.ts";
import { appLogins, type TenantNames, tenantNames } from "../../model/names/names.ts";
import type { StorageLevel } from "../../model/reports/storage-level.ts";
import { logSettings } from "../../shared/desired-shared.ts";

export interface RoleObservation {
  readonly name: string;
  readonly login: boolean;
  readonly inherit: boolean;
  readonly connectionLimit: number;
  /** Whether it has a power that no tenant's role may have, such as superuser, CREATEROLE or BYPASSRLS. */
  readonly forbiddenPower: boolean;
  /** Whether it has a comment, which every login of the server can read. */
  readonly hasComment: boolean;
  /** The mark of its password in `public.login_marks`. */
  readonly mark: string | null;
  /** An app login's SCRAM verifier; null without a password, absent when the server does not reveal it. */
  readonly verifier?: string | null;
  /** Entries `name=value` that apply to all databases. */
  readonly settings: readonly string[];
  /** Whether it has settings for this database alone, which override the others. */
  readonly otherSettings: boolean;
  readonly memberOf: readonly string[];
  /** Its members, without the operator. */
  readonly members: readonly string[];
  /** Whether the operator has its rights, to assign it a schema and to end its sessions. */
  readonly operatorInherits: boolean;
}

export interface SchemaObservation {
  readonly owner: string;
  /** Whether the owner may make objects in it. */
  readonly ownerCreates: boolean;
  /** Whether somebody may truncate one of its tables that the tenant's roles own. */
  readonly truncatable: boolean;
  readonly grants: readonly { readonly grantee: string; readonly privilege: string }[];
  /** Whether autovacuum no longer analyses its tables, because an analysis took too long. */
  readonly analysisEnded: boolean;
}

export interface LicenceObservation {
  readonly plan: string;
  readonly modules: readonly string[];
  readonly maxCustomers: number | null;
  /** The value last written by `bounds.ts`. */
  readonly storage: StorageLevel;
  readonly auditFull: boolean;
}

/** All objects of one tenant on the server, without its data. */
export interface DatabaseObservation {
  /** The settings of `logSettings` that the operator may choose for a login: bootstrap.sql gives it the right. */
  readonly settable: readonly string[];
  /** Whether the table of its audit records exists. */
  readonly auditTable: boolean;
  readonly roles: readonly RoleObservation[];
  readonly schema: SchemaObservation | undefined;
  readonly licence: LicenceObservation | undefined;
}

/**
 * Bytes of a role's settings, compressed, above which they are not read: a login may write any number of settings on itself,
 * and this query reads many tenants' roles at once. The operator's own have about 150.
 */
const mostSettings = 2_000;
/** Observed instead of such settings. It differs from any setting. */
const tooManySettings = "too many";

const rolesQuery = `
  SELECT coalesce(jsonb_agg(jsonb_build_object(
    'name', r.rolname,
    'login', r.rolcanlogin,
    'inherit', r.rolinherit,
    'connectionLimit', r.rolconnlimit,
    'forbiddenPower', r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls,
    'hasComment', shobj_description(r.oid, 'pg_authid') IS NOT NULL,
    'mark', (SELECT mark FROM public.login_marks WHERE login = r.rolname),
    'settings', CASE WHEN pg_column_size(r.rolconfig) > ${mostSettings} THEN '["${tooManySettings}"]'
                     ELSE coalesce(to_jsonb(r.rolconfig), '[]') END,
    'otherSettings', EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
                             WHERE s.setrole = r.oid AND d.datname = current_database()),
    'memberOf', (SELECT coalesce(jsonb_agg(DISTINCT g.rolname), '[]')
                 FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid),
    'members', (SELECT coalesce(jsonb_agg(DISTINCT g.rolname), '[]')
                FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.member
                WHERE m.roleid = r.oid AND g.rolname <> current_user),
    'operatorInherits', pg_has_role(current_user, r.oid, 'USAGE'))), '[]')
  FROM pg_roles r WHERE r.rolname = ANY ($1)`;

const schemasQuery = `
  SELECT coalesce(jsonb_object_agg(n.nspname, jsonb_build_object(
    'owner', pg_get_userbyid(n.nspowner),
    'ownerCreates', EXISTS (SELECT FROM aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
                            WHERE a.grantee = n.nspowner AND a.privilege_type = 'CREATE'),
    'truncatable', n.oid IN (SELECT relnamespace FROM pg_class JOIN pg_roles owner ON owner.oid = relowner
                             WHERE owner.rolname = ANY ($1) AND ${truncatable}),
    'analysisEnded', n.oid IN (SELECT relnamespace FROM pg_class WHERE '${neverAnalysed}' = ANY (reloptions)),
    'grants', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                 'grantee', CASE WHEN a.grantee = 0 THEN 'public' ELSE pg_get_userbyid(a.grantee) END,
                 'privilege', a.privilege_type)), '[]')
               FROM aclexplode(n.nspacl) a WHERE a.grantee <> n.nspowner))), '{}')
  FROM pg_namespace n WHERE n.nspname = ANY ($2)`;

const licencesQuery = `
  SELECT coalesce(jsonb_object_agg(l.tenant_id, jsonb_build_object(
    'plan', l.plan, 'modules', l.modules, 'maxCustomers', l.max_customers,
    'storage', l.storage, 'auditFull', l.audit_full)), '{}')
  FROM public.licenses l WHERE l.tenant_id = ANY ($3)`;

const auditTablesQuery = `
  SELECT coalesce(jsonb_agg(relname), '[]') FROM pg_class
  WHERE relnamespace = 'audit'::regnamespace AND relkind = 'r' AND relname = ANY ($2)`;

/** Observes any number of tenants by a few catalog queries; the answer is by tenant id. */
export async function observeDatabase(
  postgres: Postgres,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DatabaseObservation>> {
  const all = ids.map((id) => tenantNames("", id));
  const [row] = await postgres.query<{
    roles: RoleObservation[];
    schemas: Record<string, SchemaObservation>;
    licences: Record<string, LicenceObservation>;
    auditTables: string[];
    settable: string[];
  }>(
    `SELECT (${rolesQuery}) AS roles, (${schemasQuery}) AS schemas, (${licencesQuery}) AS licences,
            (${auditTablesQuery}) AS "auditTables",
            ARRAY(SELECT name FROM unnest($4::text[]) AS name WHERE has_parameter_privilege(name, 'SET')) AS settable`,
    [
      all.flatMap((names) => Object.values(names.roles)),
      all.map((names) => names.schema),
      ids,
      logSettings.map((setting) => setting.split("=")[0]),
    ],
  );
  const verifiers = await tenantVerifiers(postgres, all.flatMap(appLogins));
  const roles = new Map(row?.roles.map((role) => [role.name, withVerifier(role, verifiers)]));
  return new Map(
    all.map((names) => [
      names.id,
      {
        settable: row?.settable ?? [],
        auditTable: row?.auditTables.includes(names.schema) === true,
        roles: rolesOf(names, roles),
        schema: row?.schemas[names.schema],
        licence: row?.licences[names.id],
      },
    ]),
  );
}

/**
 * The verifiers of app logins, from a function that a superuser has created. Undefined where the current bootstrap.sql
 * has not run yet.
 */
async function tenantVerifiers(
  postgres: Postgres,
  logins: readonly string[],
): Promise<ReadonlyMap<string, string | null> | undefined> {
  const known = await postgres.query(
    `SELECT FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace
     WHERE nspname = 'dotmac' AND proname = 'tenant_verifiers'
       AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(pg_proc.oid, 'EXECUTE')`,
  );
  if (known.length === 0) return undefined;
  const rows = await postgres.query<{ login: string; verifier: string | null }>(
    "SELECT login, verifier FROM dotmac.tenant_verifiers($1)",
    [logins],
  );
  return new Map(rows.map(({ login, verifier }) => [login, verifier]));
}

function withVerifier(
  role: RoleObservation,
  verifiers: ReadonlyMap<string, string | null> | undefined,
): RoleObservation {
  const verifier = verifiers?.get(role.name);
  return verifier === undefined ? role : { ...role, verifier };
}

/** Whether a schema of that name exists. */
export async function schemaExists(postgres: Postgres, schema: string): Promise<boolean> {
  const rows = await postgres.query("SELECT FROM pg_namespace WHERE nspname = $1", [schema]);
  return rows.length > 0;
}

function rolesOf(names: TenantNames, roles: ReadonlyMap<string, RoleObservation>): RoleObservation[] {
  return Object.values(names.roles).flatMap((name) => roles.get(name) ?? []);
}
