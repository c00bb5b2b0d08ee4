const system = "dotmac-system.svc.cluster.local";

/** The shared servers, and how many connections of one source each allows (charts/platform/values.yaml). */
export const sharedServers = [
  { name: "pgbouncer", host: `pgbouncer.${system}`, port: 6432, most: 64 },
  { name: "redis-cache", host: `redis-cache.${system}`, port: 6379, most: 16 },
  { name: "redis-state", host: `redis-state.${system}`, port: 6379, most: 16 },
  { name: "vault", host: `vault.${system}`, port: 8200, most: 32 },
] as const;

export const attacks = [
  "connections that say nothing",
  "handshakes that never end",
  "new connections without end",
  "commands without end",
  "values without end",
  "logins to Vault without end",
] as const;

export type Attack = (typeof attacks)[number];

const seconds = 7;

/**
 * A script for Node in a runtime's pod that attacks for some seconds and prints what came of it. It holds at most a few
 * hundred sockets and a few MiB.
 */
export function attackScript(attack: Attack, tenantId: string): string {
  return `
    import { readFileSync } from "node:fs";
    import { connect } from "node:net";
    import { request } from "node:https";
    import { connect as connectTls } from "node:tls";
    const servers = ${JSON.stringify(sharedServers)};
    const end = Date.now() + ${seconds * 1000};
    const ca = readFileSync("/etc/dotmac/ca/ca.crt");
    const login = JSON.parse(readFileSync("/var/run/dotmac/secrets/redis.json", "utf8"));
    const open = Object.fromEntries(servers.map(({ name }) => [name, new Set()]));
    const openAtOnce = {};
    let refused = 0;
    let stored = 0;
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const attempt = (server, first) => new Promise((resolve) => {
      const socket = connect({ host: server.host, port: server.port });
      socket.once("connect", () => { open[server.name].add(socket); if (first) socket.write(first); });
      socket.once("error", () => { refused += 1; });
      socket.once("close", () => { open[server.name].delete(socket); resolve(); });
    });
    // What is refused is reset a moment after it was accepted by the kernel.
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
        open[server.name].add(socket);
        socket.once("close", () => open[server.name].delete(socket));
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
        const of = servers.filter(({ name }) => name.startsWith("redis"));
        await Promise.all(of.map((server) => keep(20, () => redis(server, () => pings))));
      },
      async "values without end"() {
        const value = "x".repeat(256 * 1024);
        let n = 0;
        const of = servers.filter(({ name }) => name.startsWith("redis"));
        const set = () => command("SET", "t:${tenantId}:filler:" + n++, value);
        await Promise.all(of.map((server) => keep(4, () => redis(server, set))));
      },
      async "logins to Vault without end"() {
        const vault = servers.find(({ name }) => name === "vault");
        const body = JSON.stringify({ role: "tenant-runtime", jwt: readFileSync("/var/run/dotmac/egress/token", "utf8").trim() });
        await keep(20, () => new Promise((resolve) => {
          const sent = request({ host: vault.host, port: vault.port, path: "/v1/auth/kubernetes/login", method: "POST", ca },
            (answer) => { if (answer.statusCode === 429) refused += 1; answer.resume().on("end", resolve); });
          sent.on("error", () => { refused += 1; resolve(); });
          sent.end(body);
        }));
      },
    };
    const counting = setInterval(() => { if (Date.now() > end - 4500) count(); }, 100);
    await attacks[${JSON.stringify(attack)}]();
    await pause(Math.max(0, end - Date.now()));
    clearInterval(counting);
    const storedMebibytes = ${attack === "values without end" ? "(stored * 256) / 1024" : "0"};
    console.log(JSON.stringify({ seconds: ${seconds}, openAtOnce, refused, storedMebibytes }));
    process.exit(0);
  `;
}

/** Takes what the processors give for as long as an attack, and asks nothing of anybody. */
export const busyScript = `
  const end = Date.now() + ${seconds * 1000};
  let turns = 0;
  while (Date.now() < end) turns += 1;
  console.log(turns);
`;

/** One login to Vault as the runtime's own account; prints the status. */
export const vaultLoginScript = `
  import { readFileSync } from "node:fs";
  import { request } from "node:https";
  const ca = readFileSync("/etc/dotmac/ca/ca.crt");
  const jwt = readFileSync("/var/run/dotmac/vault/token", "utf8").trim();
  const sent = request({ host: "vault.${system}", port: 8200, path: "/v1/auth/kubernetes/login", method: "POST", ca });
  sent.on("response", (answer) => { console.log(answer.statusCode); process.exit(0); });
  sent.end(JSON.stringify({ role: "tenant-runtime", jwt }));
`;
