import { randomUUID } from "node:crypto";
import { createCollection } from "../../module/resource/collection.ts";
import type { ModuleWorld } from "../../module/world.ts";
import { AppError } from "../../platform/base/errors.ts";
import { invalidField } from "../../platform/base/invalid-field.ts";
import type { EmailAddress } from "../../platform/contact-data/email-address.ts";
import type { Command } from "../../platform/events/command.ts";
import { mailErrors } from "./errors.ts";
import type { SuppressionListing } from "./store/listing.ts";
import { mailSuppression } from "./store/models.ts";
import { openSuppression } from "./store/sealing.ts";
import { insertSuppression } from "./store/suppression-rows.ts";
import { suppressionsTable } from "./store/table.ts";

/** The commands and queries on suppressed addresses. Each is one transaction. */
export type SuppressionService = ReturnType<typeof createSuppressionService>;

export function createSuppressionService(
  world: Pick<ModuleWorld, "database" | "cache" | "recorder" | "encryption">,
  listing: SuppressionListing,
) {
  const { encryption } = world;
  const suppressions = createCollection({
    world,
    entity: mailSuppression,
    table: suppressionsTable,
    listing,
    open: (row) => openSuppression(encryption, row),
  });

  return {
    list: suppressions.list,
    /** Throws NOT_FOUND, as does `remove`. */
    retrieve: suppressions.retrieve,

    /** Throws MAIL_SUPPRESSION_LIMIT_REACHED, or VALIDATION_ERROR for an address that is in the list. */
    create(address: EmailAddress, command: Command) {
      const id = randomUUID();
      return suppressions.create(command, id, async (transaction) => {
        const details = { id, address, reason: "administrator", message: null } as const;
        const result = await insertSuppression(transaction, encryption, details);
        if (result === "full") throw new AppError(mailErrors.MAIL_SUPPRESSION_LIMIT_REACHED);
        if (result === "known")
          throw invalidField("address", "write another address: this one is in the list");
        return { reason: "administrator" };
      });
    },

    /** Messages to the address are sent again from now on. */
    remove: (id: string, command: Command) =>
      suppressions.remove(command, id, async (transaction, { reason }) => {
        await transaction.query("DELETE FROM mail_suppressions WHERE id = $1", [id]);
        return { reason };
      }),
  };
}
