import type { Statement } from "../../../clients/postgres/postgres.ts";
import { identifier, literal } from "../../../clients/postgres/quote.ts";
import { permitCreation, refuseCreation, refuseTruncation } from "../../database/migration-state.ts";
import type { LoginLetter } from "../../model/names/credentials.ts";
import type { TenantNames } from "../../model/names/names.ts";
import { logSettings, tenantsRole as sharedRole } from "../../shared/desired-shared.ts";
import type { DatabaseObservation, RoleObservation } from "./observe.ts";
import { hasVerifier, loginMark } from "./password-mark.ts";

/** The desired state of a tenant on the server. */
export interface DesiredDatabase {
  readonly names: TenantNames;
  readonly connectionLimit: number;
  /** The app logins that may log in, unless the tenant's storage is exhausted. */
  readonly enabledLogins: readonly LoginLetter[];
  readonly licence: {
    readonly plan: string;
    readonly modules: readonly string[];
    readonly maxCustomers: number | null;
  };
  /** The mark of each login's password, see `passwordMark`. Absent when passwords are not compared. */
  readonly passwordMarks?: Readonly<Record<string, string>>;
}

interface DesiredRole {
  readonly name: string;
  /** Undefined for the migrator, because migrations manage its login. */
  readonly login: boolean | undefined;
  readonly connectionLimit: number;
  readonly settings: readonly string[];
  readonly memberOf: readonly string[];
  readonly members: readonly string[];
}

/** Migrations run one at a time. A second connection allows `psql` beside them. */
export const migratorConnections = 2;

/** The tenant's roles as they shall be, in an order in which they can be created. */
function desiredRoles(
  { names, connectionLimit, enabledLogins }: DesiredDatabase,
  { settable, licence }: DatabaseObservation,
): DesiredRole[] {
  const { owner, migrator, readWrite, appA, appB } = names.roles;
  const ofLogins = [
    `search_path=${names.schema}`,
    ...logSettings.filter((each) => settable.includes(nameOf(each))),
  ];
  const logins = licence?.storage === "exhausted" ? [] : enabledLogins;
  const group = { login: false, connectionLimit: -1, settings: [] };
  const app = { connectionLimit, settings: ofLogins, memberOf: [readWrite], members: [] };
  return [
    { name: owner, ...group, memberOf: [], members: [migrator] },
    { name: readWrite, ...group, memberOf: [sharedRole], members: [appA, appB] },
    {
      name: migrator,
      login: undefined,
      connectionLimit: migratorConnections,
      settings: ofLogins,
      memberOf: [owner, sharedRole],
      members: [],
    },
    { name: appA, ...app, login: logins.includes("a") },
    { name: appB, ...app, login: logins.includes("b") },
  ];
}

/** The logins whose password on the server may differ from the one in Vault. */
export function stalePasswords(desired: DesiredDatabase, observed: DatabaseObservation): string[] {
  return Object.entries(desired.passwordMarks ?? {})
    .filter(([role, mark]) => {
      const { mark: found = null, verifier } = roleNamed(observed, role) ?? {};
      return found?.split(" ")[0] !== mark || !hasVerifier(found, verifier);
    })
    .map(([role]) => role);
}

/** The logins whose password somebody other than the operator has changed. */
export function changedPasswords(observed: DatabaseObservation): string[] {
  return observed.roles
    .filter(({ mark, verifier }) => mark?.includes(" verifier=") && !hasVerifier(mark, verifier))
    .map(({ name }) => name);
}

/**
 * The statements that turn the observed state into the desired one; none when they are the same. `verifiers` holds the
 * SCRAM verifier of each login named by `stalePasswords`.
 */
export function databaseDifferences(
  desired: DesiredDatabase,
  observed: DatabaseObservation,
  verifiers: Readonly<Record<string, string>>,
): Statement[] {
  const roles = desiredRoles(desired, observed);
  return [
    ...auditTableDifferences(desired.names, observed),
    ...roles.flatMap((role) => roleDifferences(role, roleNamed(observed, role.name))),
    ...roles.flatMap((role) => membershipDifferences(role, roleNamed(observed, role.name))),
    ...passwordStatements(desired, observed, verifiers),
    ...commentDifferences(observed),
    ...schemaDifferences(desired.names, observed),
    ...licenceDifferences(desired, observed),
  ];
}

/** The table is made with the tenant's record; this replaces one that was lost. */
function auditTableDifferences({ id }: TenantNames, { auditTable }: DatabaseObservation): Statement[] {
  return auditTable ? [] : [{ text: "SELECT audit.make_table($1)", values: [id] }];
}

/** The tenant's roles that have a power that the operator can neither give nor take. */
export function forbiddenPowers(observed: DatabaseObservation): string[] {
  return observed.roles.filter((role) => role.forbiddenPower).map((role) => role.name);
}

function roleDifferences(desired: DesiredRole, found: RoleObservation | undefined): Statement[] {
  const name = identifier(desired.name);
  const login = desired.login ? "LOGIN" : "NOLOGIN";
  const limit = `CONNECTION LIMIT ${desired.connectionLimit}`;
  const statements: Statement[] = [];
  if (found === undefined) statements.push({ text: `CREATE ROLE ${name} ${login} INHERIT ${limit}` });
  else {
    if (desired.login !== undefined && found.login !== desired.login) statements.push(alter(name, login));
    if (!found.inherit) statements.push(alter(name, "INHERIT"));
    if (found.connectionLimit !== desired.connectionLimit) statements.push(alter(name, limit));
  }
  if (!found?.operatorInherits) statements.push({ text: `GRANT ${name} TO CURRENT_USER` });
  return [...statements, ...settingDifferences(desired, found)];
}

function settingDifferences(desired: DesiredRole, found: RoleObservation | undefined): Statement[] {
  const name = identifier(desired.name);
  const statements: Statement[] = [];
  if (found?.otherSettings) {
    statements.push({
      text: `DO $$ BEGIN EXECUTE format('ALTER ROLE %I IN DATABASE %I RESET ALL', ${literal(desired.name)}, current_database()); END $$`,
    });
  }
  // One that the operator may not set, it cannot reset either.
  const settings = found?.settings.filter(
    (each) => !logSettings.includes(each) || desired.settings.includes(each),
  );
  if (sameSet(desired.settings, settings ?? [])) return statements;
  if (found !== undefined) statements.push(alter(name, "RESET ALL"));
  for (const setting of desired.settings) {
    const [key = "", value = ""] = setting.split("=");
    statements.push(alter(name, `SET ${identifier(key)} = ${identifier(value)}`));
  }
  return statements;
}

function membershipDifferences(desired: DesiredRole, found: RoleObservation | undefined): Statement[] {
  const memberOf = found?.memberOf ?? [];
  const grant = missing(desired.memberOf, memberOf).map((group) =>
    membership("GRANT", group, "TO", desired.name),
  );
  const leave = missing(memberOf, desired.memberOf).map((group) =>
    membership("REVOKE", group, "FROM", desired.name),
  );
  const expel = missing(found?.members ?? [], desired.members).map((member) =>
    membership("REVOKE", desired.name, "FROM", member),
  );
  return [...grant, ...leave, ...expel];
}

function passwordStatements(
  desired: DesiredDatabase,
  observed: DatabaseObservation,
  verifiers: Readonly<Record<string, string>>,
): Statement[] {
  return Object.entries(verifiers).flatMap(([role, verifier]) => [
    // A new salt for the same password would end the pooler's connections.
    ...(roleNamed(observed, role)?.verifier === verifier
      ? []
      : [alter(identifier(role), `PASSWORD ${literal(verifier)}`)]),
    {
      text: `INSERT INTO public.login_marks (login, mark) VALUES ($1, $2)
             ON CONFLICT (login) DO UPDATE SET mark = excluded.mark`,
      values: [role, loginMark(desired.passwordMarks?.[role] ?? "", verifier)],
    },
  ]);
}

/** Removes comments: an operator from before kept the marks of passwords there. */
function commentDifferences({ roles }: DatabaseObservation): Statement[] {
  return roles
    .filter(({ hasComment }) => hasComment)
    .map(({ name }) => ({ text: `COMMENT ON ROLE ${identifier(name)} IS NULL` }));
}

function schemaDifferences(names: TenantNames, observed: DatabaseObservation): Statement[] {
  const { roles, schema } = names;
  const { schema: found } = observed;
  const name = identifier(schema);
  const owner = identifier(roles.owner);
  const statements: Statement[] = [];
  if (found === undefined) statements.push({ text: `CREATE SCHEMA ${name} AUTHORIZATION ${owner}` });
  else if (found.owner !== roles.owner) statements.push({ text: `ALTER SCHEMA ${name} OWNER TO ${owner}` });
  const grants = found?.grants ?? [];
  const isDesired = (grant: { grantee: string; privilege: string }) =>
    grant.grantee === roles.readWrite && grant.privilege === "USAGE";
  if (!grants.some(isDesired)) {
    statements.push({ text: `GRANT USAGE ON SCHEMA ${name} TO ${identifier(roles.readWrite)}` });
  }
  for (const { grantee, privilege } of grants.filter((grant) => !isDesired(grant))) {
    const from = grantee === "public" ? "PUBLIC" : identifier(grantee);
    statements.push({ text: `REVOKE ${privilege} ON SCHEMA ${name} FROM ${from} CASCADE` });
  }
  // A new schema's owner has the right.
  const creates = found?.ownerCreates ?? true;
  const migrates = roleNamed(observed, roles.migrator)?.login === true;
  if (creates !== migrates) statements.push(migrates ? permitCreation(names) : refuseCreation(names));
  if (found?.truncatable && !migrates) statements.push(refuseTruncation(names));
  return statements;
}

function licenceDifferences(
  { names, licence }: DesiredDatabase,
  { licence: found }: DatabaseObservation,
): Statement[] {
  const same =
    found !== undefined &&
    found.plan === licence.plan &&
    found.maxCustomers === licence.maxCustomers &&
    found.modules.join() === licence.modules.join();
  if (same) return [];
  return [
    {
      text: `INSERT INTO public.licenses (tenant_id, plan, modules, max_customers) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id) DO UPDATE
             SET plan = excluded.plan, modules = excluded.modules, max_customers = excluded.max_customers`,
      values: [names.id, licence.plan, licence.modules, licence.maxCustomers],
    },
  ];
}

function roleNamed(observed: DatabaseObservation, name: string): RoleObservation | undefined {
  return observed.roles.find((role) => role.name === name);
}

function nameOf(setting: string): string {
  return setting.split("=")[0] ?? "";
}

function alter(quotedRole: string, change: string): Statement {
  return { text: `ALTER ROLE ${quotedRole} ${change}` };
}

function membership(
  verb: "GRANT" | "REVOKE",
  group: string,
  direction: "TO" | "FROM",
  member: string,
): Statement {
  return { text: `${verb} ${identifier(group)} ${direction} ${identifier(member)}` };
}

function missing(desired: readonly string[], found: readonly string[]): string[] {
  return desired.filter((item) => !found.includes(item));
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return missing(one, other).length === 0 && missing(other, one).length === 0;
}
