import { isDeepStrictEqual } from "node:util";
import type { Statement } from "../../clients/postgres/postgres.ts";
import { identifier, literal } from "../../clients/postgres/quote.ts";
import type { SharedObservation } from "./observe-shared.ts";
import {
  type Grant,
  guardedTables,
  type Policy,
  tenantsRole,
  wantedGrants,
  wantedPolicies,
} from "./wanted-shared.ts";

/** What separates what all tenants share from what it shall be. */
export interface SharedDifferences {
  /** What the operator can do about it, in order. */
  readonly statements: readonly Statement[];
  /** What only a superuser can repair, for people. */
  readonly faults: readonly string[];
}

/** Compares owners, rights, row security and policies of what all tenants share. */
export function sharedDifferences(observed: SharedObservation): SharedDifferences {
  const parts = [
    ownerDifferences(observed),
    grantDifferences(observed),
    rowSecurityDifferences(observed),
    policyDifferences(observed),
    roleDifferences(observed),
    bootstrapDifferences(observed),
  ];
  return {
    statements: parts.flatMap(({ statements = [] }) => statements),
    faults: parts.flatMap(({ faults = [] }) => faults),
  };
}

type Part = Partial<SharedDifferences>;

function ownerDifferences({ objects, database }: SharedObservation): Part {
  const stolen = objects.filter(({ ownerTrusted }) => !ownerTrusted);
  return {
    statements: stolen
      .filter(({ ours }) => ours)
      .map(({ object }) => ({ text: `ALTER ${named(object, database)} OWNER TO CURRENT_USER` })),
    faults: stolen
      .filter(({ ours }) => !ours)
      .map(
        ({ object, owner }) => `${object} belongs to ${owner}: a superuser has to give it to the operator.`,
      ),
  };
}

function grantDifferences({ objects, grants, database }: SharedObservation): Part {
  const lost = wantedGrants.filter((grant) => !grants.some((found) => isDeepStrictEqual(found, grant)));
  const surplus = grants.filter((grant) => !wantedGrants.some((wanted) => isDeepStrictEqual(wanted, grant)));
  const ours = ({ object }: Grant) => objects.some((found) => found.object === object && found.ours);
  return {
    statements: [
      ...surplus
        .filter(ours)
        .map((grant) => ({ text: `REVOKE ${right(grant, database)} FROM ${role(grant)} CASCADE` })),
      ...lost.filter(ours).map((grant) => ({ text: `GRANT ${right(grant, database)} TO ${role(grant)}` })),
    ],
    faults: [
      ...surplus
        .filter((grant) => !ours(grant))
        .map((grant) => `${grant.grantee} has ${words(grant)}, which a superuser has to revoke.`),
      ...lost
        .filter((grant) => !ours(grant))
        .map((grant) => `${grant.grantee} lacks ${words(grant)}, which a superuser has to grant.`),
    ],
  };
}

function rowSecurityDifferences({ objects, rowSecurity }: SharedObservation): Part {
  const wrong = guardedTables.flatMap((table) => {
    const found = rowSecurity.find((one) => one.table === table);
    if (found === undefined) return [{ table, change: "" }];
    return [
      ...(found.enabled ? [] : [{ table, change: "ENABLE ROW LEVEL SECURITY" }]),
      ...(found.forced ? [{ table, change: "NO FORCE ROW LEVEL SECURITY" }] : []),
    ];
  });
  const ours = ({ table }: { table: string }) =>
    objects.some(({ object, ours }) => object === `TABLE ${table}` && ours);
  return {
    statements: wrong.filter(ours).map(({ table, change }) => ({ text: `ALTER TABLE ${table} ${change}` })),
    faults: wrong
      .filter((one) => !ours(one))
      .map(({ table, change }) =>
        change === ""
          ? `The table ${table} is gone: restore it from a backup.`
          : `The table ${table} needs ${change}, which its owner or a superuser has to do.`,
      ),
  };
}

function policyDifferences({ policies, rowSecurity, objects }: SharedObservation): Part {
  const present = (table: string) =>
    rowSecurity.some((one) => one.table === table) &&
    objects.some(({ object, ours }) => object === `TABLE ${table}` && ours);
  const surplus = policies.filter((policy) => !wantedPolicies.some((wanted) => same(wanted, policy)));
  const lost = wantedPolicies.filter((wanted) => !policies.some((policy) => same(wanted, policy)));
  return {
    statements: [
      ...surplus
        .filter(({ table }) => present(table))
        .map(({ table, name }) => ({ text: `DROP POLICY ${identifier(name)} ON ${table}` })),
      ...lost.filter(({ table }) => present(table)).map(createPolicy),
    ],
    faults: [...surplus, ...lost]
      .filter(({ table }) => !present(table))
      .map(({ table, name }) => `The policy ${name} of ${table} is wrong: a superuser has to repair it.`),
  };
}

function roleDifferences({ tenantsRole: found }: SharedObservation): Part {
  const name = identifier(tenantsRole);
  if (found === null) return { faults: [`The role ${tenantsRole} is gone: restore it from a backup.`] };
  return {
    statements: [
      ...(found.login ? [`ALTER ROLE ${name} NOLOGIN`] : []),
      ...(found.settings ? [resetSettings] : []),
      ...found.memberOf.map((group) => `REVOKE ${identifier(group)} FROM ${name}`),
      ...found.strangers.map((member) => `REVOKE ${name} FROM ${identifier(member)}`),
    ].map((text) => ({ text })),
    faults: found.power
      ? [`The role ${tenantsRole} has a power on the server: a superuser has to take it away.`]
      : [],
  };
}

function bootstrapDifferences({ opened, broken }: SharedObservation): Part {
  return {
    faults: [
      ...opened.map((name) => `Tenants may use ${name}: a superuser has to run bootstrap.sql again.`),
      ...broken.map(
        (name) => `The ${name} is not as bootstrap.sql makes it: a superuser has to run that again.`,
      ),
    ],
  };
}

/** For this database and for all. */
const resetSettings = `DO $$ BEGIN
  EXECUTE format('ALTER ROLE %I RESET ALL', ${literal(tenantsRole)});
  EXECUTE format('ALTER ROLE %I IN DATABASE %I RESET ALL', ${literal(tenantsRole)}, current_database());
END $$`;

function createPolicy({ table, name, command, using, check }: Policy): Statement {
  const expressions = [
    ...(using === null ? [] : [`USING ${using}`]),
    ...(check === null ? [] : [`WITH CHECK ${check}`]),
  ];
  return {
    text: `CREATE POLICY ${identifier(name)} ON ${table} FOR ${command} TO PUBLIC ${expressions.join(" ")}`,
  };
}

function same(wanted: Policy, found: Policy): boolean {
  return isDeepStrictEqual({ ...wanted }, { ...found });
}

function right({ object, privilege, column }: Grant, database: string): string {
  return `${privilege}${column === null ? "" : ` (${identifier(column)})`} ON ${named(object, database)}`;
}

function named(object: string, database: string): string {
  return object === "DATABASE" ? `DATABASE ${identifier(database)}` : object;
}

function words({ object, privilege, column }: Grant): string {
  return `${privilege}${column === null ? "" : ` on the column ${column}`} on ${object}`;
}

function role({ grantee }: Grant): string {
  return grantee === "PUBLIC" ? "PUBLIC" : identifier(grantee);
}
