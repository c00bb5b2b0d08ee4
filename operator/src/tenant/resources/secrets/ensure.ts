import { argon2 } from "node:crypto";
import { promisify } from "node:util";
import { z } from "zod";
import type { EncryptionKeys } from "../../../../../contract/secret-files.ts";
import { type Derive, hashPassword } from "../../../../../process/argon2id.ts";
import { TerminalError } from "../../../base/errors.ts";
import { done, type Outcome } from "../../../kubernetes/loop/outcome.ts";
import { kinds } from "../../../kubernetes/objects/kinds.ts";
import { createOnce, type Kept, raced } from "../../credentials/create-once.ts";
import { newSecret } from "../../credentials/new-secret.ts";
import { adminSecret, runtimeSecret } from "../../desired/workload/secrets.ts";
import {
  type AdminAccount,
  type Credentials,
  loginLetters,
  type Making,
  rotationStages,
} from "../../model/credentials.ts";
import { requestedRotation } from "../../model/requested-rotation.ts";
import { vaultPaths } from "../../model/vault-paths.ts";
import { applyAll, type Subject } from "../../step/subject.ts";
import { schemaExists } from "../database/observe.ts";

const password = z.string().min(1);
const time = z.iso.datetime();
const makingSchema = z.object({ at: time, request: z.string().exactOptional() });
const credentialsSchema = z.object({
  database: z.object({ active: z.enum(loginLetters), a: password, b: password }),
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
/** The account for the address that the Tenant names now, and those for the addresses that it named before. */
const adminSchema = accountSchema.extend({ earlier: z.array(accountSchema).exactOptional() });
const encryptionSchema = z.object({ dataKey: password, indexKey: password });

/** Makes the tenant's secrets, first in Vault and then as Secrets, and never a second time. */
export async function ensureSecrets(subject: Subject): Promise<Outcome> {
  const { plan } = subject;
  const encryption = await encryptionKeys(subject);
  const credentials = await runtimeCredentials(subject);
  const admin = await adminAccount(subject);
  await applyAll(
    subject,
    kinds.secret,
    runtimeSecret(plan, credentials, admin, encryption),
    adminSecret(plan, admin),
  );
  return done;
}

async function encryptionKeys(subject: Subject): Promise<EncryptionKeys> {
  const { plan, world } = subject;
  const { transitKey } = plan.names.vault;
  const { secret: keys } = await created(
    subject,
    vaultPaths(plan.names).encryption,
    encryptionSchema,
    async () => {
      await refuseToReplaceKeys(subject);
      await world.vault.createTransitKey(transitKey);
      return {
        dataKey: await world.vault.wrappedDataKey(transitKey),
        indexKey: await world.vault.wrappedDataKey(transitKey),
      };
    },
  );
  if (await world.vault.hasTransitKey(transitKey)) return keys;
  throw new TerminalError(
    "EncryptionKeyMissing",
    `Expected the transit key ${transitKey} that wraps the tenant's data keys, found none in Vault: restore it from ` +
      "a backup of Vault; without it the encrypted columns cannot be read.",
  );
}

/** New keys cannot decrypt what a schema holds already: the operator stops before a runtime writes with them. */
async function refuseToReplaceKeys({ plan, world }: Subject): Promise<void> {
  if (!(await schemaExists(world.postgres, plan.names.schema))) return;
  throw new TerminalError(
    "EncryptionKeysMissing",
    `Expected the wrapped keys of the schema ${plan.names.schema} at ${vaultPaths(plan.names).encryption}, found none ` +
      "in Vault: restore them from a backup of Vault. New keys would not open what is stored.",
  );
}

/** Creates the credentials. A pending rotation request counts as done, because they are new. */
async function runtimeCredentials(subject: Subject): Promise<Credentials> {
  const { plan, world, tenant, found } = subject;
  const request = requestedRotation(tenant);
  const kept = await created(subject, vaultPaths(plan.names).credentials, credentialsSchema, async () => ({
    database: { active: "a" as const, a: newSecret(world.random), b: newSecret(world.random) },
    redis: newSecret(world.random),
    auth: [{ kid: "1", secret: newSecret(world.random) }],
    made: { at: world.clock.now().toISOString(), ...(request !== undefined && { request }) },
  }));
  found.credentialsVersion = kept.version;
  found.credentials = { ...kept.secret, made: kept.secret.made ?? madeBy(kept) };
  return found.credentials;
}

/** For credentials of an operator that did not record their making yet. They were never replaced. */
function madeBy({ createdAt }: Kept<unknown>): Making {
  return { at: (createdAt ?? new Date(0)).toISOString() };
}

/** Accounts of earlier addresses that are remembered, so that an address named again brings no second password. */
const mostEarlier = 50;

async function adminAccount(subject: Subject): Promise<AdminAccount> {
  const { plan, world, changes } = subject;
  const path = vaultPaths(plan.names).admin;
  const { secret: kept, version } = await created(subject, path, adminSchema, () => newAccount(subject));
  const { earlier = [], ...current } = kept;
  if (isFor(current, plan.adminEmail)) return current;
  const known = earlier.find((account) => isFor(account, plan.adminEmail));
  const next = known ?? (await newAccount(subject));
  const others = [...earlier, current].filter((account) => account !== known).slice(-mostEarlier);
  if (!(await world.vault.writeSecret(path, { ...next, earlier: others }, version))) throw raced(path);
  changes.push(`changed the secret ${path} for another administrator`);
  return next;
}

const argon2Async = promisify(argon2);
const derive: Derive = (parameters) => argon2Async("argon2id", parameters);

async function newAccount({ plan, world }: Subject): Promise<AdminAccount> {
  const oneTime = newSecret(world.random);
  return {
    email: plan.adminEmail,
    password: oneTime,
    passwordHash: await hashPassword(oneTime, derive, world.random(16)),
  };
}

/** The runtime takes two addresses that differ in case alone for one. */
function isFor({ email }: AdminAccount, address: string): boolean {
  return email.toLowerCase() === address.toLowerCase();
}

async function created<Schema extends z.ZodType>(
  { world, changes }: Subject,
  path: string,
  schema: Schema,
  create: () => Promise<z.output<Schema> & object>,
): Promise<Kept<z.output<Schema>>> {
  const kept = await createOnce(world.vault, path, schema, create);
  if (kept.createdAt === undefined) changes.push(`created the secret ${path}`);
  return kept;
}
