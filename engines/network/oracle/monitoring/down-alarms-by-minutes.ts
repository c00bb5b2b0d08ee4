import { reachByPaths } from "./reach-by-paths.ts";

interface Device {
  readonly id: string;
  readonly parents: readonly string[];
  readonly polls: readonly { readonly at: number; readonly answered: boolean }[];
}

interface Rules {
  readonly losses: number;
  readonly answers: number;
  readonly every: number;
  readonly pending: number;
}

/**
 * Reports and ends of down alarms, computed from the beginning at every evaluation: the states from all polls so
 * far, the unreachable devices from all ways upwards, and the time for which each device has been down from the
 * earlier evaluations. Without flapping and silence.
 */
export function downAlarmsByMinutes(devices: readonly Device[], rules: Rules, until: number): string[] {
  const history: Record<string, string>[] = [];
  const raised = new Set<string>();
  const story: string[] = [];
  for (let at = 0; at <= until; at += rules.every) {
    const graph = devices.map(({ id, parents, polls }) => [
      id,
      { parents, state: stateAt(polls, at, rules) },
    ]);
    const states = reachByPaths(Object.fromEntries(graph));
    history.push(states);
    const row = Math.ceil(rules.pending / rules.every) + 1;
    for (const { id } of devices) {
      const lately = history.slice(-row).map((one) => one[id]);
      const lasting = lately.length === row && lately.every((state) => state === "down");
      if (lasting && !raised.has(id)) {
        raised.add(id);
        story.push(`${at} ${id} raised`);
      }
      if (states[id] === "up" && raised.delete(id)) story.push(`${at} ${id} cleared`);
    }
  }
  return story.sort();
}

function stateAt(polls: Device["polls"], at: number, { losses, answers }: Rules): "up" | "down" | "unknown" {
  const results = polls
    .filter((poll) => poll.at <= at)
    .sort((one, other) => one.at - other.at)
    .map(({ answered }) => answered);
  let state: "up" | "down" | "unknown" = "unknown";
  for (let end = 1; end <= results.length; end += 1) {
    const lastAre = (value: boolean, count: number) =>
      end >= count && results.slice(end - count, end).every((one) => one === value);
    if (lastAre(false, losses)) state = "down";
    else if (lastAre(true, state === "down" ? answers : 1)) state = "up";
  }
  return state;
}
