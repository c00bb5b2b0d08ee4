import type { Clock } from "../../../../process/clock.ts";
import type { Log } from "../../../../process/log.ts";
import { tenths } from "../../platform/tenths.ts";

/** Something outside of the process that it needs. */
export interface Dependency {
  readonly name: string;
  /** Whether the process can serve without it. */
  readonly critical: boolean;
  /** Asks it now; what it answers goes to /health. Throws when it is down. */
  check(): Promise<object>;
  /** Counters that need no asking, for /health. */
  details?(): object;
}

export interface DependencyReport {
  readonly name: string;
  readonly critical: boolean;
  readonly up: boolean;
  readonly checkedAt: string;
  readonly ms: number;
  readonly reason?: string;
  readonly details: object;
}

// An idle tenant must cost next to nothing, and a broken dependency must be seen to recover at once.
const intervalUpMs = 30_000;
const intervalDownMs = 500;

interface Watch {
  readonly dependency: Dependency;
  report: DependencyReport | undefined;
  running: Promise<void> | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Knows of every dependency whether it is up: asks seldom while it is, often while it is not. */
export class Dependencies {
  readonly #watches = new Map<string, Watch>();
  readonly #log: Log;
  readonly #clock: Clock;
  #changed: () => void = () => {};
  #stopped = false;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  add(dependency: Dependency): void {
    this.#watches.set(dependency.name, {
      dependency,
      report: undefined,
      running: undefined,
      timer: undefined,
    });
  }

  /** Asks all once, then keeps asking; `changed` is called whenever one has gone or come back. */
  async watch(changed: () => void): Promise<void> {
    await Promise.all([...this.#watches.values()].map((watch) => this.#ask(watch)));
    this.#changed = changed;
  }

  /** Something has failed on this dependency, or it has just connected: asks it at once. */
  suspect(name: string): void {
    const watch = this.#watches.get(name);
    if (watch?.report !== undefined) void this.#ask(watch);
  }

  get criticalUp(): boolean {
    return this.reports().every(({ critical, up }) => up || !critical);
  }

  get allUp(): boolean {
    return this.reports().every(({ up }) => up);
  }

  reports(): DependencyReport[] {
    return [...this.#watches.values()].map(({ dependency, report }) => ({
      ...(report ?? notAsked(dependency)),
      details: { ...report?.details, ...dependency.details?.() },
    }));
  }

  stop(): void {
    this.#stopped = true;
    for (const watch of this.#watches.values()) clearTimeout(watch.timer);
  }

  #ask(watch: Watch): Promise<void> {
    watch.running ??= this.#askNow(watch).finally(() => {
      watch.running = undefined;
    });
    return watch.running;
  }

  async #askNow(watch: Watch): Promise<void> {
    clearTimeout(watch.timer);
    const before = watch.report?.up;
    watch.report = await this.#report(watch.dependency);
    const { up, reason } = watch.report;
    if (this.#stopped) return;
    watch.timer = setTimeout(() => void this.#ask(watch), up ? intervalUpMs : intervalDownMs).unref();
    if (up === before) return;
    this.#tell(watch.dependency.name, up, before, reason);
    this.#changed();
  }

  #tell(dependency: string, up: boolean, before: boolean | undefined, reason: string | undefined): void {
    if (!up) this.#log.warn("A dependency is down.", { dependency, reason });
    else if (before === false) this.#log.info("A dependency is back.", { dependency });
  }

  async #report({ name, critical, check }: Dependency): Promise<DependencyReport> {
    const checkedAt = this.#clock.now().toISOString();
    const started = this.#clock.monotonic();
    const answer = await check().then(
      (details) => ({ up: true, details }),
      (error: Error) => ({ up: false, reason: error.message, details: {} }),
    );
    const ms = tenths(this.#clock.monotonic() - started);
    return { name, critical, checkedAt, ms, ...answer };
  }
}

function notAsked({ name, critical }: Dependency): DependencyReport {
  return { name, critical, up: false, checkedAt: "", ms: 0, reason: "not asked yet", details: {} };
}
