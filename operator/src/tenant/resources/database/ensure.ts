import { runStatements } from "../../../clients/postgres/run-statements.ts";
import { scramVerifier, verifies } from "../../../clients/postgres/scram.ts";
import { done, type Outcome, stalled } from "../../../kubernetes/loop/outcome.ts";
import { requireCredentials } from "../../credentials/require-credentials.ts";
import { endSessionsOf } from "../../database/end-sessions.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import { type Credentials, loginLetters } from "../../model/credentials.ts";
import { appLogin, type TenantNames } from "../../model/names.ts";
import { enabledLogins } from "../../model/rotation.ts";
import type { Subject } from "../../step/subject.ts";
import {
  changedPasswords,
  type DatabaseWanted,
  databaseDifferences,
  forbiddenPowers,
  stalePasswords,
} from "./differences.ts";
import { type DatabaseObservation, observeDatabase } from "./observe.ts";
import { passwordMark } from "./password-mark.ts";

/** Gives the tenant its schema, roles, grants and licence. */
export async function ensureDatabase(subject: Subject): Promise<Outcome> {
  const { plan, world, changes } = subject;
  const credentials = requireCredentials(subject);
  const observed = (await observeDatabase(world.postgres, [plan.names.id])).get(plan.names.id);
  if (observed === undefined) throw new TypeError("Expected an observation for each tenant asked for.");
  if (observed.licence !== undefined) subject.found.bounds = observed.licence;
  subject.found.analysisEnded = observed.schema?.analysisEnded === true;
  const powers = forbiddenPowers(observed);
  if (powers.length > 0) return stalled("ForbiddenRolePower", forbidden(powers));

  const wanted = databaseWanted(plan, loginsWanted(plan.names, credentials));
  const verifiers = await verifiersOf(
    stalePasswords(wanted, observed),
    observed,
    passwords(plan.names, credentials),
    world.random,
  );
  const statements = databaseDifferences(wanted, observed, verifiers);
  await runStatements(world.postgres, world.epoch, statements);
  if (statements.length > 0)
    changes.push(`changed the database ${plan.names.schema} (${statements.length} statements)`);
  // A session that was opened with a foreign password must not outlive it.
  const ended = [...closedLogins(wanted), ...changedPasswords(observed)];
  if (await endSessionsOf(world.postgres, world.epoch, ended))
    changes.push(`ended the sessions of ${ended.join(", ")}`);
  return done;
}

/** What the tenant shall have in the database. */
export function databaseWanted(
  plan: Blueprint,
  logins: Pick<DatabaseWanted, "enabledLogins" | "passwordMarks">,
): DatabaseWanted {
  return {
    names: plan.names,
    connectionLimit: plan.database.connectionLimit,
    licence: { plan: plan.plan, modules: plan.modules, maxCustomers: plan.maxCustomers },
    ...logins,
  };
}

function loginsWanted(names: TenantNames, credentials: Credentials) {
  const marks = Object.entries(passwords(names, credentials)).map(([role, password]) => [
    role,
    passwordMark(password),
  ]);
  return { enabledLogins: enabledLogins(credentials), passwordMarks: Object.fromEntries(marks) };
}

function passwords(names: TenantNames, { database }: Credentials): Record<string, string> {
  return Object.fromEntries(loginLetters.map((letter) => [appLogin(names, letter), database[letter]]));
}

function closedLogins({ names, enabledLogins }: DatabaseWanted): string[] {
  const closed = loginLetters.filter((letter) => !enabledLogins.includes(letter));
  return closed.map((letter) => appLogin(names, letter));
}

/** A verifier that was made from the password stays. */
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
    `REPLICATION or BYPASSRLS at ${roles.join(", ")}: a superuser has to take it away.`
  );
}
