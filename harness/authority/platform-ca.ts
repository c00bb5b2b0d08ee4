import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createAuthority, type KeyPair } from "./authority.ts";
import { writeCertificate } from "./certificate-files.ts";

const name = "platform-ca";

/** The development CA of a folder. The first call creates it. */
export async function platformCa(folder: string): Promise<KeyPair> {
  const read = (suffix: "crt" | "key") => readFile(join(folder, `${name}.${suffix}`), "utf8");
  try {
    return { key: await read("key"), certificate: await read("crt") };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const { certificate, key } = await createAuthority("DotMac development platform CA");
  await writeCertificate(folder, name, { certificate, key });
  return { certificate, key };
}
