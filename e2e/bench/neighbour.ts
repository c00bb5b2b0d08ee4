import { median, percentile } from "../percentile.ts";
import { neighbourAtWork } from "../tests/testing/neighbour-at-work.ts";
import { attacks, busyScript } from "../tests/testing/shared-servers-attack.ts";

/**
 * Measures a neighbour's requests while an attacker attacks the shared servers from a pod of another tenant. The same
 * run has two baselines: no load, and a program in the attacker's pod that uses the processors without any request,
 * which every tenant may do in its own pod. Rounds alternate, so that other load affects all equally. Prints one JSON
 * object on its last line. The 95th percentiles are medians over the rounds, in milliseconds.
 */
const rounds = 3;

await using place = await neighbourAtWork();
await place.latencies(3_000);
const measured = new Map<string, number[]>();
for (let round = 1; round <= rounds; round++) {
  process.stderr.write(`round ${round} of ${rounds}\n`);
  keep("quiet", await place.latencies(5_000));
  keep("busy", (await place.during(busyScript, () => place.latencies(5_000))).done);
  for (const attack of attacks) keep(attack, (await place.attack(attack)).latencies);
}
const p95 = (name: string) => Number(median(measured.get(name) ?? []).toFixed(1));
console.log(
  JSON.stringify({
    benchmark: "neighbour",
    rounds,
    quietP95Ms: p95("quiet"),
    busyPodP95Ms: p95("busy"),
    attacks: Object.fromEntries(
      attacks.map((attack) => [
        attack,
        {
          p95Ms: p95(attack),
          toQuiet: ratio(p95(attack), p95("quiet")),
          toBusyPod: ratio(p95(attack), p95("busy")),
        },
      ]),
    ),
  }),
);

function keep(name: string, latencies: readonly number[]): void {
  const all = measured.get(name) ?? [];
  measured.set(name, [...all, percentile(latencies, 0.95)]);
}

function ratio(value: number, baseline: number): number {
  return Number((value / baseline).toFixed(2));
}
