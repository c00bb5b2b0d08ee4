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
  /** Clusters of equal versions are the same, from any checkout. */
  version: z.string(),
  checkout: z.string(),
  createdAt: z.iso.datetime(),
  /** False until every component has answered once. An unfinished cluster is removed, never reused. */
  complete: z.boolean(),
  binaries: z.string(),
  /** In the order of their start. */
  processes: z.array(processSchema),
  /** The settings of the machine before the cluster, to restore afterwards. */
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
  /** Folders below which everything is unmounted. */
  mountRoots: z.array(z.string()),
});

/** The parts of a native cluster beyond its files. Each is recorded before it is created, so that none is lost. */
export type ClusterState = z.infer<typeof stateSchema>;
export type RecordedProcess = z.infer<typeof processSchema>;

/** @throws an Error with the wrong field and what to do. */
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
  return `It records the cluster's parts on this machine. When none of them runs any more, delete ${dirname(file)}.`;
}

/** The recorded cluster, or undefined without one. */
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

/** Replaces the file atomically, so that no reader and no crash leaves a part of it. */
export function writeState(state: ClusterState, file: string = paths.stateFile): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
