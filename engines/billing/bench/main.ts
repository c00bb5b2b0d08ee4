import { draftInvoice } from "../src/invoice/draft-invoice.ts";
import { defaultSettings } from "../src/settings.ts";
import { baselineInvoice } from "./baseline-invoice.ts";
import { sampleCustomers, sampleTarget } from "./sample-customers.ts";

const goal = 20_000;
const rounds = 12;
const customers = sampleCustomers(5000);

interface Pass {
  /** By the seconds of one core that the process used: other programs do not count. */
  readonly perSecond: number;
  /** By the clock on the wall. */
  readonly perWallSecond: number;
  /** Shows that the work was done. */
  readonly gross: bigint;
}

function pass(invoice: (index: number) => bigint): Pass {
  const [begun, used] = [process.hrtime.bigint(), process.cpuUsage()];
  let gross = 0n;
  for (let index = 0; index < customers.length; index += 1) gross += invoice(index);
  const { user, system } = process.cpuUsage(used);
  const wall = Number(process.hrtime.bigint() - begun) / 1e9;
  const perSecond = Math.round(customers.length / ((user + system) / 1e6));
  return { perSecond, perWallSecond: Math.round(customers.length / wall), gross };
}

function engine(index: number): bigint {
  const facts = customers[index];
  return facts === undefined ? 0n : draftInvoice(facts, sampleTarget, defaultSettings).gross.minor;
}

const passes = Array.from({ length: rounds }, (_, round) => {
  const measured = pass(engine);
  console.log(`pass ${round + 1} of ${rounds}: ${measured.perSecond} invoices/s of one core`);
  return measured;
});
/** Apart from the timed passes, because a forced collection slows the pass after it. */
const heap = Array.from({ length: 6 }, (_, round) => {
  pass(engine);
  globalThis.gc?.();
  const { heapUsed } = process.memoryUsage();
  console.log(`pass ${round + 1} of 6 for memory: heap ${megabytes(heapUsed)} MB`);
  return heapUsed;
});
const baseline = Array.from({ length: 4 }, () => pass(baselineInvoice)).map(({ perSecond }) => perSecond);

/** The first passes warm the compiler up; memory is flat when five more passes add less than a megabyte. */
const warm = passes.slice(3).map(({ perSecond }) => perSecond);
const growth = (heap.at(-1) ?? 0) - (heap[0] ?? 0);
const median = middle(warm);
const result = {
  benchmark: "billing-engine",
  customers: customers.length,
  servicesPerCustomer: 3,
  invoicesPerSecond: median,
  invoicesPerWallSecond: middle(passes.slice(3).map(({ perWallSecond }) => perWallSecond)),
  slowestPass: Math.min(...warm),
  firstPass: passes[0]?.perSecond ?? 0,
  baselineFloatsPerSecond: middle(baseline),
  heapMegabytes: megabytes(heap.at(-1) ?? 0),
  heapGrowthMegabytes: megabytes(growth),
  memoryIsFlat: growth < 1_000_000,
  grossOfAll: String(passes[0]?.gross),
  goal,
  reached: median >= goal,
};
if (new Set(passes.map(({ gross }) => gross)).size !== 1) throw new Error("passes differ in their sums");
console.log(JSON.stringify(result));

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}

function middle(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
