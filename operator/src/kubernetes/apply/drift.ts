import { sameQuantity } from "../../../../process/quantity.ts";
import type { KubernetesObject } from "../objects/kinds.ts";

type Path = readonly string[];

/**
 * The path of the first desired field that the live object lacks or has with another value, or undefined when it has
 * all desired fields. This function ignores additional live fields: see `ownership.ts`.
 *
 * These count as equal, because the API server rewrites one to the other: quantities of the same amount (`0.5`,
 * `500m`), and an absent field, an empty map, an empty list or null. A desired empty map or list differs from a filled
 * one: `podSelector: {}` selects all pods, and nothing may narrow it. Lists must be equal in length and order, except
 * lists of metadata (finalizers, owners), which others may extend.
 */
export function findDrift(desired: KubernetesObject, live: KubernetesObject): string | undefined {
  for (const [section, value] of Object.entries(desired)) {
    if (section === "apiVersion" || section === "kind" || section === "status") continue;
    const path = difference(value, (live as unknown as Record<string, unknown>)[section], [section]);
    if (path !== undefined) return path.join(".");
  }
  return undefined;
}

function difference(desired: unknown, found: unknown, path: Path): Path | undefined {
  if (desired === undefined) return undefined;
  if (isNothing(desired)) return isNothing(found) ? undefined : path;
  if (Array.isArray(desired)) return listDifference(desired, found, path);
  if (isMap(desired)) return mapDifference(desired, found, path);
  return sameScalar(desired, found, path) ? undefined : path;
}

function mapDifference(desired: Record<string, unknown>, found: unknown, path: Path): Path | undefined {
  const map = isMap(found) ? found : {};
  for (const [name, value] of Object.entries(desired)) {
    const inner = difference(value, map[name], [...path, name]);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function listDifference(desired: readonly unknown[], found: unknown, path: Path): Path | undefined {
  if (!Array.isArray(found)) return path;
  if (path[0] === "metadata") return desired.every((item) => hasItem(found, item, path)) ? undefined : path;
  if (desired.length !== found.length) return path;
  for (const [index, item] of desired.entries()) {
    const inner = difference(item, found[index], [...path, String(index)]);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function hasItem(list: readonly unknown[], desired: unknown, path: Path): boolean {
  return list.some((item) => difference(desired, item, path) === undefined);
}

function sameScalar(desired: unknown, found: unknown, path: Path): boolean {
  if (desired === found) return true;
  if (found === undefined || found === null) return false;
  return holdsQuantity(path) && sameQuantity(String(desired), String(found));
}

/** Whether the API has a quantity at this path. Elsewhere `1` and `1000m` are different texts. */
function holdsQuantity(path: Path): boolean {
  return mapsOfQuantities.has(path.at(-2) ?? "") || path.at(-1) === "sizeLimit";
}

const mapsOfQuantities = new Set([
  "limits",
  "requests",
  "hard",
  "default",
  "defaultRequest",
  "max",
  "min",
  "maxLimitRequestRatio",
]);

/** Whether the API server treats the value as an absent field. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.keys(value).length === 0;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
