import { access } from "node:fs/promises";
import { join } from "node:path";
import { createAuthority, readPem } from "./certificates.ts";

/** The development CA kept in a folder, made at the first call. PEM. */
export async function platformCa(folder: string): Promise<{ certificate: string; key: string }> {
  const files = { certificate: join(folder, "platform-ca.crt"), key: join(folder, "platform-ca.key") };
  const isThere = await access(files.key).then(
    () => true,
    () => false,
  );
  if (!isThere) await createAuthority(folder, "platform-ca", "DotMac development platform CA");
  return readPem(files);
}
