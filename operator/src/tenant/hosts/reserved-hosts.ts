import type { PlatformSettings } from "../model/settings.ts";

/** Last labels of names that belong to the cluster's servers or to the querying machine. */
const ownLastLabels: readonly string[] = ["svc", "local", "localhost", "internal", "default"];

/**
 * Returns the hosts that may be the name of a server in the cluster, in full
 * (`vault.dotmac-system.svc.cluster.local`) or in a pod's short form (`vault.dotmac-system`). A tenant never gets
 * them: the authority that signs a tenant's certificates may also be the one that clients of those servers trust.
 * The schemas of Tenant and HostClaim refuse every such name that they can detect without the platform's settings.
 * This function also covers a Tenant older than its schema.
 */
export function reservedHosts(hosts: readonly string[], settings: PlatformSettings): string[] {
  const servers = serverHosts(settings);
  const namespaces = [settings.namespace, settings.adminNamespace, settings.gateway.namespace];
  return hosts.filter((host) => {
    const labels = host.split(".");
    const last = labels.at(-1) as string;
    return (
      ownLastLabels.includes(last) ||
      !isTopLevelDomain(last) ||
      labels.indexOf("svc", 2) > 0 ||
      namespaces.includes(last) ||
      servers.some((server) => server === host || server.startsWith(`${host}.`))
    );
  });
}

/** Whether a label is letters only, or internationalised, as in the root zone. `isp-…` and `kube-system` are not. */
function isTopLevelDomain(label: string): boolean {
  return /^([a-z]+|xn--[-a-z0-9]+)$/.test(label);
}

function serverHosts({ pgbouncer, redis, vault, egress }: PlatformSettings): string[] {
  return [
    pgbouncer.host,
    redis.cache.host,
    redis.state.host,
    new URL(vault.address).hostname,
    egress.host,
  ].filter((host) => host.includes("."));
}
