import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { WebSocket } from "ws";
import { type Relay, startRelay } from "../../../../../harness/services/network/relay.ts";
import {
  administrator,
  anonymous,
  chosenPassword,
  type Staff,
  staff,
} from "../../../../test/testing/clients/staff.ts";
import { openWebSocket } from "../../../../test/testing/clients/web-socket-client.ts";
import { type RuntimeProcess, startRuntime } from "../../../../test/testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "../../../../test/testing/process/test-tenant.ts";
import { until } from "../../../../test/testing/process/until.ts";
import { versionTrustMs } from "../store/user-versions.ts";
import { holdingLock } from "./holding-lock.ts";

let tenant: TestTenant;
let relay: Relay;
let runtimes: RuntimeProcess[];
let admin: Staff;
let mallory: Staff;

beforeAll(async () => {
  tenant = await createTestTenant();
  relay = await startRelay(inject("redisState"));
  const redis = { ...tenant.tenantFile.redis, state: { host: "localhost", port: relay.port } };
  const prepare = (files: { write(path: string, content: object): Promise<void> }) =>
    files.write("etc/tenant.json", { ...tenant.tenantFile, redis });
  runtimes = await Promise.all([startRuntime(tenant, { prepare }), startRuntime(tenant, { prepare })]);
  admin = await administrator(pod(0), tenant);
});
afterAll(async () => {
  await Promise.all(runtimes?.map((runtime) => runtime[Symbol.asyncDispose]()) ?? []);
  await relay?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
});

function pod(number: number): RuntimeProcess {
  const runtime = runtimes[number];
  if (runtime === undefined) throw new Error("there are two pods");
  return runtime;
}

const asMallory = (number: number) =>
  anonymous(pod(number))("GET", "/users", undefined, { Authorization: `Bearer ${mallory.accessToken}` });
const demote = () => admin.call("PATCH", `/users/${mallory.userId}`, { role: "agent" }, { "If-Match": "*" });
const reset = () => admin.call("POST", `/users/${mallory.userId}/password-reset`);
const disable = () =>
  admin.call("PATCH", `/users/${mallory.userId}`, { disabled: true }, { "If-Match": "*" });

async function anotherAdministrator(email: string): Promise<Staff> {
  const ask = anonymous(pod(0));
  const created = await admin.call("POST", "/users", { email, role: "admin" });
  const { oneTimePassword: currentPassword } = created.body.data.attributes;
  const first = staff(pod(0), await ask("POST", "/auth/login", { email, password: currentPassword }));
  const passwords = { currentPassword, newPassword: chosenPassword };
  return staff(pod(0), await first.call("POST", "/auth/password", passwords));
}

/** Starts the command, and disconnects Redis while its transaction is open. */
async function withRedisCutInBetween(command: () => ReturnType<typeof demote>) {
  await using lock = await holdingLock(tenant, "users");
  const answer = command();
  await lock.waitedFor();
  await relay.cut();
  await lock.release();
  return answer;
}

describe.each([
  ["a demotion", demote],
  ["a reset password", reset],
  ["being disabled", disable],
])("%s whose command loses Redis between the database and the sessions", (name, command) => {
  it("still ends the sessions of that user within seconds, on every pod, also after a refresh", async () => {
    mallory = await anotherAdministrator(`${name.replaceAll(" ", "-")}@north.example`);
    expect([(await asMallory(0)).status, (await asMallory(1)).status]).toEqual([200, 200]);
    try {
      const { status } = await withRedisCutInBetween(command);
      expect(status).toBe(200);
      // Without Redis a token is trusted, except for the user's state in the database.
      for (const number of [0, 1]) await refusedInTime(number);
    } finally {
      await relay.mend();
    }
    for (const runtime of runtimes) await runtime.health((report) => report.status === "healthy");
    for (const number of [0, 1]) expect((await asMallory(number)).body.error.code).toBe("SESSION_ENDED");
    const body = { refreshToken: mallory.refreshToken };
    const refreshed = await anonymous(pod(1))("POST", "/auth/refresh", body);
    expect([refreshed.status, refreshed.body.error.code]).toEqual([401, "SESSION_ENDED"]);
    expect((await admin.call("GET", "/users")).status).toBe(200);
  });
});

describe.each([
  ["a demotion", demote],
  ["a reset password", reset],
  ["being disabled", disable],
  ["logout", () => mallory.call("POST", "/auth/logout")],
])("%s on one pod", (name, command) => {
  it("closes the WebSockets of that user on every pod within seconds, and no others", async () => {
    mallory = await anotherAdministrator(`socket-${name.replaceAll(" ", "-")}@north.example`);
    const own = await Promise.all(runtimes.map((runtime) => socketOf(runtime, mallory)));
    const other = await socketOf(pod(1), admin);
    const closed = own.map(({ socket }) => once(socket, "close", { signal: AbortSignal.timeout(15_000) }));
    expect([200, 204]).toContain((await command()).status);
    expect((await Promise.all(closed)).map(([code]) => code)).toEqual([4401, 4401]);
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
    other[Symbol.dispose]();
  });
});

const socketOf = (runtime: RuntimeProcess, { accessToken }: Staff) =>
  openWebSocket(runtime, { Authorization: `Bearer ${accessToken}` });

async function refusedInTime(number: number): Promise<void> {
  await until(
    () => asMallory(number),
    ({ status }) => status === 401,
    versionTrustMs / 1_000 + 2,
  );
}
