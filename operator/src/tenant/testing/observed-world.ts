import type { Redis } from "../../clients/redis/redis.ts";
import type { World } from "../step/world.ts";

/** A world that remembers what was written to it, and that can end a reconcile right after any write. */
export interface ObservedWorld extends World {
  /** Each write outside, as `create Deployment runtime` or `write secret …/operator/credentials`. */
  readonly writes: string[];
  /** The reconcile dies right after the next write whose name matches; then the world is whole again. */
  crashAfter(write: RegExp): void;
}

/** The death of the operator: nothing that runs in it can answer it. */
export class Crash extends Error {}

/** Watches the writes of a real world. */
export function observedWorld(world: World): ObservedWorld {
  const writes: string[] = [];
  let crash: RegExp | undefined;
  let dead = false;

  const wrote = (write: string) => {
    writes.push(write);
    if (!crash?.test(write)) return;
    crash = undefined;
    dead = true;
    throw new Crash(write);
  };
  const alive = () => {
    if (dead) throw new Crash("after the crash");
  };

  const { cluster, postgres, vault, redis } = world;
  const observedRedis = (server: Redis, name: string): Redis => ({
    ...server,
    async setUser(user) {
      await server.setUser(user);
      wrote(`set user ${user.name} of ${name}`);
    },
    async setCommands(user, commands) {
      await server.setCommands(user, commands);
      wrote(`set commands of ${user} of ${name}`);
    },
    async deleteUser(user) {
      const deleted = await server.deleteUser(user);
      if (deleted) wrote(`delete user ${user} of ${name}`);
      return deleted;
    },
    async deleteKeys(prefix) {
      const count = await server.deleteKeys(prefix);
      if (count > 0) wrote(`delete keys ${prefix} of ${name}`);
      return count;
    },
  });

  return {
    ...world,
    writes,
    crashAfter(write) {
      crash = write;
      dead = false;
    },
    cluster: {
      read: (kind, name) => cluster.read(kind, name),
      find: (kind, name) => cluster.find(kind, name),
      inNamespace: (kind, namespace) => cluster.inNamespace(kind, namespace),
      indexed: (kind, index, value) => cluster.indexed(kind, index, value),
      get: (kind, name) => cluster.get(kind, name),
      scan: (kind, pick, options) => cluster.scan(kind, pick, options),
      async apply(kind, desired) {
        alive();
        const applied = await cluster.apply(kind, desired);
        if (applied.change !== "none") wrote(`${applied.change} ${kind.kind} ${desired.metadata.name}`);
        return applied;
      },
      async create(kind, desired) {
        alive();
        const answer = await cluster.create(kind, desired);
        if (answer.created) wrote(`created ${kind.kind} ${desired.metadata.name}`);
        return answer;
      },
      async remove(kind, name, options) {
        alive();
        const answer = await cluster.remove(kind, name, options);
        if (answer === "deleting") wrote(`deleted ${kind.kind} ${name.name}`);
        return answer;
      },
      async writeStatus(kind, live, status) {
        alive();
        const written = await cluster.writeStatus(kind, live, status);
        if (written) wrote(`status of ${kind.kind} ${live.metadata.name}`);
        return written;
      },
      async addFinalizer(kind, live, finalizer) {
        const after = await cluster.addFinalizer(kind, live, finalizer);
        if (after !== live) wrote(`finalizer of ${kind.kind} ${live.metadata.name}`);
        return after;
      },
      async removeFinalizer(kind, live, finalizer) {
        await cluster.removeFinalizer(kind, live, finalizer);
        wrote(`no finalizer of ${kind.kind} ${live.metadata.name}`);
      },
    },
    postgres: {
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
        wrote(`transaction ${statements.join("; ")}`);
        return result;
      },
    },
    vault: {
      ...vault,
      async writeSecret(path, data, version) {
        const written = await vault.writeSecret(path, data, version);
        if (written) wrote(`write secret ${path}`);
        return written;
      },
      async destroySecret(path) {
        const existed = (await vault.readSecret(path)) !== undefined;
        await vault.destroySecret(path);
        if (existed) wrote(`destroy secret ${path}`);
      },
      async createTransitKey(name) {
        await vault.createTransitKey(name);
        wrote(`create key ${name}`);
      },
      async destroyTransitKey(name) {
        await vault.destroyTransitKey(name);
        wrote(`destroy key ${name}`);
      },
    },
    redis: { cache: observedRedis(redis.cache, "cache"), state: observedRedis(redis.state, "state") },
  };
}
