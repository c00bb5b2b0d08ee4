import { createHash } from "node:crypto";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkout } from "./directories.ts";

const nodePackage = `node-linux-${process.arch}`;
const programs =
  "sh cat chmod curl dirname env grep gzip head id ln mkdir mktemp mv rm sed sha512sum tar uname";

let folder: string;
let registry: Server;
let address: string;
const archives = new Map<string, Buffer>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dotmac-bootstrap-"));
  archives.set(`${nodePackage}-24.0.0.tgz`, await packed("bin/node", "#!/bin/sh\necho v24.0.0\n"));
  archives.set("npm-11.0.0.tgz", await packed("bin/npm-cli.js", "#!/usr/bin/env node\n"));
  registry = createServer(({ url = "" }, response) => {
    const archive = archives.get(basename(url));
    response.writeHead(archive === undefined ? 404 : 200).end(archive);
  });
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => registry.close(resolve));
  await rm(folder, { recursive: true });
});

let machine: string;
beforeEach(async () => {
  machine = await mkdtemp(join(folder, "machine-"));
  await mkdir(join(machine, "harness"));
  await mkdir(join(machine, "bin"));
  await cp(join(checkout, "harness/bootstrap.sh"), join(machine, "harness/bootstrap.sh"));
  await writeFile(join(machine, "harness/bootstrap.sums"), sums());
  for (const program of programs.split(" "))
    await symlink((await execa("which", [program])).stdout, join(machine, "bin", program));
});
afterEach(() => rm(machine, { recursive: true }));

/** An archive in npm's format, with one program of this text. */
async function packed(program: string, text: string): Promise<Buffer> {
  const content = await mkdtemp(join(folder, "package-"));
  await mkdir(join(content, "package/bin"), { recursive: true });
  await writeFile(join(content, "package", program), text, { mode: 0o755 });
  const tar = await execa("tar", ["-czC", content, "package"], { encoding: "buffer" });
  return Buffer.from(tar.stdout);
}

function sums(): string {
  const line = ([name, archive]: [string, Buffer]) =>
    `${createHash("sha512").update(archive).digest("hex")}  ${name}\n`;
  return [...archives].map(line).join("");
}

/** Adds a program to the machine, or replaces one. */
async function install(program: string, text: string): Promise<void> {
  const file = join(machine, "bin", program);
  await rm(file, { force: true });
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
}

/** Runs the script on a machine with only the programs in its own bin folder. */
function bootstrap(env: Record<string, string> = { npm_config_registry: address }) {
  const tools = join(machine, "tools");
  return execa("sh", [join(machine, "harness/bootstrap.sh"), join(tools, "node")], {
    extendEnv: false,
    env: { PATH: join(machine, "bin"), HOME: machine, ...env },
    reject: false,
  });
}

const tools = () => readdir(join(machine, "tools")).catch(() => []);

describe("a machine without Node.js", () => {
  it("gets Node.js and npm from the npm registry, into the cache", async () => {
    expect(await bootstrap()).toMatchObject({ exitCode: 0 });
    expect(await tools()).toEqual(["node"]);
    const bin = join(machine, "tools/node/bin");
    expect((await execa(join(bin, "node"))).stdout).toBe("v24.0.0");
    expect(await readFile(join(bin, "npm"), "utf8")).toContain("env node");
  });

  it("uses the registry in npm's configuration", async () => {
    await writeFile(join(machine, ".npmrc"), `registry = ${address}/\n`);
    expect(await bootstrap({})).toMatchObject({ exitCode: 0 });
    expect(await tools()).toEqual(["node"]);
  });

  it("refuses an archive with another checksum, and removes it", async () => {
    await writeFile(join(machine, "harness/bootstrap.sums"), sums().replaceAll(/[0-9a-f]{4} {2}/g, "0000  "));
    const { exitCode, stderr } = await bootstrap();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("does not have the checksum in harness/bootstrap.sums");
    expect(await tools()).toEqual([]);
  });

  it("gets instructions when the registry does not answer", async () => {
    const { exitCode, stderr } = await bootstrap({ npm_config_registry: "http://127.0.0.1:1" });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/127\.0\.0\.1:1\/node-linux-.*could not be fetched\. Check the network/);
    expect(stderr).toContain("install Node.js 20 or newer");
    expect(await tools()).toEqual([]);
  });

  it("gets instructions once when the archive cannot be unpacked", async () => {
    await install("tar", "for file in 1 2 3; do echo 'No space left on device' >&2; done; exit 2");
    const { exitCode, stderr } = await bootstrap();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Check that the disk has 500 MB free.");
    expect(stderr).not.toContain("No space left");
    expect(await tools()).toEqual([]);
  });

  it("gets the names of the packages to install when there is no curl and no root", async () => {
    await rm(join(machine, "bin/curl"));
    await install("id", "echo 1000");
    const { exitCode, stderr } = await bootstrap();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Install curl ca-certificates.");
  });
});

describe("a machine with Node.js", () => {
  it("keeps it if it is new enough", async () => {
    await install("node", `exec '${process.execPath}' "$@"`);
    await install("npm", "");
    expect(await bootstrap()).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await tools()).toEqual([]);
  });

  it("gets another if it is too old or npm is missing", async () => {
    await install("node", "exit 1");
    await install("npm", "");
    expect(await bootstrap()).toMatchObject({ exitCode: 0 });
    expect(await tools()).toEqual(["node"]);
  });
});

it("fetches the Node.js version in package.json", async () => {
  const { devDependencies } = JSON.parse(await readFile(join(checkout, "package.json"), "utf8"));
  const committed = await readFile(join(checkout, "harness/bootstrap.sums"), "utf8");
  for (const platform of ["linux-x64", "linux-arm64"])
    expect(committed).toContain(` node-${platform}-${devDependencies.node}.tgz\n`);
});
