/**
 * The settings of a router's queue, by direction of the router: rx is the traffic that it receives from the customer.
 */
export interface Queue {
  readonly rate: Pair;
  readonly burst: Pair;
  readonly threshold: Pair;
  readonly seconds: Pair;
  readonly priority: number;
  readonly minimum: Pair;
}

interface Pair {
  readonly rx: number;
  readonly tx: number;
}

/**
 * The queue that RouterOS creates from a Mikrotik-Rate-Limit, with defaults, exactly by its documentation of
 * RADIUS.
 */
export function queueOf(text: string): Queue {
  const [rate, burst, threshold, seconds, priority, minimum] = text.split(" ");
  const rates = pairOf(rate ?? "");
  const bursts = burst === undefined ? { rx: 0, tx: 0 } : pairOf(burst);
  const bursting = bursts.rx !== 0 || bursts.tx !== 0;
  return {
    rate: rates,
    burst: bursts,
    threshold: threshold === undefined ? (bursting ? rates : { rx: 0, tx: 0 }) : pairOf(threshold),
    seconds: seconds === undefined ? (bursting ? { rx: 1, tx: 1 } : { rx: 0, tx: 0 }) : pairOf(seconds),
    priority: priority === undefined ? 8 : Number(priority),
    minimum: minimum === undefined ? rates : pairOf(minimum),
  };
}

function pairOf(text: string): Pair {
  const [rx = "", tx = rx] = text.split("/");
  return { rx: numberOf(rx), tx: numberOf(tx) };
}

function numberOf(text: string): number {
  if (text.endsWith("M")) return Number(text.slice(0, -1)) * 1_000_000;
  if (text.endsWith("k")) return Number(text.slice(0, -1)) * 1_000;
  return Number(text);
}
