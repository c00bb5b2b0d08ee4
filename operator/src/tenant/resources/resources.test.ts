import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { passwordDigest } from "../../../../contract/password-digest.ts";
import { done, stalled } from "../../kubernetes/loop/outcome.ts";
import { findCondition } from "../../kubernetes/objects/conditions.ts";
import { kinds } from "../../kubernetes/objects/kinds.ts";
import { eventually } from "../../kubernetes/testing/eventually.ts";
import { credentialsFound } from "../credentials/credentials-found.ts";
import { namesOf } from "../model/blueprint.ts";
import { tenantKind } from "../model/kinds.ts";
import type { Credentials } from "../model/names/credentials.ts";
import { type AddedField, fieldValue, type RotatedLogin } from "../model/names/rotated-login.ts";
import { vaultPaths } from "../model/names/vault-paths.ts";
import { requestAnnotations } from "../model/requests.ts";
import { finding } from "../step/findings.ts";
import type { Limit } from "../step/limit.ts";
import type { Resource, SettledTenant } from "../step/resource.ts";
import type { World } from "../step/world.ts";
import { sweepPlatform } from "../sweep/sweep.ts";
import { createPlan } from "../testing/create-plan.ts";
import type { ObservedWorld } from "../testing/observed-world.ts";
import { destroyDue, liveTenant, settle, settleDeletion, sweep } from "../testing/play-cluster.ts";
import { playPod } from "../testing/play-runtime.ts";
import { tenantManifest } from "../testing/tenant-manifest.ts";
import { startTestPlatform, type TestPlatform } from "../testing/test-platform.ts";
import { database } from "./database/database.ts";
import { createRedisUsers } from "./redis-users/redis-users.ts";
import { behindSecrets } from "./resources.ts";

const manager = { fieldManager: "test" };
let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform();
  await createPlan(platform);
});
afterAll(() => platform[Symbol.asyncDispose]());

/** A tenant's bucket, and the passwords that open it. */
interface Bucket {
  passwords: readonly string[];
  readonly objects: string[];
}

/** The server of all buckets, by tenant id. */
type BucketServer = Map<string, Bucket>;

/** A world with the client of a fourth server. In the operator itself `World` has it. */
interface BucketWorld extends ObservedWorld {
  readonly buckets: BucketServer;
}

const serverOf = (world: World): BucketServer => (world as BucketWorld).buckets;

const password = z.string().min(1);
const bucketPasswords: AddedField<{ readonly current: string; readonly other?: string }> = {
  name: "bucket",
  schema: z.object({ current: password, other: password.exactOptional() }),
  create: (newSecret) => ({ current: newSecret() }),
};
const passwordsOf = (credentials: Credentials) => fieldValue(bucketPasswords, credentials);

const bucketLogin: RotatedLogin = {
  name: "bucket",
  added: {
    field: bucketPasswords,
    file: {
      name: "bucket.json",
      content: ({ id }, credentials) => ({ user: id, password: passwordsOf(credentials).current }),
    },
  },
  admit: (credentials, newSecret) => {
    const bucket = { ...passwordsOf(credentials), other: newSecret() };
    return { ...credentials, bucket };
  },
  switchOver: (credentials) => {
    const { current, other } = passwordsOf(credentials);
    return other === undefined ? credentials : { ...credentials, bucket: { current: other, other: current } };
  },
  withdraw: (credentials) => {
    const bucket = { current: passwordsOf(credentials).current };
    return { ...credentials, bucket };
  },
  inFiles: (_names, credentials) => [passwordDigest(passwordsOf(credentials).current)],
  describe: () => "another password of its bucket",
};

/** The number of objects in its bucket. */
const objectsFound = finding<number>("objects in the bucket", "BucketReady");
const mostObjects = 2;

const bucketLimit: Limit<number> = {
  condition: "BucketLimited",
  becomesEvent: true,
  finding: objectsFound,
  trouble: (objects, plan) =>
    objects < mostObjects
      ? undefined
      : { reason: "BucketFull", message: `The bucket holds ${objects} objects: raise it in ${plan}.` },
};

/** A minimal fourth resource. The rest of the operator gets only the list that contains it. */
const bucketStore: Resource = {
  condition: "BucketReady",
  login: bucketLogin,
  limits: [bucketLimit],
  async ensure(subject) {
    const { current, other } = passwordsOf(subject.found.require(credentialsFound).secret);
    const { id } = subject.blueprint.names;
    const { objects = [] } = serverOf(subject.world).get(id) ?? {};
    const passwords = other === undefined ? [current] : [current, other];
    serverOf(subject.world).set(id, { passwords, objects });
    subject.found.set(objectsFound, objects.length);
    return done;
  },
  drifted: (tenants, world) => {
    const isClosed = ({ blueprint: { names }, enabledLogins }: SettledTenant) =>
      serverOf(world).get(names.id)?.passwords.length !== enabledLogins.length;
    return [{ part: "buckets", drifted: Promise.resolve(tenants.filter(isClosed)) }];
  },
  async revoke({ names, world }) {
    const bucket = serverOf(world).get(names.id);
    if (bucket !== undefined) bucket.passwords = [];
  },
  async destroy({ id }, world) {
    serverOf(world).delete(id);
  },
};

describe("a resource that is added to the list", () => {
  let buckets: BucketServer;
  let resources: readonly Resource[];

  beforeEach(() => {
    buckets = new Map();
    resources = behindSecrets([database, createRedisUsers(), bucketStore]);
  });

  const newWorld = (): BucketWorld => ({ ...platform.newWorld(), buckets, resources });

  it("is created, found when it drifts, revoked with the tenant and destroyed after its grace", async () => {
    const spec = { deletionPolicy: "Delete" as const, deletionGrace: "1h" };
    const { id } = namesOf(
      await platform.cluster.client.create(tenantKind, tenantManifest("added", spec), manager),
    );
    expect(await settle(platform, "added", newWorld())).toEqual({ kind: "done" });
    const ready = await liveTenant(platform, "added");
    expect(findCondition(ready.status?.conditions, "BucketReady")?.status).toBe("True");
    buckets.get(id)?.objects.push("invoice.pdf");

    const swept = () => sweep([ready], newWorld());
    expect(await swept()).toMatchObject({ drifted: [], failures: [] });
    buckets.set(id, { passwords: [], objects: ["invoice.pdf"] });
    expect(await swept()).toMatchObject({ drifted: ["added"], failures: [] });
    await settle(platform, "added", newWorld());
    expect(await swept()).toMatchObject({ drifted: [], failures: [] });

    await platform.cluster.client.delete(tenantKind, { name: "added" });
    await settleDeletion(platform, "added", newWorld());
    expect(buckets.get(id)).toEqual({ passwords: [], objects: ["invoice.pdf"] });
    expect(await destroyDue(newWorld())).toEqual([]);
    await platform.database.postgres.query("UPDATE public.tenants SET delete_after = now() WHERE id = $1", [
      id,
    ]);
    expect(await destroyDue(newWorld())).toEqual([id]);
    expect(buckets.has(id)).toBe(false);
  });

  it("shows a limit that it finds in the status and in one Event, until the tenant is below it", async () => {
    await platform.cluster.client.create(tenantKind, tenantManifest("limited"), manager);
    await settle(platform, "limited", newWorld());
    const { id } = namesOf(await liveTenant(platform, "limited"));
    const limit = async () =>
      findCondition((await liveTenant(platform, "limited")).status?.conditions, "BucketLimited");
    expect(await limit()).toBeUndefined();

    buckets.get(id)?.objects.push("invoice.pdf", "contract.pdf");
    await settle(platform, "limited", newWorld());
    await settle(platform, "limited", newWorld());
    const message = "The bucket holds 2 objects: raise it in standard.";
    expect(await limit()).toMatchObject({ status: "True", reason: "BucketFull", message });
    expect(platform.events.filter(({ reason }) => reason === "BucketFull")).toMatchObject([
      { type: "Warning", note: message },
    ]);

    buckets.get(id)?.objects.pop();
    await settle(platform, "limited", newWorld());
    expect(await limit()).toBeUndefined();
  });

  it("delays the steps after it while it is not done", async () => {
    const blocked = resources.map((resource) =>
      resource.condition === "BucketReady"
        ? {
            ...resource,
            ensure: async () => stalled("BucketRefused", "Expected room, found none: add disks."),
          }
        : resource,
    );
    await platform.cluster.client.create(tenantKind, tenantManifest("blocked"), manager);
    expect(await settle(platform, "blocked", newWorld(), blocked)).toMatchObject({
      kind: "stalled",
      reason: "BucketRefused",
    });
    const { status } = await liveTenant(platform, "blocked");
    expect(findCondition(status?.conditions, "CacheReady")?.status).toBe("True");
    expect(findCondition(status?.conditions, "Migrated")).toBeUndefined();
  });

  it("that cannot be observed hides no drift of the others", async () => {
    const broken = resources.map((resource) =>
      resource.condition === "BucketReady"
        ? {
            ...resource,
            drifted: () => [{ part: "buckets", drifted: Promise.reject(new Error("no answer")) }],
          }
        : resource,
    );
    await platform.cluster.client.create(tenantKind, tenantManifest("looked-at"), manager);
    await settle(platform, "looked-at");
    const tenant = await liveTenant(platform, "looked-at");
    for (const role of ["cache", "state"] as const)
      await platform.newWorld().redis[role].deleteUser(namesOf(tenant).redis.user);
    expect(await sweepPlatform([tenant], newWorld(), broken)).toMatchObject({
      drifted: ["looked-at"],
      failures: [{ part: "buckets", error: new Error("no answer") }],
    });
  });

  it("gets a login, also for an existing tenant, and changes nothing else of its credentials", async () => {
    await platform.cluster.client.create(tenantKind, tenantManifest("older"), manager);
    await settle(platform, "older");
    const path = vaultPaths(namesOf(await liveTenant(platform, "older"))).credentials;
    const { made: _, ...old } = (await platform.vault.readSecret(path))?.data ?? {};
    await platform.vault.writeSecret(path, { ...old, note: "by a person" }, 1);
    const bornAt = (await platform.vault.readSecret(path))?.createdAt.toISOString();

    expect(await settle(platform, "older", newWorld())).toEqual({ kind: "done" });
    const completed = await platform.vault.readSecret(path);
    expect(completed).toMatchObject({ version: 3, data: { bucket: { current: expect.any(String) } } });
    const { bucket, ...others } = completed?.data ?? {};
    expect(others).toEqual({ ...old, note: "by a person", made: { at: bornAt } });
    expect(buckets.get(namesOf(await liveTenant(platform, "older")).id)?.passwords).toEqual([
      (bucket as { current: string }).current,
    ]);

    const again = newWorld();
    await settle(platform, "older", again);
    expect(again.writes).toEqual([]);
  });

  it("refuses a malformed field of its login and does not replace it", async () => {
    await platform.cluster.client.create(tenantKind, tenantManifest("malformed"), manager);
    await settle(platform, "malformed", newWorld());
    const path = vaultPaths(namesOf(await liveTenant(platform, "malformed"))).credentials;
    const { data } = (await platform.vault.readSecret(path)) ?? {};
    await platform.vault.writeSecret(path, { ...data, bucket: { current: 7 } }, 1);
    const world = newWorld();
    await expect(settle(platform, "malformed", world)).rejects.toMatchObject({
      reason: "SecretUnreadable",
      message: expect.stringContaining("found other content in: bucket.current"),
    });
    expect(world.writes.filter((write) => write.startsWith("write secret"))).toEqual([]);
  });

  it("has its login rotated with the others, and the old password is refused once no pod reports it", async () => {
    await platform.cluster.client.create(tenantKind, tenantManifest("rotates"), manager);
    await settle(platform, "rotates", newWorld());
    const names = namesOf(await liveTenant(platform, "rotates"));
    const accepted = () => buckets.get(names.id)?.passwords ?? [];
    const [old = ""] = accepted();
    await using pod = await playPod(platform, "rotates", "one");
    const annotations = { [requestAnnotations.rotation]: "now" };
    await platform.cluster.client.merge(
      tenantKind,
      { name: "rotates" },
      { metadata: { annotations } },
      manager,
    );
    await rest("rotates");
    expect(accepted()).toHaveLength(2);
    expect(accepted()[1]).toBe(old);

    const { database, redis, auth } = await filesOf(names.namespace);
    const others = {
      database: [database.user],
      redis: [passwordDigest(redis.password)],
      auth: auth.keys.map(({ kid }: { kid: string }) => kid),
    };
    pod.answer({ credentials: { ...others, bucket: [passwordDigest(old)] } });
    await rest("rotates");
    expect(accepted()).toContain(old);
    const { status } = await liveTenant(platform, "rotates");
    expect(findCondition(status?.conditions, "CredentialsRotating")?.message).toContain(
      "Pod one uses another password of its bucket.",
    );

    await pod.follow();
    await rest("rotates");
    expect(accepted()).toHaveLength(1);
    expect(accepted()).not.toContain(old);
    expect((await filesOf(names.namespace)).bucket).toEqual({ user: names.id, password: accepted()[0] });
  });

  it("does not block a rotation for a pod whose image does not know its login", async () => {
    await platform.cluster.client.create(tenantKind, tenantManifest("unaware"), manager);
    await settle(platform, "unaware", newWorld());
    const { namespace } = namesOf(await liveTenant(platform, "unaware"));
    await using pod = await playPod(platform, "unaware", "one");
    const annotations = { [requestAnnotations.rotation]: "now" };
    await platform.cluster.client.merge(
      tenantKind,
      { name: "unaware" },
      { metadata: { annotations } },
      manager,
    );
    await rest("unaware");
    const { database, redis, auth } = await filesOf(namespace);
    pod.answer({
      credentials: {
        database: [database.user],
        redis: [passwordDigest(redis.password)],
        auth: auth.keys.map(({ kid }: { kid: string }) => kid),
      },
    });
    await rest("unaware");
    const { status } = await liveTenant(platform, "unaware");
    expect(findCondition(status?.conditions, "CredentialsRotating")?.reason).toBe("ReplacingSigningKey");
  });

  /** Reconciles until no reconcile is due at once. */
  function rest(name: string): Promise<unknown> {
    return eventually(`${name} waits for others`, async () => {
      const outcome = await settle(platform, name, newWorld());
      return outcome.recheckAfter === 0 ? undefined : outcome;
    });
  }
});

/** The files that the tenant's pods mount, by their names without the ending. */
async function filesOf(namespace: string) {
  const { data = {} } = await platform.cluster.client.get(kinds.secret, { namespace, name: "runtime" });
  const files = Object.entries(data).map(([name, content]) => [
    name.replace(".json", ""),
    JSON.parse(Buffer.from(content, "base64").toString()),
  ]);
  return Object.fromEntries(files);
}
