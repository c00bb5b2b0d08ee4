import { readFile, writeFile } from "node:fs/promises";
import { stringify } from "yaml";
import type { CertificateFiles } from "../../../authority/certificate-files.ts";
import { network } from "../state/layout.ts";

/** Writes a self-contained kubeconfig, which can be copied elsewhere. */
export async function writeKubeconfig(
  file: string,
  authority: CertificateFiles,
  user: CertificateFiles,
): Promise<string> {
  const [ca, certificate, key] = await Promise.all(
    [authority.certificate, user.certificate, user.key].map((path) => readFile(path, "base64")),
  );
  const name = "dotmac";
  const content = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: {
          server: `https://${network.nodeAddress}:${network.apiPort}`,
          "certificate-authority-data": ca,
        },
      },
    ],
    users: [{ name, user: { "client-certificate-data": certificate, "client-key-data": key } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
  await writeFile(file, stringify(content), { mode: 0o600 });
  return file;
}
