import { randomBytes } from "node:crypto";
import type { ClientConfig } from "pg";
import { scramVerifier, verifies } from "../../../clients/postgres/scram.ts";
import { changeRoles } from "../../database/change-roles.ts";
import { claimRecord } from "../../database/records.ts";
import type { TenantNames } from "../../model/names/names.ts";
import {
  type DesiredDatabase,
  databaseDifferences,
  stalePasswords,
} from "../../resources/database/differences.ts";
import { observeDatabase } from "../../resources/database/observe.ts";
import { passwordMark } from "../../resources/database/password-mark.ts";
import { freshNames } from "./fresh-names.ts";
import { type PlatformDatabase, platformDatabase } from "./platform-database.ts";

export interface TenantDatabase {
  readonly names: TenantNames;
  readonly uid: string;
  readonly desired: DesiredDatabase;
  readonly passwords: Readonly<Record<string, string>>;
  /** The runtime's connection settings. */
  readonly login: ClientConfig;
}

type OpenDatabase = Omit<PlatformDatabase, typeof Symbol.asyncDispose>;

/** Sets up a new tenant in the database, as the steps `claim` and `database` do. */
export async function tenantDatabase(platform: OpenDatabase, tenant: string): Promise<TenantDatabase> {
  const { names, uid } = freshNames(tenant);
  const passwords = {
    [names.roles.appA]: randomBytes(32).toString("base64url"),
    [names.roles.appB]: randomBytes(32).toString("base64url"),
  };
  const desired: DesiredDatabase = {
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
  await converge(platform, desired, passwords);
  return { names, uid, desired, passwords, login };
}

/** A database of the platform with two tenants. */
export interface TwoTenants {
  readonly platform: PlatformDatabase;
  readonly north: TenantDatabase;
  readonly south: TenantDatabase;
}

/** Creates a database on this server, and two tenants in it. The caller closes the platform's. */
export async function twoTenants(server: Parameters<typeof platformDatabase>[0]): Promise<TwoTenants> {
  await using opened = new AsyncDisposableStack();
  const platform = opened.use(await platformDatabase(server));
  const north = await tenantDatabase(platform, "north");
  const south = await tenantDatabase(platform, "south");
  opened.move();
  return { platform, north, south };
}

/** Brings the database to the desired state. Returns the number of statements. */
export async function converge(
  platform: Pick<PlatformDatabase, "postgres" | "epoch">,
  desired: DesiredDatabase,
  passwords: Readonly<Record<string, string>>,
): Promise<number> {
  const observed = (await observeDatabase(platform.postgres, [desired.names.id])).get(desired.names.id);
  if (observed === undefined) throw new Error("expected an observation");
  const verifiers: Record<string, string> = {};
  for (const role of stalePasswords(desired, observed)) {
    const found = observed.roles.find(({ name }) => name === role)?.verifier ?? "";
    const password = passwords[role] ?? "";
    verifiers[role] = (await verifies(found, password))
      ? found
      : await scramVerifier(password, randomBytes(16));
  }
  const statements = databaseDifferences(desired, observed, verifiers);
  await changeRoles(platform.postgres, platform.epoch, [], statements);
  return statements.length;
}
