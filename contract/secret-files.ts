import { z } from "zod";

const text = z.string().min(1);
const key256 = z
  .string()
  .refine((value) => Buffer.from(value, "base64url").length === 32, "write 32 bytes as base64url");
const wrapped = z.string().startsWith("vault:v", "write a ciphertext of Vault's transit engine: vault:v1:…");
const keyNumber = z.int().min(1).max(255);

const login = z.strictObject({ user: text, password: text });

/** The files of the Secret `runtime`, which a pod mounts and follows, by their names. */
export const secretFiles = {
  "database.json": login,
  "redis.json": login,
  "auth.json": z.strictObject({
    keys: z
      .array(z.strictObject({ kid: text, secret: key256 }))
      .min(1, "write at least one signing key")
      .readonly(),
  }),
  "admin.json": z.strictObject({ email: text, passwordHash: z.string().startsWith("$argon2id$") }),
  "encryption.json": z.strictObject({
    dataKey: wrapped,
    indexKey: wrapped,
    dataKeyId: keyNumber.optional(),
    retiredDataKeys: z
      .array(z.strictObject({ id: keyNumber, dataKey: wrapped }))
      .readonly()
      .optional(),
  }),
};

/** The file of the Secret `migrator`, which a migration Job mounts. */
export const migratorFiles = { "database.json": login };

export type SecretFiles = {
  readonly [Name in keyof typeof secretFiles]: z.output<(typeof secretFiles)[Name]>;
};
export type Login = z.output<typeof login>;
export type AuthKeys = SecretFiles["auth.json"];
export type FirstAdmin = SecretFiles["admin.json"];
export type EncryptionKeys = SecretFiles["encryption.json"];
