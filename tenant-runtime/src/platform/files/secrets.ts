import { join } from "node:path";
import { z } from "zod";
import type { Log } from "../telemetry/log.ts";
import { readJsonFile } from "./json-file.ts";
import { type Watched, watchDirectory } from "./watched-file.ts";

const text = z.string().min(1);
const key256 = z
  .string()
  .refine((value) => Buffer.from(value, "base64url").length === 32, "write 32 bytes as base64url");
const wrapped = z.string().startsWith("vault:v", "write a ciphertext of Vault's transit engine: vault:v1:…");

const login = z.strictObject({ user: text, password: text });
const authKeys = z.strictObject({
  keys: z.array(z.strictObject({ kid: text, secret: key256 })).min(1, "write at least one signing key"),
});
const firstAdmin = z.strictObject({ email: text, passwordHash: z.string().startsWith("$argon2id$") });
const keyNumber = z.int().min(1).max(255);
const encryptionKeys = z.strictObject({
  dataKey: wrapped,
  indexKey: wrapped,
  dataKeyId: keyNumber.optional(),
  retiredDataKeys: z.array(z.strictObject({ id: keyNumber, dataKey: wrapped })).optional(),
});

export type Login = z.output<typeof login>;
export type AuthKeys = z.output<typeof authKeys>;
export type FirstAdmin = z.output<typeof firstAdmin>;
export type EncryptionKeys = z.output<typeof encryptionKeys>;

/** The tenant's secrets, each followed: a rotation reaches the process without a restart. */
export interface Secrets {
  readonly database: Watched<Login>;
  readonly redis: Watched<Login>;
  readonly auth: Watched<AuthKeys>;
  readonly admin: Watched<FirstAdmin>;
  readonly encryption: Watched<EncryptionKeys>;
  close(): void;
}

/** Reads every secret file. Throws FileFault for the first that cannot be used. */
export function openSecrets(directory: string, log: Log): Secrets {
  const follow = <Schema extends z.ZodType>(name: string, schema: Schema) => {
    const read = () => readJsonFile(join(directory, name), schema);
    return watchDirectory({ directory, name, read, log });
  };
  const opened = {
    database: follow("database.json", login),
    redis: follow("redis.json", login),
    auth: follow("auth.json", authKeys),
    admin: follow("admin.json", firstAdmin),
    encryption: follow("encryption.json", encryptionKeys),
  };
  return { ...opened, close: () => Object.values(opened).forEach((file) => void file.close()) };
}
