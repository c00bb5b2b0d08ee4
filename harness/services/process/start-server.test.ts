import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { until } from "../../machine/until.ts";
import { serverDirectory } from "./server-directory.ts";
import { startServer } from "./start-server.ts";

/** Writes its pid and waits. With `signals` it ignores those that should stop it. */
const script = (signals = "") =>
  `trap '' ${signals || "USR1"}; echo $$ > pid; echo ready; while :; do sleep 0.1; done`;

const runs = (pid: number) => existsSync(`/proc/${pid}`);
const pidIn = (directory: string) => Number(readFileSync(join(directory, "pid"), "utf8"));
const hasPid = (directory: string) => async () => {
  if (!(pidIn(directory) > 0)) throw new Error("no pid yet");
};

async function start(source: string) {
  const directory = await serverDirectory("guarded");
  return startServer({
    name: "a script",
    directory,
    command: ["sh", "-c", source],
    ready: hasPid(directory),
  });
}

it("stops a server and removes its directory when it is disposed", async () => {
  const server = await start(script());
  const pid = pidIn(server.directory);
  expect(runs(pid)).toBe(true);
  await server[Symbol.asyncDispose]();
  expect(runs(pid)).toBe(false);
  expect(existsSync(server.directory)).toBe(false);
});

it("kills a server that does not stop at SIGTERM", { timeout: 20_000 }, async () => {
  const server = await start(script("TERM"));
  const pid = pidIn(server.directory);
  await server[Symbol.asyncDispose]();
  expect(runs(pid)).toBe(false);
});

it("reports the output of a server that does not start", async () => {
  const directory = await serverDirectory("guarded");
  const attempt = startServer({
    name: "a script",
    directory,
    command: ["sh", "-c", "echo 'the disk is on fire'; exit 3"],
    ready: async () => {
      throw new Error("not yet");
    },
  });
  await expect(attempt).rejects.toThrow(/a script did not start: .*exited with 3[\s\S]*the disk is on fire/);
  expect(existsSync(directory)).toBe(false);
});

it("leaves no process and no files when the process that started the server is killed", async () => {
  const source = `
    import { serverDirectory } from "${import.meta.dirname}/server-directory.ts";
    import { startServer } from "${import.meta.dirname}/start-server.ts";
    import { readFile } from "node:fs/promises";
    const directory = await serverDirectory("guarded");
    await startServer({ name: "a script", directory, command: ["sh", "-c", ${JSON.stringify(script())}],
      ready: async () => { if (!(Number(await readFile(directory + "/pid", "utf8")) > 0)) throw new Error("no pid yet"); } });
    console.log(directory);
    setInterval(() => {}, 1000);
  `;
  const starter = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output] = await once(starter.stdout, "data");
  const directory = String(output).trim();
  const pid = pidIn(directory);
  expect(runs(pid)).toBe(true);
  starter.kill("SIGKILL");
  await until("the server to end", () => (runs(pid) ? undefined : true));
  await until("its directory to go", () => (existsSync(directory) ? undefined : true));
});

it.runIf(process.getuid?.() === 0)(
  "runs servers as an unprivileged user when the tests run as root",
  async () => {
    await using server = await start(script());
    const { stdout } = await promisify(execFile)("ps", ["-o", "uid=", "-p", String(pidIn(server.directory))]);
    expect(stdout.trim()).toBe("65534");
  },
);
