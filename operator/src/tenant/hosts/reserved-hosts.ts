import type { PlatformSettings } from "../model/settings.ts";

/** Last labels of names that the cluster, or the machine that asks, gives to its own servers. */
const ownLastLabels: readonly string[] = ["svc", "local", "localhost", "internal", "default"];

/**
 * Those of the hosts that may be a server of the cluster, in full (`vault.dotmac-system.svc.cluster.local`) or as its
 * pods may write it (`vault.dotmac-system`). A tenant never gets them: the authority that signs a tenant's certificates
 * may be the one by which clients know those servers. The schemas of Tenant and HostClaim refuse all that can be told
 * without the platform's settings; a Tenant that is older than its schema is refused here.
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

/** Letters only, or an internationalised one: so are all of the root zone, and no `isp-…` or `kube-system` is. */
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
