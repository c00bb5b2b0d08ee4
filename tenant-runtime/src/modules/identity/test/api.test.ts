import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../../harness/services/postgres.ts";
import { withRedis } from "../../../../../harness/services/redis.ts";
import {
  administrator,
  agent,
  anonymous,
  chosenPassword,
  type Staff,
  staff,
} from "../../../../test/testing/clients/staff.ts";
import { processorTime } from "../../../../test/testing/process/processor-time.ts";
import { type RuntimeProcess, startRuntime } from "../../../../test/testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "../../../../test/testing/process/test-tenant.ts";
import { until } from "../../../../test/testing/process/until.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let ask: ReturnType<typeof anonymous>;

beforeAll(async () => {
  tenant = await createTestTenant();
  runtime = await startRuntime(tenant);
  ask = anonymous(runtime);
});
afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
});

const email = "admin@north.example";

const logIn = async (password: string, as = email) => ask("POST", "/auth/login", { email: as, password });
const statusAndCode = ({ status, body }: Awaited<ReturnType<typeof ask>>) => [status, body?.error?.code];

describe("the first administrator", () => {
  it("can only read, log out and replace the password while the one-time password holds", async () => {
    const holder = staff(runtime, await logIn(tenant.adminPassword));
    const refused = [
      await holder.call("GET", "/customers"),
      await holder.call("POST", "/customers", { type: "person", name: "Too Early" }),
      await holder.call("GET", "/users"),
    ];
    for (const answer of refused) expect(statusAndCode(answer)).toEqual([403, "PASSWORD_CHANGE_REQUIRED"]);
    const me = await holder.call("GET", "/auth/me");
    expect(me.body.data.attributes).toMatchObject({ email, role: "admin", mustChangePassword: true });
    expect((await holder.call("POST", "/auth/logout")).status).toBe(204);
    expect(statusAndCode(await holder.call("GET", "/auth/me"))).toEqual([401, "SESSION_ENDED"]);
  });

  it.each([
    ["too short", /at least 12 characters/],
    ["x".repeat(129), /at most 128/],
    ["aaaaaaaaaaaaaaaa", /different characters/],
    ["my admin account", /leave your email address out/],
    ["passwordpassword", /harder to guess/],
    ["Password123456", /harder to guess/],
    ["qwertyuiop1234", /harder to guess/],
    ["North-Fibre1", /leave out "North"/],
    ["the present one", /differs from the present/],
  ])("cannot choose %j", async (text, message) => {
    const holder = staff(runtime, await logIn(tenant.adminPassword));
    const newPassword = text === "the present one" ? tenant.adminPassword : text;
    const body = { currentPassword: tenant.adminPassword, newPassword };
    const answer = await holder.call("POST", "/auth/password", body);
    expect(statusAndCode(answer)).toEqual([422, "VALIDATION_ERROR"]);
    expect(answer.body.error.details[0]).toMatchObject({ in: "body", field: "newPassword" });
    expect(answer.body.error.details[0].message).toMatch(message);
  });

  it("may do everything after the replacement, and the one-time password is refused from then on", async () => {
    const other = staff(runtime, await logIn(tenant.adminPassword));
    const admin = await administrator(runtime, tenant);
    expect((await admin.call("GET", "/users")).status).toBe(200);
    expect(statusAndCode(await other.call("GET", "/auth/me"))).toEqual([401, "SESSION_ENDED"]);
    expect(statusAndCode(await logIn(tenant.adminPassword))).toEqual([401, "INVALID_CREDENTIALS"]);
  });

  it("is created once when several replicas start at the same moment, and keeps the chosen password later", async () => {
    await using fresh = await createTestTenant();
    await using first = await startRuntime(fresh);
    await using second = await startRuntime(fresh);
    await Promise.all([first.port("api"), second.port("api")]);
    await administrator(first, fresh);
    await using later = await startRuntime(fresh);
    const login = await anonymous(later)("POST", "/auth/login", { email, password: chosenPassword });
    expect(login.status).toBe(200);
    const { rows } = await withClient(fresh.database.superuser, (client) =>
      client.query(`SELECT role FROM t_${fresh.id}.users`),
    );
    expect(rows).toEqual([{ role: "admin" }]);
  });

  it("stays disabled after a restart", async () => {
    await using fresh = await createTestTenant();
    const users = `t_${fresh.id}.users`;
    await using first = await startRuntime(fresh);
    await first.port("api");
    await withClient(fresh.database.superuser, (client) =>
      client.query(`UPDATE ${users} SET email_exact = '\\x00', disabled_at = now()`),
    );
    await using restarted = await startRuntime(fresh);
    const login = await anonymous(restarted)("POST", "/auth/login", { email, password: fresh.adminPassword });
    expect(statusAndCode(login)).toEqual([401, "INVALID_CREDENTIALS"]);
    const { rowCount } = await withClient(fresh.database.superuser, (client) =>
      client.query(`SELECT FROM ${users}`),
    );
    expect(rowCount).toBe(1);
  });
});

describe("the session entry in Redis", () => {
  it("expires an hour after the last request, and does not hold the token", async () => {
    const holder = staff(runtime, await logInAsAdministrator());
    const { sid } = JSON.parse(Buffer.from(holder.accessToken.split(".")[1] ?? "", "base64url").toString());
    const key = `t:${tenant.id}:session:${sid}`;
    await withRedis(inject("redisState"), async (client) => {
      expect(await client.call("TTL", key)).toBeGreaterThan(3590);
      await client.call("EXPIRE", key, "5");
      expect((await holder.call("GET", "/auth/me")).status).toBe(200);
      expect(await client.call("TTL", key)).toBeGreaterThan(3590);
      const keys = (await client.call("KEYS", `t:${tenant.id}:*`)) as string[];
      const values = await Promise.all(
        keys.map(async (name) =>
          (await client.call("TYPE", name)) === "string" ? client.call("GET", name) : "",
        ),
      );
      const held = [...keys, ...values].join("\n");
      expect(held).toContain(sid);
      const secret = holder.refreshToken.split(".")[1] ?? "";
      expect(secret).toHaveLength(43);
      expect(held).not.toContain(secret);
      expect(held).not.toContain(holder.accessToken);
      await client.call("DEL", key);
    });
    expect(statusAndCode(await holder.call("GET", "/auth/me"))).toEqual([401, "SESSION_ENDED"]);
  });

  async function logInAsAdministrator() {
    await administrator(runtime, tenant);
    return logIn(chosenPassword);
  }
});

describe("a login", () => {
  it("is refused in the same words for a wrong password and for an unknown user", async () => {
    await administrator(runtime, tenant);
    const answers = [
      await logIn("a wrong password"),
      await logIn("a wrong password", "nobody@north.example"),
    ];
    const said = answers.map(({ status, body }) => ({ status, ...body.error, request_id: "" }));
    expect(said[0]).toEqual(said[1]);
    expect(said[0]).toMatchObject({ status: 401, code: "INVALID_CREDENTIALS" });
  });

  it("takes as much work for an unknown user as for a known one", async () => {
    await administrator(runtime, tenant);
    const times = { known: 0, unknown: 0 };
    for (let turn = 0; turn < 9; turn += 1) {
      for (const who of ["known", "unknown"] as const) {
        const { spent } = await processorTime(runtime.pid, () =>
          logIn("a wrong password", who === "known" ? email : "nobody@north.example"),
        );
        times[who] += spent;
      }
    }
    // One of both without a hash would take a tenth of the other.
    const ratio = times.unknown / times.known;
    expect(ratio, JSON.stringify(times)).toBeGreaterThan(0.5);
    expect(ratio, JSON.stringify(times)).toBeLessThan(2);
  });

  it("finds the user by any spelling of the email", async () => {
    await administrator(runtime, tenant);
    expect((await logIn(chosenPassword, " ADMIN@North.Example ")).status).toBe(200);
  });

  it("leaves neither email nor password nor token in the log", async () => {
    const admin = await administrator(runtime, tenant);
    await logIn("a wrong password", "nobody@north.example");
    await admin.call("GET", "/customers?search=nobody@north.example");
    const log = JSON.stringify(runtime.lines);
    expect(log).toContain("/auth/login");
    for (const secret of [
      'north.example"',
      "nobody@",
      "admin@",
      "wrong password",
      chosenPassword,
      admin.accessToken,
      admin.refreshToken,
    ]) {
      expect(log, secret).not.toContain(secret);
    }
  });
});

describe("a refresh token", () => {
  let admin: Staff;
  beforeAll(async () => {
    admin = await administrator(runtime, tenant);
  });
  const refresh = (refreshToken: string) => ask("POST", "/auth/refresh", { refreshToken });

  it("continues its session with a new pair of tokens", async () => {
    const first = staff(runtime, await logIn(chosenPassword));
    const second = staff(runtime, await refresh(first.refreshToken));
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect((await second.call("GET", "/auth/me")).status).toBe(200);
  });

  it("shown twice ends its whole session, and no other", async () => {
    const first = staff(runtime, await logIn(chosenPassword));
    const second = staff(runtime, await refresh(first.refreshToken));
    expect(statusAndCode(await refresh(first.refreshToken))).toEqual([401, "SESSION_ENDED"]);
    expect(statusAndCode(await second.call("GET", "/auth/me"))).toEqual([401, "SESSION_ENDED"]);
    expect(statusAndCode(await refresh(second.refreshToken))).toEqual([401, "SESSION_ENDED"]);
    expect((await admin.call("GET", "/auth/me")).status).toBe(200);
  });

  it("used twice at the same time succeeds at most once", async () => {
    const { refreshToken } = staff(runtime, await logIn(chosenPassword));
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(refreshToken)));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(answers.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(7);
  });

  it("that was never issued is refused and ends no session", async () => {
    const { sid } = JSON.parse(Buffer.from(admin.accessToken.split(".")[1] ?? "", "base64url").toString());
    expect(statusAndCode(await refresh(`${sid}.${"a".repeat(43)}`))).toEqual([401, "SESSION_ENDED"]);
    expect((await admin.call("GET", "/auth/me")).status).toBe(200);
  });
});

describe("an access token", () => {
  it("of one ISP is refused at another ISP, though both were logged in with the same keys", async () => {
    const admin = await administrator(runtime, tenant);
    await using south = await createTestTenant();
    await using elsewhere = await startRuntime(south, {
      prepare: (files) => files.write("run/secrets/auth.json", tenant.secrets["auth.json"] as object),
    });
    const answer = await anonymous(elsewhere)("GET", "/auth/me", undefined, {
      Authorization: `Bearer ${admin.accessToken}`,
    });
    expect(statusAndCode(answer)).toEqual([401, "UNAUTHENTICATED"]);
    const there = await administrator(elsewhere, south);
    expect((await there.call("GET", "/auth/me")).status).toBe(200);
  });

  it("stays valid after a rotation of the signing key until its own key is removed", async () => {
    await using fresh = await createTestTenant();
    await using rotated = await startRuntime(fresh);
    const admin = await administrator(rotated, fresh);
    const { keys } = fresh.secrets["auth.json"] as { keys: { kid: string; secret: string }[] };
    const added = { kid: "2", secret: randomBytes(32).toString("base64url") };
    const kidOf = (token: string) =>
      JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid;
    await rotated.write("run/secrets/auth.json", { keys: [added, ...keys] });
    const newer = await until(
      () => administrator(rotated, fresh),
      ({ accessToken }) => kidOf(accessToken) === "2",
    );
    expect(kidOf(admin.accessToken)).toBe("1");
    expect((await admin.call("GET", "/auth/me")).status).toBe(200);
    await rotated.write("run/secrets/auth.json", { keys: [added] });
    const refused = await until(
      () => admin.call("GET", "/auth/me"),
      ({ status }) => status !== 200,
    );
    expect(statusAndCode(refused)).toEqual([401, "UNAUTHENTICATED"]);
    expect((await newer.call("GET", "/auth/me")).status).toBe(200);
  });

  it.each([
    [
      "changed in its payload",
      (parts: string[]) => [parts[0], Buffer.from('{"role":"admin"}').toString("base64url"), parts[2]],
    ],
    [
      "without a signature",
      (parts: string[]) => [Buffer.from('{"alg":"none"}').toString("base64url"), parts[1], ""],
    ],
    ["cut short", (parts: string[]) => [parts[0], parts[1]]],
  ])("%s is refused", async (_how, change) => {
    const admin = await administrator(runtime, tenant);
    const token = change(admin.accessToken.split(".")).join(".");
    const answer = await ask("GET", "/auth/me", undefined, { Authorization: `Bearer ${token}` });
    expect(statusAndCode(answer)).toEqual([401, "UNAUTHENTICATED"]);
  });
});

describe("a user", () => {
  let admin: Staff;
  beforeAll(async () => {
    admin = await administrator(runtime, tenant);
  });

  const etagOf = async (id: string) => String((await admin.call("GET", `/users/${id}`)).headers.etag);

  it("with the role agent cannot administer users", async () => {
    const clerk = await agent(runtime, admin, "clerk@north.example");
    expect(statusAndCode(await clerk.call("GET", "/users"))).toEqual([403, "FORBIDDEN"]);
    const body = { email: "x@north.example", role: "admin" };
    expect(statusAndCode(await clerk.call("POST", "/users", body))).toEqual([403, "FORBIDDEN"]);
  });

  it("that is disabled loses access at once and stays disabled", async () => {
    const clerk = await agent(runtime, admin, "leaver@north.example");
    const headers = { "If-Match": await etagOf(clerk.userId) };
    expect((await admin.call("PATCH", `/users/${clerk.userId}`, { disabled: true }, headers)).status).toBe(
      200,
    );
    expect(statusAndCode(await clerk.call("GET", "/auth/me"))).toEqual([401, "SESSION_ENDED"]);
    expect(statusAndCode(await ask("POST", "/auth/refresh", { refreshToken: clerk.refreshToken }))).toEqual([
      401,
      "SESSION_ENDED",
    ]);
    expect(statusAndCode(await logIn(chosenPassword, "leaver@north.example"))).toEqual([
      401,
      "INVALID_CREDENTIALS",
    ]);
  });

  it.each([{}, { disabled: false }, { role: "agent" }])(
    "that a patch of %j does not change stays logged in",
    async (patch) => {
      const clerk = await agent(runtime, admin, `same-${Object.keys(patch)[0]}@north.example`);
      const etag = await etagOf(clerk.userId);
      const answer = await admin.call("PATCH", `/users/${clerk.userId}`, patch, { "If-Match": etag });
      expect([answer.status, answer.headers.etag]).toEqual([200, etag]);
      expect((await clerk.call("GET", "/auth/me")).status).toBe(200);
    },
  );

  it("with a reset password must change it again", async () => {
    const clerk = await agent(runtime, admin, "forgetful@north.example");
    const reset = await admin.call("POST", `/users/${clerk.userId}/password-reset`);
    const { oneTimePassword } = reset.body.data.attributes;
    expect(statusAndCode(await clerk.call("GET", "/auth/me"))).toEqual([401, "SESSION_ENDED"]);
    const holder = staff(runtime, await logIn(oneTimePassword, "forgetful@north.example"));
    expect(statusAndCode(await holder.call("GET", "/customers"))).toEqual([403, "PASSWORD_CHANGE_REQUIRED"]);
  });

  it("cannot have the email of another user, in any spelling", async () => {
    await agent(runtime, admin, "unique@north.example");
    const answer = await admin.call("POST", "/users", { email: "Unique@NORTH.example", role: "agent" });
    expect(answer.status).toBe(422);
    expect(answer.body.error.details[0]).toMatchObject({ in: "body", field: "email" });
  });

  it("that is the last administrator cannot be disabled or demoted", async () => {
    const headers = { "If-Match": await etagOf(admin.userId) };
    for (const change of [{ disabled: true }, { role: "agent" }]) {
      const answer = await admin.call("PATCH", `/users/${admin.userId}`, change, headers);
      expect(statusAndCode(answer)).toEqual([409, "LAST_ADMINISTRATOR"]);
    }
  });

  it("is listed with the others, a page at a time", async () => {
    const found: string[] = [];
    let path: string | undefined = "/users?limit=2";
    while (path !== undefined) {
      const page = await admin.call("GET", path);
      expect(page.body.data.length).toBeLessThanOrEqual(2);
      found.push(
        ...page.body.data.map(({ attributes }: { attributes: { email: string } }) => attributes.email),
      );
      path = page.body.links.next?.replace("/api/v1", "");
    }
    expect(found[0]).toBe(email);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(expect.arrayContaining(["clerk@north.example", "unique@north.example"]));
  });

  it("that is changed leaves an audit row without the email", async () => {
    const rows = await withClient(tenant.database.superuser, async (client) => {
      return (await client.query(`SELECT action, entity_type, details FROM audit.t_${tenant.id}`)).rows;
    });
    const actions = new Set(rows.map(({ action }) => action));
    for (const action of [
      "user.created",
      "user.updated",
      "user.password_changed",
      "user.password_reset",
      "session.started",
      "session.refused",
      "session.ended",
      "session.refresh_token_reused",
    ]) {
      expect(actions, action).toContain(action);
    }
    expect(JSON.stringify(rows)).not.toContain("north.example");
  });
});
