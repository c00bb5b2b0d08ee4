import { argon2 } from "node:crypto";
import { promisify } from "node:util";
import { z } from "zod";
import type { EncryptionKeys } from "../../../../../contract/secret-files.ts";
import { type Derive, hashPassword } from "../../../../../process/argon2id.ts";
import { TerminalError } from "../../../base/errors.ts";
import { done, type Outcome } from "../../../kubernetes/loop/outcome.ts";
import { kinds } from "../../../kubernetes/objects/kinds.ts";
import { createOnce, type Kept, type KeptKind, raced } from "../../credentials/create-once.ts";
import { credentialsFound } from "../../credentials/credentials-found.ts";
import { newSecret } from "../../credentials/new-secret.ts";
import { adminSecret, runtimeSecret } from "../../desired/workload/secrets.ts";
import {
  type AdminAccount,
  type Credentials,
  loginLetters,
  type Making,
  rotationStages,
} from "../../model/names/credentials.ts";
import type { AddedField, AddedLogin, NewSecret } from "../../model/names/rotated-login.ts";
import { vaultPaths } from "../../model/names/vault-paths.ts";
import { requested } from "../../model/requests.ts";
import { applyAll, type Subject } from "../../step/subject.ts";
import { schemaExists } from "../database/observe.ts";

const password = z.string().min(1);
const time = z.iso.datetime();
const makingSchema = z.object({ at: time, request: z.string().exactOptional() });
/** Loose: a rotation by this operator keeps what a newer one has added. */
const credentialsSchema = z.looseObject({
  database: z.looseObject({ active: z.enum(loginLetters), a: password, b: password }),
  redis: password,
  auth: z.array(z.object({ kid: password, secret: password })).min(1),
  made: makingSchema.exactOptional(),
  rotation: z
    .object({
      making: makingSchema,
      stage: z.enum(rotationStages),
      since: time,
      otherRedis: password.exactOptional(),
    })
    .exactOptional(),
});
const accountSchema = z.object({ email: password, password, passwordHash: password });
/** The account for the Tenant's current address, and those for its earlier addresses. */
const adminSchema = accountSchema.extend({ earlier: z.array(accountSchema).exactOptional() });
const encryptionSchema = z.object({ dataKey: password, indexKey: password });

/**
 * Creates the tenant's secrets once, first in Vault and then as Secrets. `added` are the logins that tenants of an older
 * operator do not have yet.
 */
export async function ensureSecrets(subject: Subject, added: readonly AddedLogin[]): Promise<Outcome> {
  const { blueprint } = subject;
  const encryption = await encryptionKeys(subject);
  const credentials = await runtimeCredentials(
    subject,
    added.map(({ field }) => field),
  );
  const admin = await adminAccount(subject);
  await applyAll(
    subject,
    kinds.secret,
    runtimeSecret(blueprint, credentials, admin, encryption, added),
    adminSecret(blueprint, admin),
  );
  return done;
}

async function encryptionKeys(subject: Subject): Promise<EncryptionKeys> {
  const { blueprint, world } = subject;
  const { transitKey } = blueprint.names.vault;
  const { secret: keys } = await created(subject, vaultPaths(blueprint.names).encryption, {
    schema: encryptionSchema,
    create: async () => {
      await refuseToReplaceKeys(subject);
      await world.vault.createTransitKey(transitKey);
      return {
        dataKey: await world.vault.wrappedDataKey(transitKey),
        indexKey: await world.vault.wrappedDataKey(transitKey),
      };
    },
  });
  if (await world.vault.hasTransitKey(transitKey)) return keys;
  throw new TerminalError(
    "EncryptionKeyMissing",
    `Expected the transit key ${transitKey} that wraps the tenant's data keys, found none in Vault: restore it from ` +
      "a backup of Vault; without it the encrypted columns cannot be read.",
  );
}

/** New keys cannot decrypt existing data, so the operator stops before a runtime writes with them. */
async function refuseToReplaceKeys({ blueprint, world }: Subject): Promise<void> {
  if (!(await schemaExists(world.postgres, blueprint.names.schema))) return;
  throw new TerminalError(
    "EncryptionKeysMissing",
    `Expected the wrapped keys of the schema ${blueprint.names.schema} at ${vaultPaths(blueprint.names).encryption}, found none ` +
      "in Vault: restore them from a backup of Vault. New keys cannot decrypt the stored data.",
  );
}

/** Creates the credentials. A pending rotation request counts as done, because they are new. */
async function runtimeCredentials(subject: Subject, fields: readonly AddedField[]): Promise<Credentials> {
  const { blueprint, world, tenant, found } = subject;
  const request = requested("rotation", tenant);
  const next = () => newSecret(world.random);
  const kept = await created(subject, vaultPaths(blueprint.names).credentials, {
    schema: credentialsSchema.superRefine((data, context) => requireFields(fields, data, context)),
    create: async () => ({
      database: { active: "a" as const, a: next(), b: next() },
      redis: next(),
      auth: [{ kid: "1", secret: next() }],
      made: { at: world.clock.now().toISOString(), ...(request !== undefined && { request }) },
      ...createdFields(fields, next),
    }),
    missing: ({ data, createdAt }) => {
      const absent = fields.filter(({ name }) => data[name] === undefined);
      if (absent.length === 0) return {};
      // The version that this writes is younger than the credentials.
      return { made: data.made ?? madeBy({ createdAt }), ...createdFields(absent, next) };
    },
  });
  const credentials = { ...kept.secret, made: kept.secret.made ?? madeBy(kept) };
  found.set(credentialsFound, { ...kept, secret: credentials });
  return credentials;
}

function createdFields(fields: readonly AddedField[], next: NewSecret): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ name, create }) => [name, create(next)]));
}

/** Refuses credentials with a malformed field. */
function requireFields(
  fields: readonly AddedField[],
  data: Readonly<Record<string, unknown>>,
  context: z.RefinementCtx,
): void {
  for (const { name, schema } of fields) {
    const issues = schema.safeParse(data[name]).error?.issues ?? [];
    for (const { path, message } of issues)
      context.addIssue({ code: "custom", path: [name, ...path], message });
  }
}

/** For credentials of an operator that did not record their origin yet. They were never replaced. */
function madeBy({ createdAt }: Pick<Kept<unknown>, "createdAt">): Making {
  return { at: (createdAt ?? new Date(0)).toISOString() };
}

/** Number of remembered accounts of earlier addresses. An address that returns gets its old password. */
const mostEarlier = 50;

async function adminAccount(subject: Subject): Promise<AdminAccount> {
  const { blueprint, world, changes } = subject;
  const path = vaultPaths(blueprint.names).admin;
  const { secret: kept, version } = await created(subject, path, {
    schema: adminSchema,
    create: () => newAccount(subject),
  });
  const { earlier = [], ...current } = kept;
  if (isFor(current, blueprint.adminEmail)) return current;
  const known = earlier.find((account) => isFor(account, blueprint.adminEmail));
  const next = known ?? (await newAccount(subject));
  const others = [...earlier, current].filter((account) => account !== known).slice(-mostEarlier);
  if (!(await world.vault.writeSecret(path, { ...next, earlier: others }, version))) throw raced(path);
  changes.push(`changed the secret ${path} for another administrator`);
  return next;
}

const argon2Async = promisify(argon2);
const derive: Derive = (parameters) => argon2Async("argon2id", parameters);

async function newAccount({ blueprint, world }: Subject): Promise<AdminAccount> {
  const oneTime = newSecret(world.random);
  return {
    email: blueprint.adminEmail,
    password: oneTime,
    passwordHash: await hashPassword(oneTime, derive, world.random(16)),
  };
}

/** Whether an account has this address. The runtime ignores case in addresses. */
function isFor({ email }: AdminAccount, address: string): boolean {
  return email.toLowerCase() === address.toLowerCase();
}

async function created<Schema extends z.ZodType>(
  { world, changes }: Subject,
  path: string,
  kind: KeptKind<Schema>,
): Promise<Kept<z.output<Schema>>> {
  const kept = await createOnce(world.vault, path, kind);
  if (kept.createdAt === undefined)
    changes.push(`${kept.version === 1 ? "created" : "completed"} the secret ${path}`);
  return kept;
}
