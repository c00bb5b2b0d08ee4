import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, glob, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";
import { canInstall, debianProgram } from "../machine/debian-program.ts";
import { moduleProxies } from "../machine/module-proxies.ts";
import type { Progress } from "../machine/progress.ts";
import { goToolchain } from "./go-arguments.ts";

/** SHA-256 of the archives on the module proxy. Replace them together with `goToolchain`. */
export const goSums: Readonly<Record<string, string>> = {
  "go1.26.11.linux-amd64": "e1edb778de0aa08c8e827f5a873b35a46afe680fb241482c531725b2355e470d",
  "go1.26.11.linux-arm64": "51902dab7e130b07083119a36ce09e0cc50fdd9d0d64184c24bd302072ad8b70",
};

const advice = "install Go 1.21 or newer from https://go.dev/dl and put its bin folder on the PATH.";

/** An archive of Go to fetch. */
export interface GoArchive {
  readonly version: string;
  readonly platform: string;
  readonly sum: string | undefined;
}

/** The Go toolchain of all builds, for a machine of this architecture (in Node's notation). */
export function goArchive(architecture: NodeJS.Architecture): GoArchive {
  const platform = `${process.platform}-${architecture === "x64" ? "amd64" : architecture}`;
  return { version: goToolchain, platform, sum: goSums[`${goToolchain}.${platform}`] };
}

/**
 * Fetches Go into the folder from the module proxy, which serves it as a module (https://go.dev/ref/mod#toolchains).
 * @throws an Error with what to do, when it cannot be fetched or does not match the sum.
 */
export async function fetchGo(
  folder: string,
  progress: Progress,
  archive = goArchive(process.arch),
): Promise<void> {
  const { version, platform, sum } = archive;
  if (sum === undefined) throw new Error(`There is no Go to fetch for ${platform}: ${advice}`);
  progress(`fetching ${version}, 70 MB`);
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}.`);
  try {
    const file = join(work, "go.zip");
    const module = `v0.0.1-${version}.${platform}`;
    await download(`golang.org/toolchain/@v/${module}.zip`, file);
    await checkSum(file, sum);
    progress(`unpacking ${version}`);
    await unpack(file, work);
    await rename(join(work, `golang.org/toolchain@${module}`), folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Downloads from the first proxy of GOPROXY that has the archive. */
async function download(path: string, file: string): Promise<void> {
  const proxies = moduleProxies();
  if (proxies.length === 0)
    throw new Error(`Go is fetched from a module proxy, and GOPROXY names none: set it, or ${advice}`);
  if (await canInstall()) await debianProgram("/etc/ssl/certs/ca-certificates.crt", "ca-certificates");
  const curl = await debianProgram("/usr/bin/curl", "curl");
  const failures: string[] = [];
  for (const proxy of proxies) {
    const args = ["--fail", "--silent", "--show-error", "--location", "--output", file, `${proxy}/${path}`];
    const { failed, stderr } = await execa(curl, args, { reject: false });
    if (!failed) return;
    failures.push(`${proxy}: ${stderr.trim()}`);
  }
  throw new Error(
    `Go could not be fetched: ${failures.join("; ")}. Check the network, the disk and GOPROXY, or ${advice}`,
  );
}

async function checkSum(file: string, expected: string): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  const found = hash.digest("hex");
  if (found !== expected)
    throw new Error(
      `Expected Go with the SHA-256 ${expected}, and GOPROXY gave ${found}. Set another GOPROXY, or ${advice}`,
    );
}

/** Module archives keep no modes, so this makes programs executable, as the go command does. */
async function unpack(file: string, folder: string): Promise<void> {
  const unzip = await debianProgram("/usr/bin/unzip", "unzip");
  const { failed, stderr } = await execa(unzip, ["-q", file, "-d", folder], { reject: false });
  if (failed) throw new Error(`Go could not be unpacked; it takes 300 MB of disk: ${stderr.trim()}`);
  const programs = glob("golang.org/toolchain@*/{bin/*,pkg/tool/*/*}", { cwd: folder });
  for await (const program of programs) await chmod(join(folder, program), 0o755);
}
