import { essentials } from "../kubernetes/objects/essentials.ts";
import { type ConfigMap, kinds } from "../kubernetes/objects/kinds.ts";
import { trim } from "../kubernetes/objects/trim.ts";
import type { Reflector } from "../kubernetes/watch/reflector.ts";
import {
  mostBytes,
  type WatchContext,
  type WatchedPart,
  watchKind,
} from "../kubernetes/watch/watch-kinds.ts";
import { isMeant } from "./changes.ts";
import type { Owners } from "./owners.ts";
import { ours } from "./selections.ts";

/** The namespace and name of the ConfigMap with the platform's CA. */
export interface PlatformNames {
  readonly namespace: string;
  readonly caConfigMap: string;
}

/** A ConfigMap has at most 1 MiB of data. */
const platformCaBytes = 2 * 2 ** 20;

/**
 * Watches the ConfigMaps of tenants' namespaces, and the one with the platform's CA, which every tenant gets as a copy.
 */
export function watchConfigMaps(
  context: WatchContext,
  platform: PlatformNames,
  owners: Owners,
): Reflector<ConfigMap>[] {
  const isCa = (object: ConfigMap) => isPlatformCa(object, platform);
  return watchKind<ConfigMap>(context, kinds.configMap, {
    after: owners.known,
    parts: configMapParts(platform),
    limits: {
      counts: (object) => (isCa(object) ? "yes" : owners.counts(object)),
      // The operator reads its values.
      reduce: (object) => (isCa(object) ? essentials(object, "dotmac.io/") : trim(object)),
      mostBytes: (object) => (isCa(object) ? platformCaBytes : mostBytes),
    },
    onChange: (change) => {
      if (!isMeant(change)) return;
      if (isCa(change.object)) owners.enqueueAll();
      else owners.enqueueOwnerOf(change.object);
    },
  });
}

/** One part for the tenants' ConfigMaps, and one for the platform's CA, which has no label of the operator. */
function configMapParts(platform: PlatformNames): WatchedPart<ConfigMap>[] {
  const { namespace, caConfigMap } = platform;
  return [
    { selection: ours, scope: (object) => !isPlatformCa(object, platform) },
    {
      selection: { namespace, fieldSelector: `metadata.name=${caConfigMap}` },
      scope: (object) => isPlatformCa(object, platform),
    },
  ];
}

function isPlatformCa({ metadata }: ConfigMap, { namespace, caConfigMap }: PlatformNames): boolean {
  return metadata.namespace === namespace && metadata.name === caConfigMap;
}
