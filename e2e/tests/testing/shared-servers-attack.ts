import { platformValues } from "../../../harness/services/place/platform-values.ts";
import { parseQuantity } from "../../../process/quantity.ts";

const system = "dotmac-system.svc.cluster.local";
const { pgbouncer, redis, vault } = await platformValues();

/** A server that all tenants share, with the limits of its front for one source. */
export interface SharedServer {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Limit of open connections. */
  readonly most: number;
}

const pooler = server("pgbouncer", 6432, pgbouncer);
const bothRedis = [server("redis-cache", 6379, redis), server("redis-state", 6379, redis)];
const vaultServer = server("vault", 8200, vault);
const all = [pooler, ...bothRedis, vaultServer];

/** Limits in mebibytes that the front of a Redis passes from one source, at once and per second. */
export const redisInflow = {
  burst: parseQuantity(redis.front.toServer.burst) / 2 ** 20,
  perSecond: parseQuantity(redis.front.toServer.perSecond) / 2 ** 20,
};

/** Each attack with the servers to which it opens connections. */
export const targets = {
  "connections that say nothing": all,
  "handshakes that never end": all,
  "new connections without end": all,
  "commands without end": bothRedis,
  "values without end": bothRedis,
  "logins to Vault without end": [vaultServer],
} as const satisfies Record<string, readonly SharedServer[]>;

export type Attack = keyof typeof targets;

export const attacks = Object.keys(targets) as readonly Attack[];

function server(name: string, port: number, { front }: typeof redis): SharedServer {
  return { name, host: `${name}.${system}`, port, most: front.connectionsPerSource };
}

const seconds = 7;

/**
 * A Node script that attacks from a runtime's pod for some seconds. It prints a line when its first connection is open,
 * and the result of the attack as the last line. It holds at most a few hundred sockets and a few MiB.
 */
export function attackScript(attack: Attack, tenantId: string): string {
  return [givenTo(attack), connecting, attacksOf(tenantId), running(attack)].join("");
}

/** The part of the script that reads what the pod has: the servers, the CA and the tenant's login to Redis. */
function givenTo(attack: Attack): string {
  return `
    import { readFileSync } from "node:fs";
    import { connect } from "node:net";
    import { request } from "node:https";
    import { connect as connectTls } from "node:tls";
    const servers = ${JSON.stringify(targets[attack])};
    const end = Date.now() + ${seconds * 1000};
    const ca = readFileSync("/etc/dotmac/ca/ca.crt");
    const login = JSON.parse(readFileSync("/var/run/dotmac/secrets/redis.json", "utf8"));
    const open = Object.fromEntries(servers.map(({ name }) => [name, new Set()]));
    const openAtOnce = {};
`;
}

/** The functions that open connections, hold them and count them. */
const connecting = `
    const hold = ({ name }, socket) => {
      if (!begun) console.log("begun");
      begun = true;
      open[name].add(socket);
      socket.once("close", () => open[name].delete(socket));
    };
    let begun = false;
    let refused = 0;
    let stored = 0;
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const attempt = (server, first) => new Promise((resolve) => {
      const socket = connect({ host: server.host, port: server.port });
      socket.once("connect", () => { hold(server, socket); if (first) socket.write(first); });
      socket.once("error", () => { refused += 1; });
      socket.once("close", resolve);
    });
    // The kernel accepts a refused connection, and the front resets it a moment later.
    const count = () => {
      for (const { name } of servers) openAtOnce[name] = Math.max(openAtOnce[name] ?? 0, open[name].size);
    };
    const command = (...words) => "*" + words.length + "\\r\\n" + words.map((word) =>
      "$" + Buffer.byteLength(word) + "\\r\\n" + word + "\\r\\n").join("");
    const redis = (server, payload) => new Promise((resolve) => {
      const socket = connectTls({ host: server.host, port: server.port, ca, servername: server.host });
      socket.on("error", () => { refused += 1; });
      socket.once("close", resolve);
      socket.on("data", (data) => { stored += (data.toString("latin1").match(/\\+OK/g) ?? []).length; });
      socket.once("secureConnect", () => {
        hold(server, socket);
        socket.write(command("AUTH", login.user, login.password));
        const more = () => {
          while (Date.now() < end && !socket.destroyed) if (!socket.write(payload())) return;
          if (Date.now() >= end) socket.destroy();
        };
        socket.on("drain", more);
        more();
        setTimeout(() => socket.destroy(), end - Date.now());
      });
    });
    const keep = async (lanes, work) => {
      await Promise.all(Array.from({ length: lanes }, async () => {
        while (Date.now() < end) { await work(); await pause(5); }
      }));
    };
`;

/** The attacks by their names. */
function attacksOf(tenantId: string): string {
  return `
    const tls = Buffer.from([0x16, 3, 1, 2, 0]);
    const sslRequest = Buffer.from([0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f]);
    const hello = ({ name }) => (name === "pgbouncer" ? sslRequest : tls);
    const attacks = {
      async "connections that say nothing"() {
        for (const server of servers) for (let n = 0; n < 150; n++) void attempt(server);
      },
      async "handshakes that never end"() {
        for (const server of servers) for (let n = 0; n < 150; n++) void attempt(server, hello(server));
      },
      async "new connections without end"() {
        await Promise.all(servers.map((server) => keep(10, async () => {
          await Promise.race([attempt(server, hello(server)), pause(50)]);
          for (const socket of open[server.name]) socket.destroy();
        })));
      },
      async "commands without end"() {
        const pings = command("PING").repeat(1000);
        await Promise.all(servers.map((server) => keep(20, () => redis(server, () => pings))));
      },
      async "values without end"() {
        const value = "x".repeat(256 * 1024);
        let n = 0;
        const set = () => command("SET", "t:${tenantId}:filler:" + n++, value);
        await Promise.all(servers.map((server) => keep(4, () => redis(server, set))));
      },
      async "logins to Vault without end"() {
        const [vault] = servers;
        const body = JSON.stringify({ role: "tenant-runtime", jwt: readFileSync("/var/run/dotmac/egress/token", "utf8").trim() });
        await keep(20, () => new Promise((resolve) => {
          const sent = request({ host: vault.host, port: vault.port, path: "/v1/auth/kubernetes/login", method: "POST", ca },
            (answer) => { if (answer.statusCode === 429) refused += 1; answer.resume().on("end", resolve); });
          sent.once("socket", (socket) => { if (socket.connecting) socket.once("secureConnect", () => hold(vault, socket)); });
          sent.on("error", () => { refused += 1; resolve(); });
          sent.end(body);
        }));
      },
    };
`;
}

/** The part of the script that runs the attack for its time and prints the result. */
function running(attack: Attack): string {
  return `
    const counting = setInterval(() => { if (Date.now() > end - 4500) count(); }, 100);
    await attacks[${JSON.stringify(attack)}]();
    await pause(Math.max(0, end - Date.now()));
    clearInterval(counting);
    const storedMebibytes = ${attack === "values without end" ? "(stored * 256) / 1024" : "0"};
    console.log(JSON.stringify({ seconds: ${seconds}, openAtOnce, refused, storedMebibytes }));
    process.exit(0);
  `;
}

/** Uses the processors for as long as an attack, and sends no request. */
export const busyScript = `
  console.log("begun");
  const end = Date.now() + ${seconds * 1000};
  let turns = 0;
  while (Date.now() < end) turns += 1;
  console.log(turns);
`;

/** Logs in to Vault once as the runtime's own account, and prints the status. */
export const vaultLoginScript = `
  import { readFileSync } from "node:fs";
  import { request } from "node:https";
  const ca = readFileSync("/etc/dotmac/ca/ca.crt");
  const jwt = readFileSync("/var/run/dotmac/vault/token", "utf8").trim();
  const sent = request({ host: "vault.${system}", port: 8200, path: "/v1/auth/kubernetes/login", method: "POST", ca });
  sent.on("response", (answer) => { console.log(answer.statusCode); process.exit(0); });
  sent.end(JSON.stringify({ role: "tenant-runtime", jwt }));
`;
