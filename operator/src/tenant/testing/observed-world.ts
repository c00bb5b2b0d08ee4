import type { Postgres } from "../../clients/postgres/postgres.ts";
import type { Redis } from "../../clients/redis/redis.ts";
import type { Vault } from "../../clients/vault/vault.ts";
import type { Cluster } from "../../kubernetes/apply/cluster.ts";
import { createResources } from "../resources/resources.ts";
import type { Resource } from "../step/resource.ts";
import type { World } from "../step/world.ts";

/** A world that records writes and can end a reconcile right after any write. */
export interface ObservedWorld extends World {
  /** Those of its process. They remember only its own reconciles. */
  readonly resources: readonly Resource[];
  /** Each write, such as `create Deployment runtime` or `write secret …/operator/credentials`. */
  readonly writes: string[];
  /** Ends the reconcile right after the next write whose name matches. Afterwards the world works again. */
  crashAfter(write: RegExp): void;
}

/** The end of the operator's process. No code in the operator can handle it. */
export class Crash extends Error {}

/** Records the writes of a real world. */
export function observedWorld(world: World): ObservedWorld {
  const journal = new Journal();
  const { cluster, postgres, vault, redis } = world;
  return {
    ...world,
    resources: createResources(),
    writes: journal.writes,
    crashAfter: (write) => journal.crashAfter(write),
    cluster: observedCluster(cluster, journal),
    postgres: observedPostgres(postgres, journal),
    vault: observedVault(vault, journal),
    redis: {
      cache: observedRedis(redis.cache, "cache", journal),
      state: observedRedis(redis.state, "state", journal),
    },
  };
}

/** The writes so far, and the one after which the process ends. */
class Journal {
  readonly writes: string[] = [];
  #crash: RegExp | undefined;
  #dead = false;

  crashAfter(write: RegExp): void {
    this.#crash = write;
    this.#dead = false;
  }

  /** Notes a write. Throws Crash when it is the awaited one. */
  wrote(write: string): void {
    this.writes.push(write);
    if (!this.#crash?.test(write)) return;
    this.#crash = undefined;
    this.#dead = true;
    throw new Crash(write);
  }

  requireAlive(): void {
    if (this.#dead) throw new Crash("after the crash");
  }
}

function observedCluster(cluster: Cluster, journal: Journal): Cluster {
  return {
    read: (kind, name) => cluster.read(kind, name),
    find: (kind, name) => cluster.find(kind, name),
    inNamespace: (kind, namespace) => cluster.inNamespace(kind, namespace),
    indexed: (kind, index, value) => cluster.indexed(kind, index, value),
    get: (kind, name) => cluster.get(kind, name),
    scan: (kind, pick, options) => cluster.scan(kind, pick, options),
    async apply(kind, desired) {
      journal.requireAlive();
      const applied = await cluster.apply(kind, desired);
      if (applied.change !== "none") journal.wrote(`${applied.change} ${kind.kind} ${desired.metadata.name}`);
      return applied;
    },
    async create(kind, desired) {
      journal.requireAlive();
      const answer = await cluster.create(kind, desired);
      if (answer.created) journal.wrote(`created ${kind.kind} ${desired.metadata.name}`);
      return answer;
    },
    async remove(kind, name, options) {
      journal.requireAlive();
      const answer = await cluster.remove(kind, name, options);
      if (answer === "deleting") journal.wrote(`deleted ${kind.kind} ${name.name}`);
      return answer;
    },
    async writeStatus(kind, live, status) {
      journal.requireAlive();
      const written = await cluster.writeStatus(kind, live, status);
      if (written) journal.wrote(`status of ${kind.kind} ${live.metadata.name}`);
      return written;
    },
    async annotate(kind, live, annotation, text) {
      journal.requireAlive();
      const after = await cluster.annotate(kind, live, annotation, text);
      journal.wrote(`annotation of ${kind.kind} ${live.metadata.name}`);
      return after;
    },
    async addFinalizer(kind, live, finalizer) {
      const after = await cluster.addFinalizer(kind, live, finalizer);
      if (after !== live) journal.wrote(`finalizer of ${kind.kind} ${live.metadata.name}`);
      return after;
    },
    async removeFinalizer(kind, live, finalizer) {
      await cluster.removeFinalizer(kind, live, finalizer);
      journal.wrote(`no finalizer of ${kind.kind} ${live.metadata.name}`);
    },
  };
}

function observedPostgres(postgres: Postgres, journal: Journal): Postgres {
  return {
    ...postgres,
    async fenced(epoch, work) {
      const statements: string[] = [];
      const result = await postgres.fenced(epoch, (transaction) =>
        work({
          query(text, values) {
            statements.push(text.trim().split(/\s+/).slice(0, 3).join(" "));
            return transaction.query(text, values);
          },
        }),
      );
      journal.wrote(`transaction ${statements.join("; ")}`);
      return result;
    },
  };
}

function observedVault(vault: Vault, journal: Journal): Vault {
  return {
    ...vault,
    async writeSecret(path, data, version) {
      const written = await vault.writeSecret(path, data, version);
      if (written) journal.wrote(`write secret ${path}`);
      return written;
    },
    async destroySecret(path) {
      const existed = (await vault.readSecret(path)) !== undefined;
      await vault.destroySecret(path);
      if (existed) journal.wrote(`destroy secret ${path}`);
    },
    async createTransitKey(name) {
      await vault.createTransitKey(name);
      journal.wrote(`create key ${name}`);
    },
    async destroyTransitKey(name) {
      await vault.destroyTransitKey(name);
      journal.wrote(`destroy key ${name}`);
    },
  };
}

function observedRedis(server: Redis, name: string, journal: Journal): Redis {
  return {
    ...server,
    async setUser(user) {
      await server.setUser(user);
      journal.wrote(`set user ${user.name} of ${name}`);
    },
    async setCommands(user, commands) {
      await server.setCommands(user, commands);
      journal.wrote(`set commands of ${user} of ${name}`);
    },
    async deleteUser(user) {
      const deleted = await server.deleteUser(user);
      if (deleted) journal.wrote(`delete user ${user} of ${name}`);
      return deleted;
    },
    async deleteKeys(prefix) {
      const count = await server.deleteKeys(prefix);
      if (count > 0) journal.wrote(`delete keys ${prefix} of ${name}`);
      return count;
    },
  };
}
