import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { Redis } from "ioredis";
import { createAuthority } from "../../harness/authority/authority.ts";
import { freePort } from "../../harness/services/network/free-port.ts";
import { type RedisConnection, redisLogin, startRedis } from "../../harness/services/redis.ts";
import { median, percentile } from "../percentile.ts";

/**
 * Measures the cost of the front for a Redis over TLS: one client at a time, sixteen at once, and its memory with 500
 * connections. The baseline of the same run has no front. If nginx with its stream module is installed, it is measured
 * too. Rounds alternate, so that other load affects all equally. Prints one JSON object on its last line.
 */
const rounds = 3;
const commandsPerRound = 2_000;
const manyClients = 16;
const openConnections = 500;
const source = "127.0.0.50";

await using redis = await startRedis({ role: "state", authority: await createAuthority("DotMac benchmark") });
const directory = await mkdtemp(join(tmpdir(), "dotmac-bench-front-"));
const front = await startFront(redis.port);
const nginx = await startNginx(redis.port).catch(() => undefined);
try {
  const ways = [
    { name: "direct", port: redis.port },
    { name: "front", port: front.port },
    ...(nginx ? [{ name: "nginx", port: nginx.port }] : []),
  ];
  const results = new Map(ways.map(({ name }) => [name, [] as Measured[]]));
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`round ${round} of ${rounds}\n`);
    for (const { name, port } of ways) results.get(name)?.push(await measure({ ...redis, port }));
  }
  const idleMegabytes = await ownMegabytes(front.pid);
  const sockets = await openMany(front.port, openConnections);
  const fullMegabytes = await ownMegabytes(front.pid);
  for (const socket of sockets) socket.destroy();
  console.log(
    JSON.stringify({
      benchmark: "front",
      rounds,
      ...Object.fromEntries([...results].map(([name, measured]) => [name, summary(measured)])),
      frontMegabytes: idleMegabytes,
      frontMegabytesWith500Connections: fullMegabytes,
      ...(nginx && { nginxMegabytes: await ownMegabytes(nginx.pid) }),
    }),
  );
} finally {
  front.stop();
  nginx?.stop();
  await rm(directory, { recursive: true, force: true });
}

interface Measured {
  readonly oneP50: number;
  readonly oneP95: number;
  readonly manyPerSecond: number;
  readonly manyP95: number;
}

async function measure(connection: RedisConnection): Promise<Measured> {
  const one = await timed(connection, 1);
  const many = await timed(connection, manyClients);
  return {
    oneP50: rounded(percentile(one.times, 0.5)),
    oneP95: rounded(percentile(one.times, 0.95)),
    manyPerSecond: Math.round(many.times.length / many.seconds),
    manyP95: rounded(percentile(many.times, 0.95)),
  };
}

/** Milliseconds of each command. Each client waits for an answer before its next command. */
async function timed(
  connection: RedisConnection,
  clients: number,
): Promise<{ times: number[]; seconds: number }> {
  const { tls, ...login } = redisLogin(connection);
  const settings = { ...login, tls: { ...tls, localAddress: source } };
  const opened = Array.from({ length: clients }, () => new Redis(settings));
  await Promise.all(opened.map((client) => client.ping()));
  const times: number[] = [];
  const begun = performance.now();
  const ask = async (client: Redis) => {
    for (let count = 0; count < commandsPerRound / clients; count++) {
      const asked = performance.now();
      await client.set("bench", "x".repeat(200), "EX", 60);
      times.push(performance.now() - asked);
    }
  };
  await Promise.all(opened.map(ask));
  const seconds = (performance.now() - begun) / 1000;
  for (const client of opened) client.disconnect();
  return { times, seconds };
}

/** Starts the image's program in a separate process, with bounds that this measurement does not reach. */
async function startFront(serverPort: number) {
  const config = {
    port: await freePort(),
    server: { port: serverPort },
    connections: 4_000,
    connectionsPerSource: 1_000,
    newConnections: { perSecond: 10_000 },
    toServer: { perSecond: "500Mi", burst: "500Mi" },
    toClient: { perSecond: "500Mi", burst: "500Mi" },
  };
  const file = join(directory, "front.json");
  await writeFile(file, JSON.stringify(config));
  const program = fileURLToPath(new URL("../../operator/dist/front/front.mjs", import.meta.url));
  await execa("npm", ["run", "--silent", "bundle", "--workspace=operator"]);
  const env = { DOTMAC_FRONT_CONFIG: file, POD_IPS: "127.0.0.1", NODE_OPTIONS: "--max-old-space-size=64" };
  const child = fork(program, { env, stdio: "ignore" });
  await listens(config.port, child);
  return { port: config.port, pid: child.pid as number, stop: () => child.kill() };
}

/** Starts Debian's nginx with libnginx-mod-stream, from NGINX_ROOT or installed. Rejects if it is neither. */
async function startNginx(serverPort: number) {
  const root = process.env.NGINX_ROOT ?? "";
  const port = await freePort();
  const file = join(directory, "nginx.conf");
  const lines = [
    `load_module ${root}/usr/lib/nginx/modules/ngx_stream_module.so;`,
    `daemon off; master_process off; pid ${directory}/nginx.pid; error_log /dev/null;`,
    "events { worker_connections 4096; }",
    "stream { limit_conn_zone $binary_remote_addr zone=source:1m;",
    `server { listen 127.0.0.1:${port}; limit_conn source 1000; proxy_upload_rate 500m; proxy_pass 127.0.0.1:${serverPort}; } }`,
  ];
  await writeFile(file, lines.join("\n"));
  const child = execa(`${root}/usr/sbin/nginx`, ["-e", "/dev/null", "-c", file], { stdio: "ignore" });
  child.catch(() => {});
  await listens(port, child as unknown as ChildProcess);
  return { port, pid: child.pid as number, stop: () => child.kill() };
}

async function listens(port: number, child: ChildProcess): Promise<void> {
  const ended = once(child, "exit").then(() => Promise.reject(new Error("the program has ended")));
  ended.catch(() => {});
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const answered = once(socket, "connect").then(
      () => true,
      () => false,
    );
    if (await Promise.race([answered, ended])) return void socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function openMany(port: number, count: number) {
  // A byte makes the front connect to the server, as each real connection does.
  const sockets = Array.from({ length: count }, (_, index) =>
    connect({ port, host: "127.0.0.1", localAddress: `127.0.1.${(index % 200) + 1}` }).on("error", () => {}),
  );
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  for (const socket of sockets) socket.write("\x16");
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  return sockets;
}

/** The kernel's RssAnon. Pages of the program's file are shared by all Node processes on the machine. */
async function ownMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/RssAnon:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

function summary(measured: readonly Measured[]) {
  const typical = (of: (one: Measured) => number) => rounded(median(measured.map(of)));
  return {
    oneClientP50Ms: typical(({ oneP50 }) => oneP50),
    oneClientP95Ms: typical(({ oneP95 }) => oneP95),
    sixteenClientsPerSecond: typical(({ manyPerSecond }) => manyPerSecond),
    sixteenClientsP95Ms: typical(({ manyP95 }) => manyP95),
  };
}

/** The value to three decimals. */
function rounded(value: number): number {
  return Number(value.toFixed(3));
}
