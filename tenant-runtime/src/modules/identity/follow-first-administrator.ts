import type { FirstAdmin } from "../../../../contract/secret-files.ts";
import type { Log } from "../../../../process/log.ts";
import type { Watched } from "../../platform/files/watched-file.ts";

const retryAfterMs = 10_000;

/**
 * Creates the administrator in admin.json, and each one that it contains later: a changed adminEmail of the Tenant
 * gets an account without a restart. The first creation must succeed; later ones are repeated until they do.
 */
export async function followFirstAdministrator(
  file: Watched<FirstAdmin>,
  ensure: (account: FirstAdmin) => Promise<boolean>,
  log: Log,
): Promise<void> {
  const create = async (account: FirstAdmin) => {
    if (await ensure(account)) log.info("the first administrator was created");
  };
  const follow = (account: FirstAdmin) => {
    create(account).catch((error: Error) => {
      log.warn("the administrator of admin.json could not be created", { reason: error.message });
      setTimeout(() => account === file.current() && follow(account), retryAfterMs).unref();
    });
  };
  file.onChange(follow);
  await create(file.current());
}
