import type { Tenant } from "./kinds.ts";

/** The places of labels and annotations that a Tenant may choose. */
const places = ["namespace", "pods"] as const;
const sorts = ["labels", "annotations"] as const;

type Place = (typeof places)[number];
type Sort = (typeof sorts)[number];

/** The ISP's own labels and annotations, in addition to the operator's. */
export type OwnMetadata = Readonly<Record<Sort, Readonly<Record<string, string>>>>;

/** The keys that Tenants may use: whole keys, and prefixes that end in a slash. */
export type AllowedKeys = Readonly<Record<Place, Readonly<Record<Sort, readonly string[]>>>>;

/** Tenants may use no key. */
export const noKeys: AllowedKeys = {
  namespace: { labels: [], annotations: [] },
  pods: { labels: [], annotations: [] },
};

export interface TenantMetadata {
  readonly carried: Readonly<Record<Place, OwnMetadata>>;
  /** The paths in the spec of the keys that the platform does not allow. */
  readonly refused: readonly string[];
}

/**
 * Keys that a Tenant can never use, independent of the platform's settings: those of Kubernetes and of the
 * operator.
 */
export const reservedKey = /(^|\.)(kubernetes\.io|k8s\.io|dotmac\.io)\//;

/** Divides `spec.metadata` into the keys for namespace and pods, and the refused ones. */
export function tenantMetadata(
  { metadata }: Pick<Tenant["spec"], "metadata">,
  allowed: AllowedKeys,
): TenantMetadata {
  const refused: string[] = [];
  const own = (place: Place, sort: Sort) => {
    const asked = Object.entries(metadata?.[place]?.[sort] ?? {});
    const isCarried = ([key]: [string, string]) => isAllowed(key, allowed[place][sort]);
    for (const [key] of asked.filter((entry) => !isCarried(entry)))
      refused.push(`spec.metadata.${place}.${sort}: ${key}`);
    return Object.fromEntries(asked.filter(isCarried));
  };
  const ofPlace = (place: Place): OwnMetadata => ({
    labels: own(place, "labels"),
    annotations: own(place, "annotations"),
  });
  return { carried: { namespace: ofPlace("namespace"), pods: ofPlace("pods") }, refused };
}

function isAllowed(key: string, allowed: readonly string[]): boolean {
  if (reservedKey.test(key)) return false;
  return allowed.some((one) => key === one || (one.endsWith("/") && key.startsWith(one)));
}
