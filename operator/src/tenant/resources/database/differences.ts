import type { Statement } from "../../../clients/postgres/postgres.ts";
import { identifier, literal } from "../../../clients/postgres/quote.ts";
import type { LoginLetter } from "../../model/credentials.ts";
import type { TenantNames } from "../../model/names.ts";
import { tenantsRole as sharedRole } from "../../shared/wanted-shared.ts";
import type { DatabaseObservation, RoleObservation } from "./observe.ts";
import { hasVerifier, loginComment } from "./password-mark.ts";

/** What a tenant shall have on the server. */
export interface DatabaseWanted {
  readonly names: TenantNames;
  readonly connectionLimit: number;
  /** The app logins that may log in. */
  readonly enabledLogins: readonly LoginLetter[];
  readonly licence: {
    readonly plan: string;
    readonly modules: readonly string[];
    readonly maxCustomers: number | null;
  };
  /** How each login's password is recognised, see `passwordMark`; absent when passwords are not compared. */
  readonly passwordMarks?: Readonly<Record<string, string>>;
}

interface RoleWanted {
  readonly name: string;
  /** Undefined for the migrator: its login belongs to the migrations. */
  readonly login: boolean | undefined;
  readonly connectionLimit: number;
  readonly settings: readonly string[];
  readonly memberOf: readonly string[];
  readonly members: readonly string[];
}

/** Migrations run one at a time; a second connection lets `psql` look on. */
const migratorConnections = 2;

/** The tenant's roles as they shall be, in an order in which they can be created. */
function wantedRoles({ names, connectionLimit, enabledLogins }: DatabaseWanted): RoleWanted[] {
  const { owner, migrator, readWrite, appA, appB } = names.roles;
  const searchPath = [`search_path=${names.schema}`];
  const group = { login: false, connectionLimit: -1, settings: [] };
  const app = { connectionLimit, settings: searchPath, memberOf: [readWrite], members: [] };
  return [
    { name: owner, ...group, memberOf: [], members: [migrator] },
    { name: readWrite, ...group, memberOf: [sharedRole], members: [appA, appB] },
    {
      name: migrator,
      login: undefined,
      connectionLimit: migratorConnections,
      settings: searchPath,
      memberOf: [owner, sharedRole],
      members: [],
    },
    { name: appA, ...app, login: enabledLogins.includes("a") },
    { name: appB, ...app, login: enabledLogins.includes("b") },
  ];
}

/** The logins of which it is not certain that their password on the server is the one that Vault holds. */
export function stalePasswords(wanted: DatabaseWanted, observed: DatabaseObservation): string[] {
  return Object.entries(wanted.passwordMarks ?? {})
    .filter(([role, mark]) => {
      const { comment = null, verifier } = roleNamed(observed, role) ?? {};
      return comment?.split(" ")[0] !== mark || !hasVerifier(comment, verifier);
    })
    .map(([role]) => role);
}

/** The logins whose password somebody else than the operator has changed. */
export function changedPasswords(observed: DatabaseObservation): string[] {
  return observed.roles
    .filter(({ comment, verifier }) => comment?.includes(" verifier=") && !hasVerifier(comment, verifier))
    .map(({ name }) => name);
}

/**
 * The statements that turn what was observed into what is wanted; none when they are the same. `verifiers`
 * holds the SCRAM verifier of each login named by `stalePasswords`.
 */
export function databaseDifferences(
  wanted: DatabaseWanted,
  observed: DatabaseObservation,
  verifiers: Readonly<Record<string, string>>,
): Statement[] {
  const roles = wantedRoles(wanted);
  return [
    ...roles.flatMap((role) => roleDifferences(role, roleNamed(observed, role.name))),
    ...roles.flatMap((role) => membershipDifferences(role, roleNamed(observed, role.name))),
    ...passwordStatements(wanted, observed, verifiers),
    ...schemaDifferences(wanted.names, observed),
    ...licenceDifferences(wanted, observed),
  ];
}

/** The tenant's roles that have a power that the operator can neither give nor take. */
export function forbiddenPowers(observed: DatabaseObservation): string[] {
  return observed.roles.filter((role) => role.forbiddenPower).map((role) => role.name);
}

function roleDifferences(wanted: RoleWanted, found: RoleObservation | undefined): Statement[] {
  const name = identifier(wanted.name);
  const login = wanted.login ? "LOGIN" : "NOLOGIN";
  const limit = `CONNECTION LIMIT ${wanted.connectionLimit}`;
  const statements: Statement[] = [];
  if (found === undefined) statements.push({ text: `CREATE ROLE ${name} ${login} INHERIT ${limit}` });
  else {
    if (wanted.login !== undefined && found.login !== wanted.login) statements.push(alter(name, login));
    if (!found.inherit) statements.push(alter(name, "INHERIT"));
    if (found.connectionLimit !== wanted.connectionLimit) statements.push(alter(name, limit));
  }
  if (!found?.operatorInherits) statements.push({ text: `GRANT ${name} TO CURRENT_USER` });
  return [...statements, ...settingDifferences(wanted, found)];
}

function settingDifferences(wanted: RoleWanted, found: RoleObservation | undefined): Statement[] {
  const name = identifier(wanted.name);
  const statements: Statement[] = [];
  if (found?.otherSettings) {
    statements.push({
      text: `DO $$ BEGIN EXECUTE format('ALTER ROLE %I IN DATABASE %I RESET ALL', ${literal(wanted.name)}, current_database()); END $$`,
    });
  }
  if (sameSet(wanted.settings, found?.settings ?? [])) return statements;
  if (found !== undefined) statements.push(alter(name, "RESET ALL"));
  for (const setting of wanted.settings) {
    const [key = "", value = ""] = setting.split("=");
    statements.push(alter(name, `SET ${identifier(key)} = ${identifier(value)}`));
  }
  return statements;
}

function membershipDifferences(wanted: RoleWanted, found: RoleObservation | undefined): Statement[] {
  const memberOf = found?.memberOf ?? [];
  const grant = missing(wanted.memberOf, memberOf).map((group) =>
    membership("GRANT", group, "TO", wanted.name),
  );
  const leave = missing(memberOf, wanted.memberOf).map((group) =>
    membership("REVOKE", group, "FROM", wanted.name),
  );
  const expel = missing(found?.members ?? [], wanted.members).map((member) =>
    membership("REVOKE", wanted.name, "FROM", member),
  );
  return [...grant, ...leave, ...expel];
}

function passwordStatements(
  wanted: DatabaseWanted,
  observed: DatabaseObservation,
  verifiers: Readonly<Record<string, string>>,
): Statement[] {
  return Object.entries(verifiers).flatMap(([role, verifier]) => [
    // The same password under another salt would end what the pooler has open.
    ...(roleNamed(observed, role)?.verifier === verifier
      ? []
      : [alter(identifier(role), `PASSWORD ${literal(verifier)}`)]),
    {
      text: `COMMENT ON ROLE ${identifier(role)} IS ${literal(loginComment(wanted.passwordMarks?.[role] ?? "", verifier))}`,
    },
  ]);
}

function schemaDifferences(
  { roles, schema }: TenantNames,
  { schema: found }: DatabaseObservation,
): Statement[] {
  const name = identifier(schema);
  const owner = identifier(roles.owner);
  const statements: Statement[] = [];
  if (found === undefined) statements.push({ text: `CREATE SCHEMA ${name} AUTHORIZATION ${owner}` });
  else if (found.owner !== roles.owner) statements.push({ text: `ALTER SCHEMA ${name} OWNER TO ${owner}` });
  const grants = found?.grants ?? [];
  const isWanted = (grant: { grantee: string; privilege: string }) =>
    grant.grantee === roles.readWrite && grant.privilege === "USAGE";
  if (!grants.some(isWanted)) {
    statements.push({ text: `GRANT USAGE ON SCHEMA ${name} TO ${identifier(roles.readWrite)}` });
  }
  for (const { grantee, privilege } of grants.filter((grant) => !isWanted(grant))) {
    const from = grantee === "public" ? "PUBLIC" : identifier(grantee);
    statements.push({ text: `REVOKE ${privilege} ON SCHEMA ${name} FROM ${from} CASCADE` });
  }
  return statements;
}

function licenceDifferences(
  { names, licence }: DatabaseWanted,
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

function missing(wanted: readonly string[], found: readonly string[]): string[] {
  return wanted.filter((item) => !found.includes(item));
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return missing(one, other).length === 0 && missing(other, one).length === 0;
}
