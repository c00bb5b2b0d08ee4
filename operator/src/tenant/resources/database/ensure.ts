import { scramVerifier, verifies } from "../../../clients/postgres/scram.ts";
import { done, type Outcome, stalled } from "../../../kubernetes/loop/outcome.ts";
import { credentialsFound } from "../../credentials/credentials-found.ts";
import { changeRoles } from "../../database/change-roles.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import { type Credentials, loginLetters } from "../../model/names/credentials.ts";
import { appLogin, type TenantNames } from "../../model/names/names.ts";
import { enabledLogins } from "../../model/names/rotation.ts";
import type { Subject } from "../../step/subject.ts";
import {
  changedPasswords,
  type DesiredDatabase,
  databaseDifferences,
  forbiddenPowers,
  stalePasswords,
} from "./differences.ts";
import { analysisEndedFound, refusedWritesFound } from "./limits.ts";
import { type DatabaseObservation, observeDatabase } from "./observe.ts";
import { passwordMark } from "./password-mark.ts";

/** Gives the tenant its schema, roles, grants and licence. */
export async function ensureDatabase(subject: Subject): Promise<Outcome> {
  const { blueprint, world, found, changes } = subject;
  const { secret: credentials } = found.require(credentialsFound);
  const observed = (await observeDatabase(world.postgres, [blueprint.names.id])).get(blueprint.names.id);
  if (observed === undefined) throw new TypeError("Expected an observation for each requested tenant.");
  if (observed.licence !== undefined) found.set(refusedWritesFound, observed.licence);
  found.set(analysisEndedFound, observed.schema?.analysisEnded === true);
  const powers = forbiddenPowers(observed);
  if (powers.length > 0) return stalled("ForbiddenRolePower", forbidden(powers));

  const desired = desiredDatabase(blueprint, desiredLogins(blueprint.names, credentials));
  const verifiers = await verifiersOf(
    stalePasswords(desired, observed),
    observed,
    passwords(blueprint.names, credentials),
    world.random,
  );
  const statements = databaseDifferences(desired, observed, verifiers);
  // A session that was opened with a foreign password must end with that password.
  const ended = [...closedLogins(desired), ...changedPasswords(observed)];
  const endedAny = await changeRoles(world.postgres, world.epoch, ended, statements);
  if (statements.length > 0)
    changes.push(`changed the database ${blueprint.names.schema} (${statements.length} statements)`);
  if (endedAny) changes.push(`ended the sessions of ${ended.join(", ")}`);
  return done;
}

/** The tenant's desired state in the database. */
export function desiredDatabase(
  blueprint: Blueprint,
  logins: Pick<DesiredDatabase, "enabledLogins" | "passwordMarks">,
): DesiredDatabase {
  return {
    names: blueprint.names,
    connectionLimit: blueprint.database.connectionLimit,
    licence: { plan: blueprint.plan, modules: blueprint.modules, maxCustomers: blueprint.maxCustomers },
    ...logins,
  };
}

function desiredLogins(names: TenantNames, credentials: Credentials) {
  const marks = Object.entries(passwords(names, credentials)).map(([role, password]) => [
    role,
    passwordMark(password),
  ]);
  return { enabledLogins: enabledLogins(credentials), passwordMarks: Object.fromEntries(marks) };
}

function passwords(names: TenantNames, { database }: Credentials): Record<string, string> {
  return Object.fromEntries(loginLetters.map((letter) => [appLogin(names, letter), database[letter]]));
}

function closedLogins({ names, enabledLogins }: DesiredDatabase): string[] {
  const closed = loginLetters.filter((letter) => !enabledLogins.includes(letter));
  return closed.map((letter) => appLogin(names, letter));
}

/** Keeps a verifier that belongs to the password. */
async function verifiersOf(
  roles: readonly string[],
  observed: DatabaseObservation,
  passwordOf: Readonly<Record<string, string>>,
  random: (length: number) => Buffer,
): Promise<Record<string, string>> {
  const pairs = roles.map(async (role) => {
    const found = observed.roles.find(({ name }) => name === role)?.verifier ?? "";
    const password = passwordOf[role] ?? "";
    return [
      role,
      (await verifies(found, password)) ? found : await scramVerifier(password, random(16)),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
}

function forbidden(roles: readonly string[]): string {
  return (
    `Expected the tenant's roles without any power on the server, found superuser, CREATEROLE, CREATEDB, ` +
    `REPLICATION or BYPASSRLS at ${roles.join(", ")}: a superuser must revoke it.`
  );
}
