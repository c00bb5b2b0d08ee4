import type { EmailAddress } from "../../../platform/contact-data/email-address.ts";
import type { Queries } from "../../../platform/database/database.ts";
import { mailAddressHash } from "../../../platform/mail/mail-queue.ts";
import type { Encryption } from "../../../platform/secrets/encryption.ts";
import { mostSuppressions } from "./bounds.ts";
import type { SuppressionReason } from "./models.ts";
import { sealedSuppression } from "./sealing.ts";

interface NewSuppression {
  readonly id: string;
  readonly address: EmailAddress;
  readonly reason: SuppressionReason;
  /** The message that bounced. */
  readonly message: string | null;
}

/** Inserts an address, unless it is in the list or the list is full. Transactions at the same time may exceed the bound by one each. */
export async function insertSuppression(
  queries: Queries,
  encryption: Encryption,
  { id, address, reason, message }: NewSuppression,
): Promise<"inserted" | "known" | "full"> {
  const exact = mailAddressHash(encryption.index, address);
  const sealed = sealedSuppression(encryption, id).seal("address_sealed", address.text);
  const { rowCount } = await queries.query(
    `INSERT INTO mail_suppressions (id, address_sealed, address_exact, reason, message)
     SELECT $1, $2, $3, $4, $5 WHERE (SELECT count(*) FROM mail_suppressions) < $6
     ON CONFLICT (address_exact) DO NOTHING`,
    [id, sealed, exact, reason, message, mostSuppressions],
  );
  if (rowCount === 1) return "inserted";
  const found = await queries.query("SELECT FROM mail_suppressions WHERE address_exact = $1", [exact]);
  return found.rowCount > 0 ? "known" : "full";
}
