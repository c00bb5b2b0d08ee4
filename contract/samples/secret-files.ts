import type { SecretFiles } from "../secret-files.ts";

/** Well-formed secret files of the tenant of `sampleTenantFile`. No server accepts these passwords. */
export const sampleSecretFiles = {
  "database.json": { user: "t_k3v7q2mzxa_app_a", password: "sample-database-password" },
  "redis.json": { user: "t_k3v7q2mzxa", password: "sample-redis-password" },
  "auth.json": { keys: [{ kid: "1", secret: Buffer.alloc(32).toString("base64url") }] },
  "admin.json": {
    email: "admin@north.example",
    passwordHash: "$argon2id$v=19$m=19456,t=2,p=1$c2FtcGxl$c2FtcGxl",
  },
  "encryption.json": { dataKey: "vault:v1:sample", indexKey: "vault:v1:sample" },
} satisfies SecretFiles;
