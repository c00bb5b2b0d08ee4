import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Manifest } from "./api-server.ts";

/** A file of manifests, with the expected answer if its first line names one. */
export interface ManifestFile {
  readonly name: string;
  readonly refusal: string | undefined;
  readonly manifests: readonly Manifest[];
}

/** Every manifest file below `folder`. */
export function manifestsBelow(folder: string): ManifestFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => {
      const source = readFileSync(join(folder, name), "utf8");
      return {
        name,
        refusal: /^# Refused with: (.+)\n/.exec(source)?.[1],
        manifests: parseAllDocuments(source).map((document) => document.toJS() as Manifest),
      };
    });
}
