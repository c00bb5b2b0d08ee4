import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import { withRedis } from "../../../../harness/services/redis.ts";
import { sessionEnded } from "../../../../harness/services/session-ended.ts";
import type {} from "../../../../harness/services/vitest.ts";
import type { Outcome } from "../../kubernetes/loop/outcome.ts";
import { type Condition, findCondition } from "../../kubernetes/objects/conditions.ts";
import { kinds } from "../../kubernetes/objects/kinds.ts";
import { eventually } from "../../kubernetes/testing/eventually.ts";
import { namesOf } from "../model/blueprint.ts";
import { type Tenant, tenantKind } from "../model/kinds.ts";
import type { Credentials, LoginLetter, RotationStage } from "../model/names/credentials.ts";
import { appLogin } from "../model/names/names.ts";
import { vaultPaths } from "../model/names/vault-paths.ts";
import { requestAnnotations } from "../model/requests.ts";
import { redisPasswords } from "../resources/redis-users/login.ts";
import { createPlan } from "../testing/create-plan.ts";
import { type PlatformDatabase, platformDatabase } from "../testing/database/platform-database.ts";
import { loggedOf } from "../testing/database/server-log.ts";
import { later } from "../testing/later.ts";
import { Crash, type ObservedWorld } from "../testing/observed-world.ts";
import { liveTenant, reconcileOnce, settle, settleDeletion, sweep } from "../testing/play-cluster.ts";
import { type PlayedPod, playPod } from "../testing/play-runtime.ts";
import { tenantManifest } from "../testing/tenant-manifest.ts";
import { startTestPlatform, type TestPlatform } from "../testing/test-platform.ts";

const manager = { fieldManager: "test" };
const minutes = 60_000;
let platform: TestPlatform;
let fifteen: PlatformDatabase;

beforeAll(async () => {
  platform = await startTestPlatform();
  fifteen = await platformDatabase(inject("postgres15"));
  await createPlan(platform);
});

afterAll(async () => {
  await fifteen[Symbol.asyncDispose]();
  await platform[Symbol.asyncDispose]();
});

describe.each(["postgres15", "postgres18"] as const)("a rotation on %s", (server) => {
  const pooler = ({ postgres15: "pgbouncer15", postgres18: "pgbouncer18" } as const)[server];
  const name = `turns-${server}`;
  let place: TestPlatform;
  let pods: PlayedPod[];
  let before: Credentials;

  beforeAll(async () => {
    place = server === "postgres18" ? platform : platform.on(fifteen);
    await readied(name, {}, place);
    pods = [await playPod(place, name, "one"), await playPod(place, name, "two")];
    before = await credentialsOf(name);
  });

  afterAll(async () => {
    for (const pod of pods) await pod[Symbol.asyncDispose]();
  });

  it("enables the next login before any pod gets it, and leaves the tenant ready", async () => {
    await logIn("a", before, async () => {});
    await expect(logIn("b", before, async () => {})).rejects.toThrow("not permitted to log in");
    await request(name, "2026-11");
    const world = place.newWorld();
    expect((await rest(name, world, place)).kind).toBe("done");

    const enabled = world.writes.findIndex((write) => /^transaction .*ALTER ROLE/.test(write));
    const given = world.writes.indexOf("updated Secret runtime");
    expect(enabled).toBeGreaterThan(-1);
    expect(given).toBeGreaterThan(enabled);
    const next = await credentialsOf(name);
    expect(next.database.b).not.toBe(before.database.b);
    await logIn("b", next, async () => {});
    expect(await filesGiven(name)).toMatchObject({
      database: { user: appLogin(await namesOfTenant(name), "b"), password: next.database.b },
      redis: { password: next.redis },
    });
    expect(await rotating(name)).toMatchObject({ status: "True", reason: "WaitingForPods" });
    expect(await readiness(name)).toMatchObject({ status: "True", reason: "Ready" });
  });

  it("closes the old login and ends its sessions, the pooler's too, once every pod uses the next", async () => {
    await logIn("a", before, () => logInThroughPooler("a", before));
    await pods[0]?.follow();
    await rest(name, place.newWorld(), place);
    const message = (await rotating(name))?.message;
    expect(message).toContain("1 of 2 pods have not switched yet. Pod two uses the logins t_");
    await logIn("a", before, async () => {});

    await logIn("a", before, async (open) => {
      await pods[1]?.follow();
      await rest(name, place.newWorld(), place);
      await expect(open.query("SELECT 1")).rejects.toThrow(sessionEnded);
    });
    await expect(logIn("a", before, async () => {})).rejects.toThrow("not permitted to log in");
    await expect(logInThroughPooler("a", before)).rejects.toThrow(
      /no such user|SASL authentication failed|not permitted to log in/,
    );
    await logIn("b", await credentialsOf(name), async () => {});
    expect(await sessionsOf("a")).toEqual([]);
    expect((await liveTenant(place, name)).status?.credentials?.logins).toEqual([
      appLogin(await namesOfTenant(name), "b"),
    ]);
  });

  it("refuses the old Redis password by then, and accepts the new one", async () => {
    const { redis } = await credentialsOf(name);
    for (const service of ["redisCache", "redisState"] as const) {
      await expect(authenticate(service, name, before.redis)).rejects.toThrow("WRONGPASS");
      await authenticate(service, name, redis);
    }
  });

  it("lets every pod verify by the new key before one signs by it, and by the old one for a token's life", async () => {
    const kids = async () => (await filesGiven(name)).auth.keys.map(({ kid }) => kid);
    expect(await kids()).toEqual(["2", "1"]);
    for (const pod of pods) await pod.follow();
    expect((await rest(name, place.newWorld(), place)).recheckAfter).toBeGreaterThan(15 * minutes);
    expect(await rotating(name)).toMatchObject({ reason: "WaitingForTokensToExpire" });
    await rest(name, later(place.newWorld(), 15 * minutes), place);
    expect(await kids()).toEqual(["2", "1"]);
    await rest(name, later(place.newWorld(), 17 * minutes), place);
    expect(await kids()).toEqual(["2"]);
    expect(await rotating(name)).toMatchObject({ reason: "WithdrawingOldKey" });
  });

  it("ends when no pod verifies by the old key, and the status shows it", async () => {
    for (const pod of pods) await pod.follow();
    await rest(name, place.newWorld(), place);
    expect(await rotating(name)).toBeUndefined();
    const { status } = await liveTenant(place, name);
    const after = await credentialsOf(name);
    expect(status?.credentials).toMatchObject({ rotation: "2026-11" });
    expect(Date.parse(status?.credentials?.madeAt ?? "")).toBeGreaterThan(Date.parse(before.made.at) - 1_000);
    expect(after).toMatchObject({ database: { active: "b" }, made: { request: "2026-11" } });
    expect(after.rotation).toBeUndefined();
    expect(after.auth).toHaveLength(1);
  });

  it("is not written again, and is not drift, when it has ended", async () => {
    const world = place.newWorld();
    for (let round = 0; round < 3; round += 1) await reconcileOnce(place, name, world);
    expect(world.writes).toEqual([]);
    expect(await sweep([await liveTenant(place, name)], world)).toMatchObject({
      drifted: [],
      failures: [],
    });
  });

  it("is reported at its beginning and its end, but not at its stages", () => {
    const told = platform.events.filter(({ regarding }) => regarding.metadata.name === name);
    expect(told.map(({ reason }) => reason).filter((reason) => reason.startsWith("Credentials"))).toEqual([
      "CredentialsRotating",
      "CredentialsRotated",
    ]);
  });

  it("returns to the first login at the next request", async () => {
    await request(name, "2026-12");
    await rotate(name, pods, { place });
    const next = await credentialsOf(name);
    expect(next.database.active).toBe("a");
    await logIn("a", next, async () => {});
    await expect(logIn("b", next, async () => {})).rejects.toThrow("not permitted to log in");
    await expect(logIn("a", before, async () => {})).rejects.toThrow("password authentication failed");
  });

  async function logIn(
    letter: LoginLetter,
    { database }: Credentials,
    work: (client: Client) => Promise<unknown>,
  ) {
    const user = appLogin(await namesOfTenant(name), letter);
    await withClient(
      { ...place.database.database.operator, user, password: database[letter] },
      async (client) => {
        await client.query("SELECT * FROM customers");
        await work(client);
      },
    );
  }

  async function logInThroughPooler(letter: LoginLetter, { database }: Credentials) {
    const user = appLogin(await namesOfTenant(name), letter);
    const { host, port, ca } = inject(pooler);
    const login = { ...place.database.database.operator, host, port, ssl: { ca }, user };
    await withClient({ ...login, password: database[letter] }, (client) =>
      client.query("SELECT * FROM customers"),
    );
  }

  async function sessionsOf(letter: LoginLetter) {
    return place.database.postgres.query("SELECT pid FROM pg_stat_activity WHERE usename = $1", [
      appLogin(await namesOfTenant(name), letter),
    ]);
  }
});

describe("a request for a rotation", () => {
  it("is fulfilled once, even if it is read again or was removed meanwhile", async () => {
    await readied("asked");
    await request("asked", "once");
    await rotate("asked", []);
    const { made } = await credentialsOf("asked");
    for (const text of ["once", undefined, "once"]) {
      await request("asked", text);
      const world = platform.newWorld();
      expect((await rest("asked", world)).recheckAfter).toBeUndefined();
      expect(world.writes).toEqual([]);
    }
    expect((await credentialsOf("asked")).made).toEqual(made);
  });

  it("is fulfilled by the first credentials of a new tenant", async () => {
    const names = namesOf(await readied("born-asked", {}, platform, "birth"));
    expect((await platform.vault.readSecret(vaultPaths(names).credentials))?.version).toBe(1);
    expect((await liveTenant(platform, "born-asked")).status?.credentials?.rotation).toBe("birth");
  });

  it("during another rotation is fulfilled after it", async () => {
    await readied("hasty");
    await request("hasty", "first");
    await rotate("hasty", [], { until: "expiring" });
    await request("hasty", "second");
    await rotate("hasty", []);
    expect((await credentialsOf("hasty")).made.request).toBe("second");
  });

  it("counts by its first 256 characters", async () => {
    await readied("wordy");
    const text = "😀".repeat(256);
    await request("wordy", `${text} and more`);
    await rotate("wordy", []);
    expect((await liveTenant(platform, "wordy")).status?.credentials?.rotation).toBe(text);
    await request("wordy", `${text} and other words`);
    const world = platform.newWorld();
    await rest("wordy", world);
    expect(world.writes).toEqual([]);
  });
});

describe("credentials that are older than the platform allows", () => {
  const every = (world: ObservedWorld, rotateEvery: number): ObservedWorld => ({
    ...world,
    settings: { ...world.settings, credentials: { rotateEvery } },
  });

  it("are replaced without a request, and younger ones are not", async () => {
    await readied("ages");
    const young = every(platform.newWorld(), 60 * minutes);
    await rest("ages", young);
    expect(young.writes).toEqual([]);
    await rest("ages", later(every(platform.newWorld(), 60 * minutes), 61 * minutes));
    expect((await credentialsOf("ages")).rotation?.stage).toBe("expiring");
  });

  it("have the age in Vault if they were created before their age was recorded", async () => {
    const names = namesOf(await readied("ancient"));
    const path = vaultPaths(names).credentials;
    const { made: _, ...old } = await credentialsOf("ancient");
    await platform.vault.writeSecret(path, old, 1);
    const createdAt = (await platform.vault.readSecret(path))?.createdAt.getTime() ?? 0;
    const young = every(platform.newWorld(), 60 * minutes);
    await rest("ancient", young);
    expect(young.writes.filter((write) => write.startsWith("write"))).toEqual([]);
    const { status } = await liveTenant(platform, "ancient");
    expect(Date.parse(status?.credentials?.madeAt ?? "")).toBe(Math.floor(createdAt / 1_000) * 1_000);
    await rest("ancient", later(every(platform.newWorld(), 60 * minutes), 61 * minutes));
    expect((await credentialsOf("ancient")).made).toEqual({ at: new Date(createdAt).toISOString() });
    await rotate("ancient", []);
    expect(Date.parse((await credentialsOf("ancient")).made.at)).toBeGreaterThan(createdAt);
  });
});

describe("a rotation by an older operator", () => {
  it("keeps fields that a newer operator has added to the credentials", async () => {
    const path = vaultPaths(namesOf(await readied("newer"))).credentials;
    const { database, ...rest } = await credentialsOf("newer");
    const added = { storage: "a password", database: { ...database, reader: "another" } };
    await platform.vault.writeSecret(path, { ...rest, ...added }, 1);
    await request("newer", "now");
    await rotate("newer", []);
    expect((await credentialsOf("newer")).database.active).toBe("b");
    expect(await credentialsOf("newer")).toMatchObject({
      storage: "a password",
      database: { reader: "another" },
    });
  });
});

describe("a crash of the operator during a rotation", () => {
  it.each<[string, RotationStage | undefined, RegExp]>([
    ["its beginning", undefined, /^write secret .*credentials/],
    ["the new login is admitted", "admitting", /^transaction .*ALTER ROLE/],
    ["the first Redis admits the new password", "admitting", /^set user .* of (cache|state)/],
    ["its turn", "admitting", /^write secret .*credentials/],
    ["the pods are given the new credentials", "switching", /^updated Secret runtime/],
    ["the pods have followed", "switching", /^write secret .*credentials/],
    ["the old login is closed", "signing", /^transaction .*ALTER ROLE/],
    ["the first Redis refuses the old password", "signing", /^set user .* of (cache|state)/],
    ["the pods sign by the new key", "signing", /^write secret .*credentials/],
    ["the old tokens have expired", "expiring", /^write secret .*credentials/],
    ["the old key is withdrawn", "forgetting", /^updated Secret runtime/],
    ["its end", "forgetting", /^write secret .*credentials/],
    ["its end is told", "forgetting", /^status of Tenant/],
  ])("right after %s is followed by the rest of it, once", async (point, stage, write) => {
    const name = nameOf("crash", point);
    const names = namesOf(await readied(name));
    await using pod = await playPod(platform, name, "one");
    const before = await credentialsOf(name);
    await request(name, "now");
    if (stage !== undefined) await rotate(name, [pod], { until: stage });

    const dying = later(platform.newWorld(), stage === "expiring" ? 20 * minutes : 0);
    dying.crashAfter(write);
    const death = (async () => {
      for (;;) {
        await settle(platform, name, dying);
        await pod.follow();
      }
    })();
    await expect(death).rejects.toThrow(Crash);

    await rotate(name, [pod]);
    const path = vaultPaths(names).credentials;
    expect((await platform.vault.readSecret(path))?.version).toBe(7);
    const after = await credentialsOf(name);
    expect(after).toMatchObject({
      database: { active: "b" },
      auth: [{ kid: "2" }],
      made: { request: "now" },
    });
    const world = platform.newWorld();
    await rest(name, world);
    expect(world.writes).toEqual([]);
    const login = { ...platform.database.database.operator, user: names.roles.appB };
    await withClient({ ...login, password: after.database.b }, (client) =>
      client.query("SELECT * FROM customers"),
    );
    const old = { ...login, user: names.roles.appA, password: before.database.a };
    await expect(withClient(old, async () => {})).rejects.toThrow("not permitted to log in");
  });

  it("is followed by the same rotation and no other when two leaders begin it at once", async () => {
    const names = namesOf(await readied("two-leaders"));
    await request("two-leaders", "now");
    const [late, prompt] = [platform.newWorld(), platform.newWorld()];
    const slow = {
      ...late,
      vault: {
        ...late.vault,
        async writeSecret(...given: Parameters<typeof late.vault.writeSecret>) {
          await reconcileOnce(platform, "two-leaders", prompt);
          return late.vault.writeSecret(...given);
        },
      },
    };
    await expect(reconcileOnce(platform, "two-leaders", slow)).rejects.toMatchObject({
      reason: "SecretRaced",
    });
    expect(await readiness("two-leaders")).toMatchObject({ status: "True" });
    expect((await platform.vault.readSecret(vaultPaths(names).credentials))?.version).toBe(2);
  });
});

describe("a pod that does not follow a rotation", () => {
  const ends: [string, (pod: PlayedPod) => Promise<void> | void, RegExp][] = [
    [
      "is too old to report",
      (pod) => pod.answer({ status: "healthy" }),
      /Pod one: its image is too old to report/,
    ],
    [
      "does not answer",
      (pod) => pod.answer(undefined),
      /Pod one does not tell which credentials it uses: socket hang up\./,
    ],
    [
      "crashes over and over",
      async (pod) => {
        await pod[Symbol.asyncDispose]();
        const waiting = { reason: "CrashLoopBackOff", message: "back-off 5m0s" };
        await pod.become({ containerStatuses: [{ ...container, restartCount: 7, state: { waiting } }] });
      },
      /Pod one: back-off 5m0s\./,
    ],
    [
      "shows another's certificate",
      async (pod) => {
        await pod[Symbol.asyncDispose]();
        await readied("impostor");
        impostor = await playPod(platform, "impostor", "one");
        const ip = await addressOf("impostor", "one");
        await pod.become({ podIP: ip, podIPs: [{ ip }] });
      },
      /Pod one does not tell which credentials it uses: Hostname\/IP does not match certificate's altnames/,
    ],
  ];
  let impostor: PlayedPod | undefined;
  afterAll(() => impostor?.[Symbol.asyncDispose]());

  it.each(ends)(
    "because it %s keeps the old credentials valid, and is named",
    async (why, trouble, words) => {
      const name = nameOf("late", why);
      const { roles } = namesOf(await readied(name));
      await using pod = await playPod(platform, name, "one");
      await trouble(pod);
      await request(name, "now");
      await rest(name, platform.newWorld());
      expect(await rotating(name)).toMatchObject({
        reason: "WaitingForPods",
        message: expect.stringMatching(words),
      });

      platform.events.splice(0);
      const outcome = await rest(name, later(platform.newWorld(), 6 * minutes));
      expect(outcome).toMatchObject({ kind: "done", recheckAfter: 60_000 });
      expect(await rotating(name)).toMatchObject({ reason: "PodsNotReporting" });
      expect(await readiness(name)).toMatchObject({ status: "True", reason: "Ready" });
      expect(platform.events.map(({ type, reason }) => [type, reason])).toEqual([
        ["Warning", "PodsNotReporting"],
      ]);
      const { database } = await credentialsOf(name);
      for (const [user, password] of [
        [roles.appA, database.a],
        [roles.appB, database.b],
      ])
        await withClient({ ...platform.database.database.operator, user, password }, async () => {});
      expect((await liveTenant(platform, name)).status?.credentials?.logins).toHaveLength(2);
      const resting = later(platform.newWorld(), 7 * minutes);
      await rest(name, resting);
      expect(resting.writes).toEqual([]);
      expect(await sweep([await liveTenant(platform, name)], resting)).toMatchObject({
        drifted: [],
        failures: [],
      });
    },
  );

  it("because its image cannot be pulled does not count, because it has read nothing", async () => {
    await readied("imageless");
    await using pod = await playPod(platform, "imageless", "one");
    pod.answer(undefined);
    const waiting = { reason: "ImagePullBackOff", message: "no such image" };
    await pod.become({ phase: "Pending", containerStatuses: [{ ...container, state: { waiting } }] });
    await request("imageless", "now");
    await rest("imageless", platform.newWorld());
    expect((await credentialsOf("imageless")).rotation?.stage).toBe("expiring");
  });

  it("counts until its end while it finishes its requests", async () => {
    const { namespace } = namesOf(await readied("leaving"));
    await using pod = await playPod(platform, "leaving", "one");
    const { client } = platform.cluster;
    const finalizers = { metadata: { finalizers: ["dotmac.io/test"] } };
    await client.merge(kinds.pod, { namespace, name: "one" }, finalizers, manager);
    await client.delete(kinds.pod, { namespace, name: "one" });
    await request("leaving", "now");
    await rest("leaving", platform.newWorld());
    expect(await rotating("leaving")).toMatchObject({ reason: "WaitingForPods" });
    await pod.follow();
    await rest("leaving", platform.newWorld());
    expect(await rotating("leaving")).toMatchObject({ reason: "ReplacingSigningKey" });
    await client.merge(kinds.pod, { namespace, name: "one" }, { metadata: { finalizers: null } }, manager);
  });
});

describe("a tenant whose credentials are replaced", () => {
  it("while it is suspended has no pods to wait for", async () => {
    await readied("sleeps", { suspended: true });
    await request("sleeps", "now");
    await rotate("sleeps", []);
    const { status } = await liveTenant(platform, "sleeps");
    expect(status?.credentials?.rotation).toBe("now");
    expect(findCondition(status?.conditions, "Ready")).toMatchObject({ status: "True", reason: "Suspended" });
  });

  it("while an update of it is stuck gets new credentials too", async () => {
    const { namespace } = namesOf(await readied("stuck"));
    await using pod = await playPod(platform, "stuck", "one");
    await change("stuck", { hosts: ["stuck.isp.test", "new.isp.test"] });
    const { client } = platform.cluster;
    await reconcileOnce(platform, "stuck", platform.newWorld());
    const { generation } = (await client.get(kinds.deployment, { namespace, name: "runtime" })).metadata;
    const at = new Date().toISOString();
    const late = {
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      lastUpdateTime: at,
    };
    const status = {
      observedGeneration: generation,
      updatedReplicas: 1,
      conditions: [{ ...late, lastTransitionTime: at }],
    };
    await client.merge(
      kinds.deployment,
      { namespace, name: "runtime" },
      { status },
      { ...manager, subresource: "status" },
    );
    await request("stuck", "now");
    const outcome = await rest("stuck", platform.newWorld());
    expect(outcome).toMatchObject({ kind: "stalled", reason: "RolloutStuck", recheckAfter: 5_000 });
    await pod.follow();
    await rest("stuck", platform.newWorld());
    expect(await rotating("stuck")).toMatchObject({ reason: "ReplacingSigningKey" });
  });

  it("keeps both while it is paused, reports it, and goes on afterwards", async () => {
    await readied("halts");
    await using pod = await playPod(platform, "halts", "one");
    await request("halts", "now");
    await rest("halts", platform.newWorld());
    await change("halts", { paused: true });
    await pod.follow();
    await reconcileOnce(platform, "halts", platform.newWorld());
    expect(await rotating("halts")).toMatchObject({ status: "True", reason: "Paused" });
    expect((await credentialsOf("halts")).rotation?.stage).toBe("switching");
    await change("halts", { paused: false });
    await rotate("halts", [pod]);
    expect((await liveTenant(platform, "halts")).status?.credentials?.rotation).toBe("now");
  });

  it("loses all of them when it is deleted meanwhile, and gets new ones when it is restored", async () => {
    const names = namesOf(await readied("goes"));
    await using pod = await playPod(platform, "goes", "one");
    await request("goes", "now");
    await rest("goes", platform.newWorld());
    const old = await credentialsOf("goes");
    expect(old.rotation?.stage).toBe("switching");
    await pod[Symbol.asyncDispose]();
    await platform.cluster.client.delete(tenantKind, { name: "goes" });
    await reconcileOnce(platform, "goes", platform.newWorld());
    expect(await rotating("goes")).toBeUndefined();
    await platform.cluster.client.delete(kinds.pod, { namespace: names.namespace, name: "one" });
    await settleDeletion(platform, "goes");
    await readied("goes", { adoptFrom: names.id }, platform, "now");
    const next = await credentialsOf("goes");
    expect(next).toMatchObject({ database: { active: "a" }, made: { request: "now" } });
    expect(next.rotation).toBeUndefined();
    for (const letter of ["a", "b"] as const) {
      const user = appLogin(names, letter);
      const login = { ...platform.database.database.operator, user, password: old.database[letter] };
      await expect(withClient(login, async () => {})).rejects.toMatchObject({ code: "28P01" });
    }
    for (const password of redisPasswords(old))
      await expect(authenticate("redisState", "goes", password)).rejects.toThrow("WRONGPASS");
  });
});

it("no statement of a rotation contains a password", async () => {
  const { roles } = namesOf(await readied("discreet"));
  await request("discreet", "now");
  await rest("discreet", platform.newWorld());
  const credentials = JSON.stringify(await credentialsOf("discreet"));
  const passwords = [...credentials.matchAll(/"([\w-]{43})"/g)].map(([, password]) => password ?? "");
  expect(passwords.length).toBeGreaterThan(4);
  const statement = `ALTER ROLE "${roles.appB}" PASSWORD 'SCRAM-SHA-256`;
  expect(await loggedOf(platform.database, [statement, ...passwords])).toEqual([statement]);
});

/** A tenant's name made from a test's title. */
function nameOf(...words: readonly string[]): string {
  const letters =
    words
      .join(" ")
      .toLowerCase()
      .match(/[a-z]+/g) ?? [];
  return letters.join("-").slice(0, 40).replace(/-$/, "");
}

const container = { name: "runtime", image: "x", imageID: "", ready: false, restartCount: 0 };

async function readied(
  name: string,
  spec: Partial<Tenant["spec"]> = {},
  place = platform,
  request?: string,
): Promise<Tenant> {
  const annotations = request === undefined ? {} : { [requestAnnotations.rotation]: request };
  const manifest = tenantManifest(name, spec, annotations);
  const created = await platform.cluster.client.create(tenantKind, manifest, manager);
  expect(await settle(place, name)).toEqual({ kind: "done" });
  return created;
}

function change(name: string, spec: object): Promise<Tenant> {
  return platform.cluster.client.merge(tenantKind, { name }, { spec }, manager);
}

function request(name: string, text: string | undefined): Promise<Tenant> {
  const metadata = { annotations: { [requestAnnotations.rotation]: text ?? null } };
  return platform.cluster.client.merge(tenantKind, { name }, { metadata }, manager);
}

/** Reconciles until no reconcile is due at once. */
function rest(name: string, world: ObservedWorld, place = platform): Promise<Outcome> {
  return eventually(`${name} waits for others`, async () => {
    const outcome = await settle(place, name, world);
    return outcome.kind !== "waiting" && outcome.recheckAfter === 0 ? undefined : outcome;
  });
}

/** Continues the rotation, with pods that follow, until it is at `stage` or, without one, at its end. */
async function rotate(
  name: string,
  pods: readonly PlayedPod[],
  { until: stage, place = platform }: { until?: RotationStage; place?: TestPlatform } = {},
): Promise<void> {
  let ahead = 0;
  await eventually(`the rotation of ${name} is ${stage ?? "over"}`, async () => {
    const { rotation } = await credentialsOf(name);
    if (stage !== undefined && rotation?.stage === stage) return true;
    if (rotation?.stage === "expiring") ahead += 20 * minutes;
    const outcome = await reconcileOnce(place, name, later(place.newWorld(), ahead));
    for (const pod of pods) await pod.follow();
    return stage === undefined && rotation === undefined && outcome.recheckAfter === undefined;
  });
}

async function namesOfTenant(name: string) {
  return namesOf(await liveTenant(platform, name));
}

async function credentialsOf(name: string): Promise<Credentials> {
  const secret = await platform.vault.readSecret(vaultPaths(await namesOfTenant(name)).credentials);
  return secret?.data as unknown as Credentials;
}

interface Given {
  readonly database: { readonly user: string; readonly password: string };
  readonly redis: { readonly password: string };
  readonly auth: { readonly keys: readonly { readonly kid: string }[] };
}

/** The files that the tenant's pods mount. */
async function filesGiven(name: string): Promise<Given> {
  const { namespace } = await namesOfTenant(name);
  const { data } = await platform.cluster.client.get(kinds.secret, { namespace, name: "runtime" });
  const file = (key: string) => JSON.parse(Buffer.from(data?.[key] ?? "", "base64").toString());
  return { database: file("database.json"), redis: file("redis.json"), auth: file("auth.json") };
}

async function rotating(name: string): Promise<Condition | undefined> {
  return findCondition((await liveTenant(platform, name)).status?.conditions, "CredentialsRotating");
}

async function readiness(name: string): Promise<Condition | undefined> {
  return findCondition((await liveTenant(platform, name)).status?.conditions, "Ready");
}

async function authenticate(
  service: "redisCache" | "redisState",
  name: string,
  password: string,
): Promise<unknown> {
  const { redis } = await namesOfTenant(name);
  return withRedis(inject(service), (client) => client.call("AUTH", redis.user, password));
}

async function addressOf(tenant: string, pod: string): Promise<string> {
  const { namespace } = await namesOfTenant(tenant);
  return (await platform.cluster.client.get(kinds.pod, { namespace, name: pod })).status?.podIP ?? "";
}
