import type { Argon2Parameters } from "node:crypto";
import { Worker } from "node:worker_threads";
import type { Derive } from "../../../../../process/argon2id.ts";
import { AppError } from "../../base/errors.ts";
import type { Argon2Answer } from "./argon2-worker.ts";
import { FairQueue } from "./fair-queue.ts";
import { workerFile } from "./worker-file.ts";

/** The caller that needs a hash. */
export interface HashingCaller {
  /** The network or user. Sources take turns. */
  readonly source: string;
  /** True for a caller that has logged in before. It is served before strangers and has its own room in the queue. */
  readonly trusted: boolean;
}

/** Computes argon2id hashes. Few run and few wait at once, none on the threads that files and DNS need. */
export interface Hashing {
  /**
   * Runs `work` when it is the caller's turn. `derive` works only during the turn. All expensive work of a login
   * belongs in the turn. Throws LOGIN_BUSY at once if too many wait, and after ten seconds without a turn.
   */
  turn<Result>(caller: HashingCaller, work: (derive: Derive) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface HashingOptions {
  /** The number of threads. Each takes 19 MiB while it runs. */
  readonly threads: number;
  /** Milliseconds after which a thread without work ends. */
  readonly idleMs?: number;
  /** The longest wait for a turn in milliseconds. */
  readonly longestWaitMs?: number;
  readonly startWorker?: () => Worker;
}

/** Starts the turn of a waiting caller. */
type Begin = (thread: Thread) => void;

const strangers = { capacity: 32, perSource: 8 };
const trusted = { capacity: 16, perSource: 8 };
const retryAfterSeconds = "5";

export function createHashing({
  threads,
  idleMs = 30_000,
  longestWaitMs = 10_000,
  startWorker = startHashingWorker,
}: HashingOptions): Hashing {
  const queues = { trusted: new FairQueue<Begin>(trusted), strangers: new FairQueue<Begin>(strangers) };
  const free = Array.from({ length: threads }, () => new Thread(idleMs, startWorker));
  const all = [...free];

  const takeTurns = () => {
    while (free.length > 0) {
      const begin = queues.trusted.shift() ?? queues.strangers.shift();
      if (begin === undefined) return;
      begin(free.pop() as Thread);
    }
  };
  const waitForThread = ({ source, trusted }: HashingCaller): Promise<Thread> => {
    const { promise, resolve, reject } = Promise.withResolvers<Thread>();
    const queue = trusted ? queues.trusted : queues.strangers;
    const begin = (thread: Thread) => {
      clearTimeout(tooLong);
      resolve(thread);
    };
    const tooLong = setTimeout(() => {
      queue.remove(source, begin);
      reject(busy());
    }, longestWaitMs).unref();
    if (!queue.push(source, begin)) {
      clearTimeout(tooLong);
      reject(busy());
    }
    takeTurns();
    return promise;
  };

  return {
    async turn(caller, work) {
      const thread = await waitForThread(caller);
      try {
        return await work((parameters) => thread.derive(parameters));
      } finally {
        free.push(thread);
        takeTurns();
      }
    },
    async close() {
      await Promise.all(all.map((thread) => thread.end()));
    },
  };
}

function busy(): AppError {
  return new AppError("LOGIN_BUSY", { headers: { "Retry-After": retryAfterSeconds } });
}

/** A thread that hashes one password at a time. It starts for the first and ends some time after the last. */
class Thread {
  readonly #idleMs: number;
  readonly #startWorker: () => Worker;
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(idleMs: number, startWorker: () => Worker) {
    this.#idleMs = idleMs;
    this.#startWorker = startWorker;
  }

  async derive(parameters: Argon2Parameters): Promise<Buffer> {
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    try {
      return await ask(this.#worker, parameters);
    } catch (error) {
      await this.end();
      throw error;
    } finally {
      this.#idle = setTimeout(() => void this.end(), this.#idleMs).unref();
    }
  }

  #start(): Worker {
    const worker = this.#startWorker();
    // The thread may end by itself, for example without memory. The next request starts another.
    worker.once("exit", () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }

  async end(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

/** Starts the thread that computes hashes; it does not keep the process alive. */
export function startHashingWorker(): Worker {
  const worker = new Worker(workerFile("argon2-worker"), {
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
  });
  worker.unref();
  // Without a listener an error between two requests would end the process.
  worker.on("error", () => {});
  return worker;
}

/** Sends one request to an idle worker. */
function ask(worker: Worker, parameters: Argon2Parameters): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const listeners = {
    message: (answer: Argon2Answer) =>
      "tag" in answer ? resolve(Buffer.from(answer.tag)) : reject(new Error(`argon2id: ${answer.fault}`)),
    error: (error: Error) => reject(error),
    exit: () => reject(new Error("the thread that hashes passwords has ended")),
  };
  for (const [event, listener] of Object.entries(listeners)) worker.on(event, listener);
  worker.postMessage(parameters);
  return promise.finally(() => {
    for (const [event, listener] of Object.entries(listeners)) worker.off(event, listener);
  });
}
