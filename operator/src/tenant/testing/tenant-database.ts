import { randomBytes } from "node:crypto";
import type { ClientConfig } from "pg";
import { runStatements } from "../../clients/postgres/run-statements.ts";
import { scramVerifier, verifies } from "../../clients/postgres/scram.ts";
import { claimRecord } from "../database/records.ts";
import type { TenantNames } from "../model/names.ts";
import {
  type DatabaseWanted,
  databaseDifferences,
  stalePasswords,
} from "../resources/database/differences.ts";
import { observeDatabase } from "../resources/database/observe.ts";
import { passwordMark } from "../resources/database/password-mark.ts";
import { freshNames } from "./fresh-names.ts";
import type { PlatformDatabase } from "./platform-database.ts";

export interface TenantDatabase {
  readonly names: TenantNames;
  readonly uid: string;
  readonly wanted: DatabaseWanted;
  readonly passwords: Readonly<Record<string, string>>;
  /** How the runtime connects. */
  readonly login: ClientConfig;
}

type OpenDatabase = Omit<PlatformDatabase, typeof Symbol.asyncDispose>;

/** Gives a new tenant its place in the database, as the steps `claim` and `database` do. */
export async function tenantDatabase(platform: OpenDatabase, tenant: string): Promise<TenantDatabase> {
  const { names, uid } = freshNames(tenant);
  const passwords = {
    [names.roles.appA]: randomBytes(32).toString("base64url"),
    [names.roles.appB]: randomBytes(32).toString("base64url"),
  };
  const wanted: DatabaseWanted = {
    names,
    connectionLimit: 3,
    enabledLogins: ["a"],
    licence: { plan: "standard", modules: ["customers"], maxCustomers: 100 },
    passwordMarks: Object.fromEntries(
      Object.entries(passwords).map(([role, password]) => [role, passwordMark(password)]),
    ),
  };
  await claimRecord(platform.postgres, platform.epoch, {
    id: names.id,
    uid,
    name: tenant,
    currency: "EUR",
    adopting: false,
  });
  const login = {
    ...platform.database.operator,
    user: names.roles.appA,
    password: passwords[names.roles.appA] ?? "",
  };
  await converge(platform, wanted, passwords);
  return { names, uid, wanted, passwords, login };
}

/** Makes the database as wanted; returns the number of statements that this took. */
export async function converge(
  platform: Pick<PlatformDatabase, "postgres" | "epoch">,
  wanted: DatabaseWanted,
  passwords: Readonly<Record<string, string>>,
): Promise<number> {
  const observed = (await observeDatabase(platform.postgres, [wanted.names.id])).get(wanted.names.id);
  if (observed === undefined) throw new Error("expected an observation");
  const verifiers: Record<string, string> = {};
  for (const role of stalePasswords(wanted, observed)) {
    const found = observed.roles.find(({ name }) => name === role)?.verifier ?? "";
    const password = passwords[role] ?? "";
    verifiers[role] = (await verifies(found, password))
      ? found
      : await scramVerifier(password, randomBytes(16));
  }
  const statements = databaseDifferences(wanted, observed, verifiers);
  await runStatements(platform.postgres, platform.epoch, statements);
  return statements.length;
}
