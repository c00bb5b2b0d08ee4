/** A plan in its simplest form: days of UTC, whole numbers, weights in sixths. */
export interface SimplePlan {
  readonly included: number;
  readonly windows: readonly { readonly from: number; readonly to: number; readonly sixths: number }[];
  readonly rollover: { readonly cycles: number; readonly most: number | undefined } | undefined;
  readonly notices: readonly number[];
  readonly steps: readonly number[];
}

/** Seconds are counted from the midnight before the plan began. */
export interface SimpleFacts {
  readonly since: number;
  readonly usage: readonly { readonly from: number; readonly to: number; readonly bytes: number }[];
  readonly topUps: readonly {
    readonly id: string;
    readonly at: number;
    readonly bytes: number;
    readonly expiresAt: number | undefined;
  }[];
}

interface Bucket {
  kind: "rollover" | "included" | "top-up";
  id: string;
  left: number;
  /** The first second after its end. */
  end: number;
}

const day = 86_400;
const order = ["rollover", "included", "top-up"];

/** Simulates every second from the begin of the plan to the instant, with the changes that are due in it. */
export function secondBySecond(plan: SimplePlan, facts: SimpleFacts, asOf: number) {
  const flows = bytesOfEachSecond(facts, asOf);
  let buckets: Bucket[] = [];
  let [had, used, over, beyond, step] = [0, 0, 0, 0, 0];
  let told: number[] = [];
  const notices: string[] = [];
  const steps: string[] = [];

  const reached = (percent: number) => {
    const left = buckets.reduce((sum, bucket) => sum + bucket.left, 0);
    return had === 0 ? percent <= 100 : (had - left + beyond) * 100 >= percent * had;
  };
  const look = (now: number) => {
    for (const percent of plan.notices) {
      if (told.includes(percent) || !reached(percent)) continue;
      told.push(percent);
      notices.push(`${percent}% ${now}`);
    }
    const now100 = Math.max(0, ...plan.steps.filter(reached));
    if (now100 !== step) steps.push(`${now100} ${now}`);
    step = now100;
  };
  const move = (sixths: number) => {
    used += sixths;
    let rest = sixths;
    for (const bucket of buckets) {
      const taken = Math.min(rest, bucket.left);
      bucket.left -= taken;
      rest -= taken;
    }
    over += rest;
    beyond += rest;
  };

  for (let now = facts.since; now <= asOf; now += 1) {
    if (now === facts.since || now % day === 0) {
      buckets = newDay(plan, buckets, now);
      had = buckets.reduce((sum, { left }) => sum + left, 0);
      [used, over, beyond, told] = [0, 0, 0, []];
    }
    for (const bucket of buckets) if (bucket.end <= now) had -= bucket.left;
    buckets = buckets.filter(({ end }) => end > now);
    for (const { id, at, bytes, expiresAt } of facts.topUps) {
      if (at !== now) continue;
      buckets.push({ kind: "top-up", id, left: bytes * 6, end: expiresAt ?? Number.MAX_SAFE_INTEGER });
      had += bytes * 6;
      beyond = 0;
    }
    buckets.sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind) || one.end - other.end);
    look(now);
    for (const { from, to, bytes } of facts.usage)
      if (from === to && to === now) move(bytes * weight(plan, now));
    look(now);
    if (now === asOf) break;
    const flow = flows.get(now);
    if (flow === undefined) continue;
    move(flow * weight(plan, now));
    look(now + 1);
  }
  const left = buckets.map(({ kind, id, left: sixths }) => `${kind} ${id} ${Math.floor(sixths / 6)}`);
  return { used: Math.ceil(used / 6), over: Math.ceil(over / 6), left, step, notices, steps };
}

function newDay({ included, rollover }: SimplePlan, before: readonly Bucket[], now: number): Bucket[] {
  const today = Math.floor(now / day);
  const living = before.filter(({ left }) => left > 0);
  const carried: Bucket[] = [];
  for (const bucket of living) {
    if (bucket.kind === "rollover" && bucket.end > now) carried.push(bucket);
    if (bucket.kind === "included" && rollover !== undefined) {
      carried.push({ ...bucket, kind: "rollover", end: (today + rollover.cycles) * day });
    }
  }
  // Drops the oldest, one sixth of a byte at a time, until the rest is within the limit.
  carried.sort((one, other) => one.end - other.end);
  const most = (rollover?.most ?? Number.MAX_SAFE_INTEGER) * 6;
  for (const bucket of carried) {
    while (bucket.left > 0 && carried.reduce((sum, { left }) => sum + left, 0) > most) bucket.left -= 1;
  }
  return [
    ...carried.filter(({ left }) => left > 0),
    { kind: "included", id: `${today}`, left: included * 6, end: (today + 1) * day },
    ...living.filter(({ kind, end }) => kind === "top-up" && end > now),
  ];
}

/** The weight in sixths of a byte. Windows are in minutes of the day and may extend past midnight. */
function weight({ windows }: SimplePlan, now: number): number {
  const minute = Math.floor((now % day) / 60);
  const open = windows.find(({ from, to }) =>
    from < to ? from <= minute && minute < to : minute >= from || minute < to,
  );
  return open?.sixths ?? 6;
}

function bytesOfEachSecond({ usage }: SimpleFacts, asOf: number): Map<number, number> {
  const flows = new Map<number, number>();
  for (const { from, to, bytes } of usage) {
    for (let second = from; second < Math.min(to, asOf); second += 1) {
      const whole = (at: number) => Math.floor((bytes * (at - from)) / (to - from));
      flows.set(second, (flows.get(second) ?? 0) + whole(second + 1) - whole(second));
    }
  }
  return flows;
}
