import type { FieldSet, ManagedFieldsEntry } from "../client/object.ts";
import type { KubernetesObject } from "./kinds.ts";

/** The field manager of the operator's writes. */
export const fieldManager = "dotmac-operator";

/**
 * Fields that others may add to the operator's objects, per kind, beside metadata and status. Without these exceptions
 * the operator would fight with Kubernetes itself, or undo deliberate changes of an administrator.
 */
const tolerated: Readonly<Record<string, readonly (readonly string[])[]>> = {
  // Some distributions give every ServiceAccount a pull secret and a token.
  ServiceAccount: [["f:secrets"], ["f:imagePullSecrets"]],
  // For `kubectl rollout restart`.
  Deployment: [
    ["f:spec", "f:template", "f:metadata", "f:annotations", "f:kubectl.kubernetes.io/restartedAt"],
  ],
  // The namespace controller's own protection against deletion.
  Namespace: [["f:spec", "f:finalizers"]],
};

/**
 * Paths that other managers have set in the live object and that are not desired: additions, and changes of values that
 * the operator leaves to the API server's defaults. `managedFields` distinguishes them, because defaults belong to no
 * manager, or to the creator of the object.
 */
export function foreignFields(desired: KubernetesObject, live: KubernetesObject): string[] {
  const paths: string[] = [];
  for (const entry of live.metadata.managedFields ?? []) {
    if (isForeign(entry)) collectUndesired(ownable(entry.fieldsV1 ?? {}, live.kind), desired, "", paths);
  }
  return paths;
}

/**
 * Whether fields of the original create would stay when they are no longer desired. A create owns its fields as an
 * "Update", and server-side apply removes only fields that an "Apply" owned before (kubernetes/kubernetes#99003).
 */
export function ownsByUpdate(live: KubernetesObject): boolean {
  return (live.metadata.managedFields ?? []).some(isOwnUpdate);
}

/**
 * The managed fields with all fields that the operator decides in one "Apply" entry of its own. The next server-side
 * apply then removes the fields that it does not name. Foreign metadata and status keep their owners.
 */
export function takeOver(live: KubernetesObject): ManagedFieldsEntry[] {
  const others: ManagedFieldsEntry[] = [];
  let ours: ManagedFieldsEntry = {
    manager: fieldManager,
    operation: "Apply",
    apiVersion: live.apiVersion,
    fieldsType: "FieldsV1",
    fieldsV1: {},
  };
  for (const entry of live.metadata.managedFields ?? []) {
    const fields = entry.fieldsV1 ?? {};
    if (isOwnApply(entry)) ours = { ...entry, fieldsV1: union(fields, ours.fieldsV1 ?? {}) };
    else if (isOwnUpdate(entry)) ours = { ...ours, fieldsV1: union(ours.fieldsV1 ?? {}, fields) };
    else if (isForeign(entry)) {
      const taken = ownable(fields, live.kind);
      ours = { ...ours, fieldsV1: union(ours.fieldsV1 ?? {}, taken) };
      const left = without(fields, taken);
      if (Object.keys(left).length > 0) others.push({ ...entry, fieldsV1: left });
    } else others.push(entry);
  }
  return [ours, ...others];
}

/**
 * The part of the managed fields that the functions above need. The operator's own entries are reduced to their
 * existence, and entries of the status are dropped. Managed fields are most of an object's size.
 */
export function trimManagedFields(entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  return entries.flatMap((entry) => {
    if (isOwnUpdate(entry)) return [{ manager: fieldManager, operation: "Update" }];
    if (!isForeign(entry)) return [];
    const { time: _, ...kept } = entry;
    return [kept];
  });
}

function isOwnApply(entry: ManagedFieldsEntry): boolean {
  return entry.manager === fieldManager && entry.operation === "Apply" && !entry.subresource;
}

function isOwnUpdate(entry: ManagedFieldsEntry): boolean {
  return entry.manager === fieldManager && entry.operation === "Update" && !entry.subresource;
}

/** Entries of subresources (status, scale, finalize) do not count as foreign. */
function isForeign(entry: ManagedFieldsEntry): boolean {
  return entry.manager !== fieldManager && !entry.subresource;
}

function ownable(fields: FieldSet, kind: string): FieldSet {
  const { "f:metadata": _metadata, "f:status": _status, ...sections } = fields;
  return (tolerated[kind] ?? []).reduce(withoutPath, sections);
}

function withoutPath(fields: FieldSet, path: readonly string[]): FieldSet {
  const [first, ...rest] = path;
  const child = first === undefined ? undefined : fields[first];
  if (first === undefined || child === undefined) return fields;
  const { [first]: _, ...others } = fields;
  const inner = rest.length > 0 ? withoutPath(child, rest) : {};
  // A lone "." means that only the map itself was set, which is no reason to take it over.
  const empty = rest.length === 0 || Object.keys(inner).every((key) => key === ".");
  return empty ? others : { ...others, [first]: inner };
}

function collectUndesired(fields: FieldSet, desired: unknown, path: string, found: string[]): void {
  for (const [element, inner] of Object.entries(fields)) {
    if (element === ".") continue;
    const value = select(desired, element);
    const here = `${path}${path ? "." : ""}${element.slice(2)}`;
    if (value === undefined) found.push(here);
    else collectUndesired(inner, value, here, found);
  }
}

/** The value that a path element of FieldsV1 selects, or undefined. */
function select(value: unknown, element: string): unknown {
  const content = element.slice(2);
  if (element.startsWith("f:")) {
    return isMap(value) && value[content] !== null ? value[content] : undefined;
  }
  if (!Array.isArray(value)) return undefined;
  if (element.startsWith("k:")) {
    const key = JSON.parse(content) as Record<string, unknown>;
    return value.find((item) => isMap(item) && matches(item, key));
  }
  if (element.startsWith("v:")) {
    const text = JSON.stringify(JSON.parse(content));
    return value.find((item) => JSON.stringify(item) === text);
  }
  return value[Number(content)];
}

/** Absent key fields have defaults (`protocol: TCP`) and match. */
function matches(item: Record<string, unknown>, key: Record<string, unknown>): boolean {
  return Object.entries(key).every(([name, value]) => item[name] === undefined || item[name] === value);
}

function union(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = { ...a };
  for (const [element, inner] of Object.entries(b)) {
    const existing = result[element];
    result[element] = existing === undefined ? inner : union(existing, inner);
  }
  return result;
}

/** The tree `fields` without the leaves of `removed`. */
function without(fields: FieldSet, removed: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const [element, inner] of Object.entries(fields)) {
    const taken = removed[element];
    if (taken === undefined) {
      result[element] = inner;
      continue;
    }
    const left = without(inner, taken);
    if (Object.keys(left).length > 0) result[element] = left;
  }
  return result;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
