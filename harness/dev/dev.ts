import { join } from "node:path";
import type { Blueprint } from "../../operator/src/tenant/model/blueprint.ts";
import { cachedBinary } from "../binaries/cached-binary.ts";
import { checkout } from "../machine/directories.ts";
import { withLock } from "../machine/lock.ts";
import type { StartedServer } from "../services/process/start-server.ts";
import { firstLogin, updateIsp } from "./dev-isp.ts";
import { type DevPlatform, startDevPlatform } from "./dev-platform.ts";
import { startDevRuntime } from "./dev-runtime.ts";
import type { DevOptions } from "./options.ts";
import { type SampleIsp, sampleIsp } from "./sample-isp.ts";
import { savedFiles } from "./saved-files.ts";

/** The folders with the sources of the runtime. */
const watched = ["tenant-runtime", "contract", "process", "engines"];

type Say = (line: string) => void;

/**
 * Serves one ISP without a cluster, from the sources of this checkout, until the signal is aborted. It starts the
 * platform's servers, does the operator's work for a Tenant, and restarts the runtime whenever a source is saved.
 */
export async function dev(options: DevOptions, say: Say, signal: AbortSignal): Promise<void> {
  const { data } = options;
  if (data === undefined) return serve(options, say, signal);
  await withLock(join(data, "run.lock"), say, () => serve(options, say, signal));
}

async function serve(options: DevOptions, say: Say, signal: AbortSignal): Promise<void> {
  const begun = Date.now();
  // Starts here, so that files saved during the first start count too.
  const saved = savedFiles(checkout, watched, signal);
  await cachedBinary("vault", say);
  say("Starting PostgreSQL, PgBouncer, Redis and Vault.");
  await using platform = await startDevPlatform(options.data);
  const isp = await sampleIsp();
  let runtime = await startOrTell(platform, isp, options, say);
  say(`Done in ${((Date.now() - begun) / 1_000).toFixed(1)} s.`);
  try {
    for await (const file of saved) {
      say(`${file} was saved: restarting the runtime.`);
      await runtime?.[Symbol.asyncDispose]();
      runtime = await startOrTell(platform, isp, options, say);
    }
  } finally {
    await runtime?.[Symbol.asyncDispose]();
  }
}

/** Starts the runtime from the current sources. If this fails, prints the reason and returns undefined. */
async function startOrTell(
  platform: DevPlatform,
  isp: SampleIsp,
  options: DevOptions,
  say: Say,
): Promise<AsyncDisposable | undefined> {
  try {
    const blueprint = await updateIsp(platform, isp);
    const runtime = await startDevRuntime(platform, blueprint, options.port);
    for (const line of goingOn(platform, blueprint, options)) say(line);
    return { [Symbol.asyncDispose]: tellingItsEnd(runtime, say) };
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    say("The next file that you save starts it again.");
    return undefined;
  }
}

/** Returns a function that stops the runtime. An unexpected end of the runtime is printed. */
function tellingItsEnd(runtime: StartedServer, say: Say): () => PromiseLike<void> {
  let isStopping = false;
  runtime.ended().then(() => {
    if (!isStopping) say("The runtime has ended by itself. The next file that you save starts it again.");
  });
  return () => {
    isStopping = true;
    return runtime[Symbol.asyncDispose]();
  };
}

function goingOn(platform: DevPlatform, blueprint: Blueprint, { port, data }: DevOptions): string[] {
  const { email, password } = firstLogin(platform, blueprint);
  const { host, port: databasePort, superuserPassword } = platform.postgres;
  return [
    "",
    `${blueprint.displayName} serves at https://localhost:${port}/api/v1, described at https://localhost:${port}/api/v1/docs.`,
    `  first login   ${email} / ${password} (valid until another password is chosen with it: POST /api/v1/auth/password)`,
    `  try it        curl -k https://localhost:${port}/api/v1/openapi.json`,
    `  its database  PGPASSWORD=${superuserPassword} psql "host=${host} port=${databasePort} dbname=dotmac user=postgres sslmode=require options=-csearch_path=${blueprint.names.schema}"`,
    data === undefined
      ? "  its data      are deleted at the end; make dev DATA=<folder> keeps them"
      : `  its data      stay in ${data}`,
    `Saving a file below ${watched.join(", ")} restarts the runtime. Ctrl-C ends everything.`,
    "",
  ];
}
