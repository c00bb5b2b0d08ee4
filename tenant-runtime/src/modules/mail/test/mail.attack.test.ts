import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { administrator, agent, type Staff } from "../../../../test/testing/clients/staff.ts";
import { querySchema } from "../../../../test/testing/database/query-schema.ts";
import { mailHost, mailLogin } from "../../../../test/testing/mail/mail-receiver.ts";
import { type MailReceivers, startMailReceivers } from "../../../../test/testing/mail/mail-receivers.ts";
import { settingsFor } from "../../../../test/testing/mail/mail-world.ts";
import type { RuntimeProcess } from "../../../../test/testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "../../../../test/testing/process/test-tenant.ts";
import { until } from "../../../../test/testing/process/until.ts";
import { startRuntimeWithEgress } from "../../../../test/testing/webhooks/runtime-with-egress.ts";

/** A server that is no mail server: it sends this, again and again, to each client. */
let hostile: Server;
let flood = "";
const floodPort = () => (hostile.address() as AddressInfo).port;

let receivers: MailReceivers;
let tenant: TestTenant;
let runtime: RuntimeProcess;
let admin: Staff;
beforeAll(async () => {
  hostile = createServer(sendWithoutEnd).listen(0, "127.0.0.2");
  await once(hostile, "listening");
  receivers = await startMailReceivers([floodPort()]);
  tenant = await createTestTenant();
  runtime = await startRuntimeWithEgress(tenant, receivers);
  admin = await administrator(runtime, tenant);
}, 180_000);
afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
  await receivers?.[Symbol.asyncDispose]();
  hostile?.close();
});
afterEach(() => querySchema(tenant, "DELETE FROM mail_messages; DELETE FROM mail_servers"));

function sendWithoutEnd(socket: Socket): void {
  const write = () => {
    while (!socket.destroyed && socket.write(flood));
  };
  socket.on("error", () => {});
  socket.on("drain", write);
  write();
}

const put = (change: object) =>
  admin.call("PUT", "/mail-server", { ...settingsFor(receivers.secure), ...change });

/** Sends a test message by these settings, and returns it after the first attempt. */
async function tried(change: object) {
  expect((await put(change)).status).toBeLessThan(300);
  const { body } = await admin.call("POST", "/mail-server/test");
  const answer = await until(
    () => admin.call("GET", `/mail-messages/${body.data.id}`),
    ({ body }) => body.data.attributes.state !== "waiting" || body.data.attributes.lastError !== null,
  );
  return answer.body.data.attributes;
}

describe("an administrator of an ISP", () => {
  it("reaches a mail server that the Tenant lists", async () => {
    expect(await tried({})).toMatchObject({ state: "sent", lastError: null, lastReply: 250 });
  });

  it.each([
    ["a service of the platform", () => ({ host: "inside.example.com", port: 443 })],
    ["the API server", () => ({ host: "kubernetes.default.svc", port: 443 })],
    ["a host that the Tenant does not list", () => ({ host: "smtp.other.example", port: 465 })],
    ["a port that the Tenant does not list", () => ({ host: mailHost, port: receivers.unlisted.port })],
  ])("cannot reach %s, and sees the code of the refusal", async (_target, change) => {
    expect(await tried(change())).toMatchObject({
      state: "waiting",
      lastError: "OUTBOUND_NOT_ALLOWED",
      lastReply: null,
      answer: null,
    });
    expect(receivers.unlisted.received).toEqual([]);
  });

  it.each([
    ["without TLS", () => ({ port: receivers.plain.port, security: "starttls" })],
    ["with the certificate of another host", () => ({ port: receivers.impostor.port })],
    ["that begins without TLS", () => ({ port: receivers.upgrading.port, security: "tls" })],
  ])("sends neither password nor message to a server %s", async (_what, change) => {
    let logins = 0;
    const server = [receivers.plain, receivers.impostor, receivers.upgrading];
    const login = () => {
      logins += 1;
      return undefined;
    };
    for (const each of server) each.answer({ login });
    expect(await tried(change())).toMatchObject({ state: "waiting", lastError: "TLS_FAILED" });
    expect([logins, server.flatMap(({ received }) => received)]).toEqual([0, []]);
  });

  it("cannot send the stored password to another server or for another user", async () => {
    await put({});
    const { password: _, ...rest } = settingsFor(receivers.secure);
    for (const change of [
      { port: receivers.upgrading.port },
      { host: "smtp.other.example" },
      { user: "other" },
    ]) {
      const refused = await admin.call("PUT", "/mail-server", { ...rest, ...change });
      expect([refused.status, refused.body.error.details[0].field]).toEqual([422, "password"]);
    }
  });

  it("never gets a stored secret again", async () => {
    await tried({});
    const answers = [
      await put({}),
      await admin.call("GET", "/mail-server"),
      await admin.call("GET", "/mail-messages"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain(mailLogin.password);
    const [row] = await querySchema(
      tenant,
      "SELECT encode(password_sealed, 'escape') || encode(from_sealed, 'escape') AS text FROM mail_servers",
    );
    expect(row.text).not.toMatch(/a secret|north\.example/);
    expect(JSON.stringify(runtime.lines)).not.toContain(mailLogin.password);
  });

  it.each([
    "host",
    "user",
    "password",
    "fromName",
    "fromAddress",
    "replyTo",
    "bouncesTo",
    "dkim.domain",
    "dkim.selector",
  ])("cannot begin a header or a command by %s", async (path) => {
    for (const end of ["\r\nBcc: all@example.com", "\nRSET", "\rQUIT", "\0"]) {
      const [field = "", inner] = path.split(".");
      const dkim = { domain: "north.example", selector: "a" };
      const change =
        inner === undefined
          ? { [field]: `a@b.example${end}` }
          : { dkim: { ...dkim, [inner]: `b.example${end}` } };
      const refused = await put(change);
      expect(refused.status).toBe(422);
      expect(refused.body.error.details.map(({ field: at }: { field: string }) => at)).toContain(path);
    }
  });
});

describe("a server that sends without an end", () => {
  it.each([
    ["empty lines", "\r\n".repeat(30_000)],
    ["one line", "2".repeat(60_000)],
    ["one answer of many lines", "220-hello\r\n".repeat(6_000)],
  ])("%s is left, and costs the runtime little memory", async (_what, text) => {
    flood = text;
    const memory = async () =>
      Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${runtime.pid}/status`, "utf8"))?.[1]);
    const before = await memory();
    expect(await tried({ port: floodPort(), security: "starttls" })).toMatchObject({
      state: "waiting",
      lastError: "SERVER_UNREADABLE",
    });
    expect((await memory()) - before).toBeLessThan(64 * 1024);
  });
});

describe("an agent", () => {
  it("may neither read nor change anything of mail", async () => {
    const clerk = await agent(runtime, admin, "clerk@north.example");
    const calls: readonly [string, string, unknown?][] = [
      ["GET", "/mail-server"],
      ["PUT", "/mail-server", settingsFor(receivers.secure)],
      ["DELETE", "/mail-server"],
      ["POST", "/mail-server/test"],
      ["GET", "/mail-messages"],
      ["GET", `/mail-messages/${randomUUID()}`],
      ["GET", "/mail-suppressions"],
      ["POST", "/mail-suppressions", { address: "ann@example.com" }],
      ["DELETE", `/mail-suppressions/${randomUUID()}`],
    ];
    for (const [method, address, body] of calls)
      expect([address, (await clerk.call(method, address, body)).status]).toEqual([address, 403]);
    const headers = { "Content-Type": "message/rfc822" };
    expect((await clerk.call("POST", "/mail-bounces", "x", headers)).status).toBe(403);
  });
});
