import type { Login } from "../../../../contract/secret-files.ts";
import type { Clock } from "../../../../process/clock.ts";
import type { Log } from "../../../../process/log.ts";
import { tenths } from "../base/tenths.ts";
import type { Watched } from "../files/watched-file.ts";
import type { Announcements } from "./announcements.ts";
import type { Database, Queries, Transaction } from "./database.ts";
import { Deferred } from "./deferred.ts";
import { LoginPool, type PoolSettings } from "./login-pool.ts";

export interface RotatingDatabaseOptions {
  readonly settings: PoolSettings;
  readonly login: Watched<Login>;
  readonly log: Log;
  readonly clock: Clock;
  /** Notified after the commit of a transaction with an announcement. */
  readonly announcements?: Announcements;
  /** Called when a transaction could not reach the database. */
  readonly onUnreachable?: () => void;
}

const retryMs = 1_000;
// An idle tenant must cost almost nothing. A request that fails causes a check at once.
const restMs = 120_000;

/**
 * The database under its current login. A new login is tested before it is used. Once it works, every new
 * transaction uses it, and the old connections close when their transactions end.
 */
export class RotatingDatabase implements Database, Queries {
  readonly #options: RotatingDatabaseOptions;
  #pool: LoginPool;
  /**
   * A separate connection that requests cannot occupy, to check whether the database is available. Closed between
   * checks.
   */
  #probe: LoginPool;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;
  readonly #stopFollowing: () => void;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #lastCheck: { readonly queryMs: number } | undefined;
  readonly #draining = new Map<LoginPool, Promise<void>>();

  constructor(options: RotatingDatabaseOptions) {
    this.#options = options;
    this.#pool = new LoginPool(options.settings, options.login.current());
    this.#probe = this.#newProbe(options.login.current());
    this.#stopFollowing = options.login.onChange(() => void this.#follow());
  }

  /** The login of new transactions. */
  get user(): string {
    return this.#pool.user;
  }

  /** All logins with open transactions. They must not be revoked yet. */
  get users(): readonly string[] {
    return [this.#pool, ...this.#draining.keys()].map(({ user }) => user);
  }

  get counts() {
    return { ...this.#pool.counts, max: this.#options.settings.poolSize };
  }

  async transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const deferred = new Deferred();
    try {
      const result = await this.#pool.transaction(({ query }) => work({ query, ...deferred.methods }));
      this.#answeredAt = this.#options.clock.monotonic();
      await deferred.run((what) => this.#options.announcements?.tell(what));
      return result;
    } catch (error) {
      throw this.#noticed(error);
    }
  }

  /** Runs one statement in a transaction of its own, without the time limit of `transaction`. */
  query<Row extends object>(text: string, values?: readonly unknown[]) {
    return this.#pool.query<Row>(text, values).then(
      (result) => {
        this.#answeredAt = this.#options.clock.monotonic();
        return result;
      },
      (error) => {
        throw this.#noticed(error);
      },
    );
  }

  #noticed(error: unknown): unknown {
    if ((error as { code?: unknown }).code !== "DATABASE_UNAVAILABLE") return error;
    this.#answeredAt = Number.NEGATIVE_INFINITY;
    this.#options.onUnreachable?.();
    return error;
  }

  /** The milliseconds of one empty query on a separate connection. */
  async ping(): Promise<number> {
    const { clock } = this.#options;
    const started = clock.monotonic();
    await this.#probe.query("SELECT 1");
    return tenths(clock.monotonic() - started);
  }

  /**
   * Checks whether the database is available, fast or not: requests may occupy all connections that the pooler
   * gives this login, so that an empty query gets no turn. While the server answers those requests, it is
   * available. Throws DATABASE_UNAVAILABLE.
   */
  async check(): Promise<{ readonly queryMs: number } | { readonly busy: true }> {
    const pool = this.#pool;
    const before = pool.answers;
    try {
      return { queryMs: await this.ping() };
    } catch (error) {
      if (pool.answers > before) return { busy: true };
      throw error;
    }
  }

  /** Like `check`, but asks nothing while the server's last answer is not older than two minutes. */
  async checkWhenQuiet(): Promise<object> {
    const { clock } = this.#options;
    const isFresh = clock.monotonic() - this.#answeredAt < restMs;
    if (isFresh && this.#lastCheck !== undefined) return this.#lastCheck;
    const checked = await this.check();
    this.#answeredAt = clock.monotonic();
    if ("queryMs" in checked) this.#lastCheck = checked;
    return checked;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#stopFollowing();
    await Promise.all([this.#pool.drain(), this.#probe.drain(), ...this.#draining.values()]);
  }

  async #follow(): Promise<void> {
    clearTimeout(this.#retry);
    const login = this.#options.login.current();
    const next = new LoginPool(this.#options.settings, login);
    const fault = await next
      .transaction((transaction) => transaction.query("SELECT 1"))
      .then(
        () => undefined,
        (error: Error) => error,
      );
    if (this.#closed || login !== this.#options.login.current()) return void next.drain();
    if (fault !== undefined) return this.#tryAgain(next, fault);
    this.#use(next, login);
  }

  #tryAgain(next: LoginPool, fault: Error): void {
    const reason = ((fault.cause as Error | undefined) ?? fault).message;
    this.#options.log.warn("the new database login does not work yet; the old one stays", {
      login: next.user,
      reason,
    });
    void next.drain();
    this.#retry = setTimeout(() => void this.#follow(), retryMs).unref();
  }

  #newProbe(login: Login): LoginPool {
    return new LoginPool({ ...this.#options.settings, poolSize: 1 }, login);
  }

  #use(next: LoginPool, login: Login): void {
    const [previous, probe] = [this.#pool, this.#probe];
    this.#pool = next;
    this.#probe = this.#newProbe(login);
    const drained = Promise.all([previous.drain(), probe.drain()]);
    this.#draining.set(
      previous,
      drained.then(() => void this.#draining.delete(previous)),
    );
    this.#options.log.info("the database login has changed", { from: previous.user, to: next.user });
  }
}
