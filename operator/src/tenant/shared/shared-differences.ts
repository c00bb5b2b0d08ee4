import { isDeepStrictEqual } from "node:util";
import type { Statement } from "../../clients/postgres/postgres.ts";
import { identifier, literal } from "../../clients/postgres/quote.ts";
import {
  auditDoor,
  desiredFunctions,
  desiredGrants,
  desiredPolicies,
  desiredTriggers,
  type Grant,
  guardedTables,
  type Policy,
  type Trigger,
  tenantsRole,
} from "./desired-shared.ts";
import type { SharedObservation } from "./observe-shared.ts";

/** The differences between the shared objects and their desired state. */
export interface SharedDifferences {
  /** The operator's repairs, in order. */
  readonly statements: readonly Statement[];
  /** Messages about faults that only a superuser can repair. */
  readonly faults: readonly string[];
}

/** Compares owners, rights, row security, policies, functions and triggers of the shared objects. */
export function sharedDifferences(observed: SharedObservation): SharedDifferences {
  const parts = [
    ownerDifferences(observed),
    grantDifferences(observed),
    rowSecurityDifferences(observed),
    policyDifferences(observed),
    functionDifferences(observed),
    triggerDifferences(observed),
    doorDifferences(observed),
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
      .map(({ object, owner }) => `${object} belongs to ${owner}: a superuser must give it to the operator.`),
  };
}

function grantDifferences({ objects, grants, database }: SharedObservation): Part {
  const lost = desiredGrants.filter((grant) => !grants.some((found) => isDeepStrictEqual(found, grant)));
  const surplus = grants.filter(
    (grant) => !desiredGrants.some((desired) => isDeepStrictEqual(desired, grant)),
  );
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
        .map((grant) => `${grant.grantee} has ${words(grant)}, which a superuser must revoke.`),
      ...lost
        .filter((grant) => !ours(grant))
        .map((grant) => `${grant.grantee} lacks ${words(grant)}, which a superuser must grant.`),
    ],
  };
}

function rowSecurityDifferences({ objects, rowSecurity }: SharedObservation): Part {
  const auditTables = rowSecurity.map(({ table }) => table).filter((table) => table.startsWith("audit."));
  const wrong = [...guardedTables, ...auditTables].flatMap((table) => {
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
          : `The table ${table} needs ${change}, which its owner or a superuser must run.`,
      ),
  };
}

function policyDifferences({ policies, rowSecurity, objects }: SharedObservation): Part {
  const present = (table: string) =>
    rowSecurity.some((one) => one.table === table) &&
    objects.some(({ object, ours }) => object === `TABLE ${table}` && ours);
  const surplus = policies.filter((policy) => !desiredPolicies.some((desired) => same(desired, policy)));
  const lost = desiredPolicies.filter((desired) => !policies.some((policy) => same(desired, policy)));
  return {
    statements: [
      ...surplus
        .filter(({ table }) => present(table))
        .map(({ table, name }) => ({ text: `DROP POLICY ${identifier(name)} ON ${table}` })),
      ...lost.filter(({ table }) => present(table)).map(createPolicy),
    ],
    faults: [...surplus, ...lost]
      .filter(({ table }) => !present(table))
      .map(({ table, name }) => `The policy ${name} of ${table} is wrong: a superuser must repair it.`),
  };
}

function functionDifferences({ functions, objects }: SharedObservation): Part {
  const wrong = desiredFunctions.filter(
    (desired) => !functions.some((found) => isDeepStrictEqual({ ...desired }, { ...found })),
  );
  const ours = (name: string) => objects.some(({ object, ours }) => object === `FUNCTION ${name}` && ours);
  return {
    statements: wrong
      .filter(({ name }) => ours(name))
      .map(({ name, definer }) => ({
        text: `ALTER FUNCTION ${name} SECURITY ${definer ? "DEFINER" : "INVOKER"} RESET ALL SET search_path = pg_catalog, pg_temp`,
      })),
    faults: wrong
      .filter(({ name }) => !ours(name))
      .map(({ name }) => `The function ${name} is gone: create it again as in operator/sql.`),
  };
}

/** Repairs triggers whose function and table the operator owns. Others are faults of these. */
function triggerDifferences({ triggers, functions, objects }: SharedObservation): Part {
  const ours = ({ table }: Trigger) =>
    objects.some(({ object, ours }) => object === `TABLE ${table}` && ours);
  const callable = ({ definition }: Trigger) =>
    functions.some(({ name }) => definition.endsWith(`EXECUTE FUNCTION ${name}`));
  const surplus = triggers.filter(
    (found) => !desiredTriggers.some(({ table, name }) => table === found.table && name === found.name),
  );
  const wrong = desiredTriggers.filter(
    (desired) => !triggers.some((found) => isDeepStrictEqual({ ...desired }, { ...found })),
  );
  return {
    statements: [
      ...surplus
        .filter(ours)
        .map(({ table, name }) => ({ text: `DROP TRIGGER ${identifier(name)} ON ${table}` })),
      ...wrong.filter((trigger) => ours(trigger) && callable(trigger)).flatMap(restoreTrigger),
    ],
    faults: surplus
      .filter((trigger) => !ours(trigger))
      .map(({ table, name }) => `The trigger ${name} of ${table} must be dropped by a superuser.`),
  };
}

function restoreTrigger({ table, name, definition, enabled }: Trigger): Statement[] {
  const enable = enabled === "A" ? "ENABLE ALWAYS" : "ENABLE";
  return [
    { text: definition.replace("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER") },
    { text: `ALTER TABLE ${table} ${enable} TRIGGER ${name}` },
  ];
}

function doorDifferences({ doorHoldsNothing, objects }: SharedObservation): Part {
  if (doorHoldsNothing || !objects.some(({ object, ours }) => object === `TABLE ${auditDoor}` && ours))
    return {};
  return {
    statements: [
      { text: `ALTER TABLE ${auditDoor} DROP CONSTRAINT IF EXISTS holds_nothing` },
      { text: `ALTER TABLE ${auditDoor} ADD CONSTRAINT holds_nothing CHECK (false) NOT VALID` },
    ],
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
      ? [`The role ${tenantsRole} has a power on the server: a superuser must revoke it.`]
      : [],
  };
}

function bootstrapDifferences({ opened, broken }: SharedObservation): Part {
  return {
    faults: [
      ...opened.map((name) => `Tenants may use ${name}: a superuser must run bootstrap.sql again.`),
      ...broken.map(
        (name) => `The ${name} is not as bootstrap.sql makes it: a superuser must run that again.`,
      ),
    ],
  };
}

/** Resets the settings for this database and for all. */
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

function same(desired: Policy, found: Policy): boolean {
  return isDeepStrictEqual({ ...desired }, { ...found });
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
