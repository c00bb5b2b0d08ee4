import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { type Authority, createAuthority } from "../../../../harness/authority/authority.ts";
import type { HealthReport } from "../../../src/run/management/health-report.ts";
import { coverageEnvironment, endAtOnce } from "../coverage/coverage-environment.ts";
import { type JsonAnswer, type JsonRequest, jsonRequest } from "./json-request.ts";
import type { TestTenant } from "./test-tenant.ts";
import { until } from "./until.ts";

export type LogLine = Readonly<Record<string, unknown>> & {
  readonly level: string;
  readonly message: string;
};

export interface RuntimeOptions {
  /** The module to run; by default the runtime's own. */
  readonly main?: string;
  /** Changes the files before the start. */
  readonly prepare?: (files: RuntimeFiles) => Promise<void>;
  readonly env?: Readonly<Record<string, string>>;
}

/** The files that are mounted in the pod. */
export interface RuntimeFiles {
  /** Replaces a file below /etc/dotmac or /var/run/dotmac in one step, as the kubelet does. */
  write(path: string, content: string | object): Promise<void>;
  remove(path: string): Promise<void>;
}

/** The runtime as a child process with its files in a temporary directory. */
export interface RuntimeProcess extends AsyncDisposable, RuntimeFiles {
  readonly authority: Authority;
  readonly pid: number;
  readonly lines: readonly LogLine[];
  /** The port of a listener. Waits until it listens. */
  port(listener: "api" | "management"): Promise<number>;
  /** Waits for a line of the log. Earlier lines count too. */
  line(satisfies: (line: LogLine) => boolean): Promise<LogLine>;
  manage<Body>(path: string): Promise<JsonAnswer<Body>>;
  call<Body>(path: string, options?: Omit<JsonRequest, "ca">): Promise<JsonAnswer<Body>>;
  /** Waits until /health satisfies the condition. */
  health(satisfies: (report: HealthReport) => boolean): Promise<HealthReport>;
  signal(name: NodeJS.Signals): void;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

const ownMain = join(import.meta.dirname, "..", "..", "..", "src", "main.ts");

export async function startRuntime(
  tenant: TestTenant,
  options: RuntimeOptions = {},
): Promise<RuntimeProcess> {
  const directory = await mkdtemp(join(tmpdir(), "dotmac-runtime-"));
  const files = filesIn(directory);
  const authority = await createAuthority("DotMac runtime test");
  await writeMounts(files, tenant, authority);
  await options.prepare?.(files);
  const child = spawn(process.execPath, [options.main ?? ownMain], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      ...coverageEnvironment(),
      POD_NAME: "runtime-test",
      POD_NAMESPACE: tenant.namespace,
      DOTMAC_CONFIG_DIR: join(directory, "etc"),
      DOTMAC_RUN_DIR: join(directory, "run"),
      ...options.env,
    },
  });
  return { ...files, ...following(child, authority), [Symbol.asyncDispose]: () => stop(child, directory) };
}

function following(child: ChildProcess, authority: Authority) {
  const lines: LogLine[] = [];
  follow(child, lines);
  const exited = once(child, "exit").then(([code, signal]) => ({ code, signal }));
  const line = (satisfies: (line: LogLine) => boolean) =>
    until(
      () => lines.find(satisfies),
      (found) => found !== undefined || child.exitCode !== null,
    ).then((found) => {
      if (found === undefined)
        throw new Error(`exited without that line: ${JSON.stringify(lines.slice(-5))}`);
      return found;
    });
  const port = async (listener: "api" | "management") =>
    Number((await line(({ message, listener: name }) => message === "listening" && name === listener)).port);
  const ask = async <Body>(listener: "api" | "management", path: string, request: Omit<JsonRequest, "ca">) =>
    jsonRequest<Body>(`https://localhost:${await port(listener)}${path}`, {
      ...request,
      ca: authority.certificate,
    });
  const manage = <Body>(path: string) => ask<Body>("management", path, {});
  return {
    authority,
    pid: child.pid ?? 0,
    lines,
    exited,
    line,
    port,
    manage,
    call: <Body>(path: string, request: Omit<JsonRequest, "ca"> = {}) => ask<Body>("api", path, request),
    health: (satisfies: (report: HealthReport) => boolean) =>
      until(async () => (await manage<HealthReport>("/health")).body, satisfies),
    signal: (name: NodeJS.Signals) => void child.kill(name),
  };
}

function follow(child: ChildProcess, lines: LogLine[]): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (text) => {
      lines.push(text.startsWith("{") ? JSON.parse(text) : { level: "none", message: text });
    });
  }
}

function filesIn(directory: string): RuntimeFiles {
  return {
    async write(path, content) {
      const target = join(directory, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(`${target}.new`, typeof content === "string" ? content : JSON.stringify(content));
      await rename(`${target}.new`, target);
    },
    remove: (path) => rm(join(directory, path)),
  };
}

async function writeMounts(files: RuntimeFiles, tenant: TestTenant, authority: Authority): Promise<void> {
  await files.write("etc/tenant.json", tenant.tenantFile);
  await files.write("etc/ca/ca.crt", tenant.ca);
  for (const [name, content] of Object.entries(tenant.secrets))
    await files.write(`run/secrets/${name}`, content);
  await writeCertificate(files, authority);
  await files.write("run/vault/token", tenant.vaultToken);
}

/**
 * Writes a new certificate of this authority, the key first, so that the pair matches once the certificate is
 * there.
 */
export async function writeCertificate(files: RuntimeFiles, authority: Authority): Promise<void> {
  const { certificate, key } = await authority.issue({ dnsNames: ["localhost"] });
  await files.write("run/tls/tls.key", key);
  await files.write("run/tls/tls.crt", certificate);
}

async function stop(child: ChildProcess, directory: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(endAtOnce());
    await once(child, "exit");
  }
  await rm(directory, { recursive: true, force: true });
}
