import { randomUUID } from "node:crypto";
import type { FirstAdmin } from "../../../../contract/secret-files.ts";
import type { Recorder } from "../../module/record.ts";
import { parseEmailAddress } from "../../platform/contact-data/email-address.ts";
import type { Database } from "../../platform/database/database.ts";
import type { Encryption } from "../../platform/secrets/encryption.ts";
import { user as userEntity } from "./store/models.ts";
import { insertFirstAdministrator, insertUser } from "./store/repository.ts";
import { sealEmail } from "./store/sealing.ts";

/**
 * Creates the first administrator, once for each email that admin.json ever contains. Restarts and other replicas
 * change nothing, and an existing user with that email is unchanged. Returns whether it created one.
 */
export async function ensureFirstAdministrator(
  world: {
    readonly database: Database;
    readonly encryption: Encryption;
    readonly recorder: Recorder;
    /** The lifetime of the one-time password from now on. */
    readonly oneTimePasswordHours: number;
  },
  account: FirstAdmin,
): Promise<boolean> {
  const email = parseEmailAddress(account.email);
  if (email === undefined) {
    throw new Error("admin.json: email is not an email address: set spec.adminEmail of the Tenant to one");
  }
  const id = randomUUID();
  const sealed = sealEmail(id, email, world.encryption);
  return world.database.transaction(async (transaction) => {
    if (!(await insertFirstAdministrator(transaction, sealed.email_exact))) return false;
    const password = { password_hash: account.passwordHash, oneTimeHours: world.oneTimePasswordHours };
    const user = { id, ...sealed, ...password, name: null, role: "admin" } as const;
    if (!(await insertUser(transaction, user))) return false;
    await world.recorder.note(transaction, userEntity, {
      verb: "created",
      id,
      actor: { id: "system", requestId: undefined },
      details: { role: "admin", reason: "first administrator" },
    });
    return true;
  });
}
