import { join } from "node:path";
import type { z } from "zod";
import {
  type AuthKeys,
  type EncryptionKeys,
  type FirstAdmin,
  type Login,
  type SecretFiles,
  secretFiles,
} from "../../../../contract/secret-files.ts";
import { readJsonFile } from "../../../../process/files/json-file.ts";
import type { Log } from "../../../../process/log.ts";
import { type Watched, watchDirectory } from "./watched-file.ts";

/** The tenant's secrets. Each is followed, so that a rotation reaches the process without a restart. */
export interface Secrets {
  readonly database: Watched<Login>;
  readonly redis: Watched<Login>;
  readonly auth: Watched<AuthKeys>;
  readonly admin: Watched<FirstAdmin>;
  readonly encryption: Watched<EncryptionKeys>;
  close(): void;
}

/** Reads every secret file. Throws FileFault for the first invalid one. */
export function openSecrets(directory: string, log: Log): Secrets {
  const follow = <Schema extends z.ZodType>(name: keyof SecretFiles, schema: Schema) => {
    const read = () => readJsonFile(join(directory, name), schema);
    return watchDirectory({ directory, name, read, log });
  };
  const opened = {
    database: follow("database.json", secretFiles["database.json"]),
    redis: follow("redis.json", secretFiles["redis.json"]),
    auth: follow("auth.json", secretFiles["auth.json"]),
    admin: follow("admin.json", secretFiles["admin.json"]),
    encryption: follow("encryption.json", secretFiles["encryption.json"]),
  };
  return { ...opened, close: () => Object.values(opened).forEach((file) => void file.close()) };
}
