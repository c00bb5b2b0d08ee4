import type { Clock } from "../../../../process/clock.ts";
import type { Log } from "../../../../process/log.ts";
import { tenths } from "../../platform/base/tenths.ts";

/** A server or service outside of the process that it needs. */
export interface Dependency {
  readonly name: string;
  /** Whether the process can serve without it. */
  readonly critical: boolean;
  /** Checks it now; the result is part of /health. Throws when it is down. */
  check(): Promise<object>;
  /** Counters for /health that need no check. */
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

// An idle tenant must cost almost nothing, and the recovery of a dependency must be noticed at once.
const intervalUpMs = 30_000;
const intervalDownMs = 500;

interface Watch {
  readonly dependency: Dependency;
  report: DependencyReport | undefined;
  running: Promise<void> | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** The state of each dependency. It is checked rarely while it is up, and often while it is down. */
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

  /** Checks all once, then repeatedly. Calls `changed` whenever one has failed or recovered. */
  async watch(changed: () => void): Promise<void> {
    await Promise.all([...this.#watches.values()].map((watch) => this.#ask(watch)));
    this.#changed = changed;
  }

  /** Checks it at once, because a call to it has failed or it has just connected. */
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
    if (!up) this.#log.warn("a dependency is down", { dependency, reason });
    else if (before === false) this.#log.info("a dependency is back", { dependency });
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
