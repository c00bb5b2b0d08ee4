import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, fetch } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkout } from "../machine/directories.ts";
import { until } from "../machine/until.ts";
import { freePort } from "../services/network/free-port.ts";
import { withClient } from "../services/postgres.ts";

const startSeconds = 120;
const source = join(checkout, "tenant-runtime/src/main.ts");

/** The folder for temporary files of one run of the command. */
let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), "dotmac-dev-test-"));
  // Servers run as nobody when the tests run as root.
  await chmod(temporary, 0o755);
});
afterEach(() => rm(temporary, { recursive: true, force: true }));

describe("make dev", { timeout: 2 * startSeconds * 1_000 }, () => {
  it("serves an ISP to the login that it prints, restarts it after a save, and leaves nothing behind", async () => {
    await using command = await runDev();
    const api = await command.served(1);
    const { token } = await firstSession(api, command.output());
    const { id } = await api.createCustomer(token);
    await utimes(source, new Date(), new Date());
    await command.served(2);
    expect(command.output()).toContain("tenant-runtime/src/main.ts was saved");
    expect(await api.get(`/customers/${id}`, token)).toMatchObject({ data: { id } });
    await forgeChecksum(command.output());
    await utimes(source, new Date(), new Date());
    await until("the edited migration to be refused", () =>
      command.output().includes("put the file back as it was and write the change as a new migration")
        ? true
        : undefined,
    );
    expect(await command.end("SIGINT")).toBe(0);
    expect(await leftOver()).toEqual([]);
  });

  it("keeps the data in a folder, and leaves no process when it is killed", async () => {
    const data = join(temporary, "north");
    const first = await runDev({ DATA: data });
    const api = await first.served(1);
    const { token, email, password } = await firstSession(api, first.output());
    const { id } = await api.createCustomer(token);
    expect(await first.end("SIGTERM")).toBe(0);
    expect(await leftOver()).toEqual(["north"]);

    await using second = await runDev({ DATA: data });
    const again = await second.served(1);
    const session = await again.logIn(email, password);
    expect(await again.get(`/customers/${id}`, session)).toMatchObject({ data: { id } });
    expect(await again.get(`/customers/${id}`, token)).toMatchObject({ data: { id } });
    await second.end("SIGKILL");
    await until("everything else to end", async () => {
      const left = await leftOver();
      return left.join() === "north" ? true : undefined;
    });
  });
});

describe("make dev fails with one message", () => {
  it("when another program has the port", async () => {
    await using taken = createServer();
    await once(taken.listen(0), "listening");
    const { port } = taken.address() as AddressInfo;
    expect(await refusal({ PORT: String(port) })).toMatch(
      /^Another program listens on port \d+: `ss -ltnp sport = :\d+` shows it\. Stop it, or choose another port, as in make dev PORT=\d+\.$/,
    );
  });

  it.each(["0", "65536", "http"])("when PORT is %s", async (PORT) => {
    expect(await refusal({ PORT })).toBe(
      `PORT is "${PORT}": write a port from 1 to 65535, as in make dev PORT=8444.`,
    );
  });

  it("when the data folder belongs to another user", async () => {
    await writeFile(join(temporary, "thesis.txt"), "");
    expect(await refusal({ DATA: temporary, PORT: String(await freePort()) })).toBe(
      `Expected an empty folder or one of an earlier make dev in ${temporary}, found thesis.txt: ` +
        "name another, as in make dev DATA=/tmp/north.",
    );
  });
});

interface Running extends AsyncDisposable {
  output(): string;
  /** The API, after the runtime has reported for the n-th time that it serves. */
  served(times: number): Promise<Api>;
  /** The exit code; null when it was killed. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

async function runDev(env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const port = await freePort();
  const child = spawnDev({ ...env, PORT: String(port) });
  const output = outputOf(child);
  const exited = once(child, "exit");
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    output,
    async served(times) {
      await until(
        `start ${times}`,
        () => {
          if (child.exitCode !== null) throw new Error(`it ended:\n${output()}`);
          return output().split("first login").length > times ? true : undefined;
        },
        { seconds: startSeconds },
      );
      return new Api(port);
    },
    end,
    [Symbol.asyncDispose]: async () => void (await end("SIGTERM")),
  };
}

function spawnDev(env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: { ...process.env, NODE_OPTIONS: "--disable-warning=ExperimentalWarning", TMPDIR: temporary, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function outputOf({ stdout, stderr }: ChildProcess): () => string {
  let text = "";
  for (const stream of [stdout, stderr]) stream?.setEncoding("utf8").on("data", (part) => (text += part));
  return () => text;
}

/** The command's error message when it does not start. */
async function refusal(env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawnDev(env);
  const output = outputOf(child);
  await once(child, "close");
  expect(child.exitCode).toBe(1);
  return output().trim();
}

/** Files of the run, and processes whose command line names one. */
async function leftOver(): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""));
  const processes = (await Promise.all(lines)).filter((line) => line.includes(`${temporary}/`));
  return [...(await readdir(temporary)), ...processes];
}

class Api {
  readonly #origin: string;
  // Each run has its own authority.
  readonly #dispatcher = new Agent({ connect: { rejectUnauthorized: false }, keepAliveTimeout: 1 });

  constructor(port: number) {
    this.#origin = `https://localhost:${port}/api/v1`;
  }

  get(path: string, token: string): Promise<unknown> {
    return this.#ask("GET", path, token);
  }

  async logIn(email: string, password: string): Promise<string> {
    return tokenIn(await this.#ask("POST", "/auth/login", undefined, { email, password }));
  }

  async changePassword(token: string, currentPassword: string, newPassword: string): Promise<string> {
    return tokenIn(await this.#ask("POST", "/auth/password", token, { currentPassword, newPassword }));
  }

  async createCustomer(token: string): Promise<{ id: string }> {
    const serviceAddress = {
      street: "14 rue de la République",
      city: "Lyon",
      postcode: "69002",
      country: "FR",
    };
    const customer = { type: "person", name: "Élodie Marchand", email: "elodie@example.com", serviceAddress };
    const { data } = (await this.#ask("POST", "/customers", token, customer)) as { data: { id: string } };
    return data;
  }

  async #ask(method: string, path: string, token?: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#origin}${path}`, {
      method,
      dispatcher: this.#dispatcher,
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
    return JSON.parse(answer);
  }
}

/** Makes the first migration look as if its file had been edited, over the connection that the command prints. */
async function forgeChecksum(output: string): Promise<void> {
  const [, password = "", host = "", port = "", schema = ""] =
    /PGPASSWORD=(\S+) psql "host=(\S+) port=(\d+) .*search_path=(\w+)"/.exec(output) ?? [];
  const login = { host, port: Number(port), user: "postgres", password, database: "dotmac" };
  await withClient({ ...login, ssl: { rejectUnauthorized: false } }, (client) =>
    client.query(`UPDATE ${schema}.schema_migrations SET checksum = 'of another text' WHERE version = 1`),
  );
}

/** Signs in with the printed login and chooses a password. */
async function firstSession(api: Api, output: string) {
  const [, email = "", oneTime = ""] = /first login {3}(\S+) \/ (\S+)/.exec(output) ?? [];
  const password = `${oneTime}-chosen`;
  const token = await api.changePassword(await api.logIn(email, oneTime), oneTime, password);
  return { email, password, token };
}

function tokenIn(answer: unknown): string {
  return (answer as { data: { attributes: { accessToken: string } } }).data.attributes.accessToken;
}
