import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { paths } from "./layout.ts";

const processSchema = z.strictObject({
  name: z.string(),
  pid: z.int().positive(),
  startTime: z.string(),
});

const stateSchema = z.strictObject({
  format: z.literal(1),
  /** Equal versions are the same cluster, whichever checkout made it. */
  version: z.string(),
  checkout: z.string(),
  createdAt: z.iso.datetime(),
  /** False until everything answered once: an unfinished cluster is taken away, never reused. */
  complete: z.boolean(),
  binaries: z.string(),
  /** In the order they were started. */
  processes: z.array(processSchema),
  /** How the machine was before, to be as it was after. */
  before: z.strictObject({
    sysctls: z.record(z.string(), z.string()),
    tables: z.array(z.string()),
    networkNamespaces: z.array(z.string()),
    directories: z.record(z.string(), z.boolean()),
  }),
  addresses: z.array(z.strictObject({ address: z.string(), interface: z.string() })),
  interfaces: z.array(z.string()),
  networkNamespaces: z.array(z.string()),
  /** Rules of the iptables command, as its arguments after -A. */
  iptablesRules: z.array(z.strictObject({ table: z.string(), rule: z.array(z.string()) })),
  nftablesTables: z.array(z.string()),
  /** Everything mounted below these is unmounted. */
  mountRoots: z.array(z.string()),
});

/** What a native cluster consists of beyond its files. Written before each thing is made, so that nothing is lost. */
export type ClusterState = z.infer<typeof stateSchema>;
export type RecordedProcess = z.infer<typeof processSchema>;

/** @throws an Error that says which field is wrong, and what to do. */
export function parseState(text: string, file: string = paths.stateFile): ClusterState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${file} is not JSON. ${advice(file)}`, { cause });
  }
  const parsed = stateSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${file} does not describe a cluster: ${z.prettifyError(parsed.error)}\n${advice(file)}`);
}

function advice(file: string): string {
  return `It tells what the cluster left on this machine. When nothing of it runs any more, delete ${dirname(file)}.`;
}

/** The recorded cluster, or undefined when there is none. */
export function readState(file: string = paths.stateFile): ClusterState | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return parseState(text, file);
}

/** Replaces the file at once, so that a reader or a crash never sees half of it. */
export function writeState(state: ClusterState, file: string = paths.stateFile): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
