import { systemClock } from "../../../process/clock.ts";
import type { Logger } from "../../../process/log.ts";
import { aborted } from "../base/aborted.ts";
import { pause } from "../base/pause.ts";
import { KubernetesClient } from "../kubernetes/client/client.ts";
import type { ApiServerAccess } from "../kubernetes/client/credentials.ts";
import { type Management, serveManagement } from "../kubernetes/loop/management.ts";
import { essentials } from "../kubernetes/objects/essentials.ts";
import { logFieldsOf, Reflector, type ReflectorEvent } from "../kubernetes/watch/reflector.ts";
import { ObjectStore } from "../kubernetes/watch/store.ts";
import { namesOf } from "../tenant/model/blueprint.ts";
import { type Tenant, tenantKind } from "../tenant/model/kinds.ts";
import { authentication } from "./access/authenticate.ts";
import { boundedRefusals } from "./access/bounded-refusals.ts";
import { refusalBySpec } from "./access/permit.ts";
import { reviewBy } from "./access/token-review.ts";
import { type AddressRule, internetOnly } from "./addresses/address-rule.ts";
import { type Resolve, systemResolver } from "./addresses/resolve-target.ts";
import type { EgressConfig } from "./config.ts";
import { EgressMetrics } from "./metrics.ts";
import { ProxyServer } from "./proxy-server.ts";
import { followCertificate, readCertificate } from "./server-certificate.ts";
import { Tunnels } from "./tunnels/tunnels.ts";

export interface EgressProxyOptions {
  readonly config: EgressConfig;
  readonly access: ApiServerAccess;
  readonly log: Logger;
  readonly version: string;
  /** The directory of a mounted Secret of type kubernetes.io/tls. */
  readonly certificateDirectory: string;
  /** Defaults: 3128 from the configuration, 8080 and 8081. 0 takes a free port. */
  readonly ports?: { readonly proxy: number; readonly metrics: number; readonly health: number };
  readonly onListening?: (listening: Listening) => void;
  /** Defaults: the machine's DNS servers, and the rule from the configuration. */
  readonly resolve?: Resolve;
  readonly rule?: AddressRule;
}

export interface Listening extends Pick<Management, "metricsPort" | "healthPort"> {
  readonly proxyPort: number;
}

/** The API server answers within milliseconds. A request that hangs must not delay a tenant for long. */
const requestTimeoutMs = 10_000;

/**
 * Runs one replica until `stop` is aborted. It then reports not ready, keeps serving until load balancers have noticed,
 * accepts no more tunnels and gives the open ones a limited time to end.
 * @throws FileFault when the certificate cannot be used
 */
export async function runEgressProxy(options: EgressProxyOptions, stop: AbortSignal): Promise<void> {
  const { config, log } = options;
  await using resources = new AsyncDisposableStack();
  const tunnels = new Tunnels(config.tunnelsPerTenant);
  const metrics = new EgressMetrics(tunnels);
  const client = resources.adopt(openClient(options), (open) => open.close());
  const store = new ObjectStore<Tenant>(
    { namespace: (tenant) => [namesOf(tenant).namespace] },
    // The proxy's decisions do not depend on a tenant's status.
    { reduce: ({ status: _status, ...tenant }) => essentials<Tenant>(tenant, "dotmac.io/") },
  );
  const reflector = resources.adopt(watch(client, store, observeWith(log, metrics)), (open) => open.stop());
  withdrawWithChanges(store, tunnels);
  const proxy = openProxy(options, { client, store, tunnels, metrics, isReady: () => reflector.hasSynced });
  const management = await serveManagement({
    registry: metrics.registry,
    ...(options.ports ? { metricsPort: options.ports.metrics, healthPort: options.ports.health } : {}),
    deadly: () => [],
    pending: () => [
      ...(reflector.hasSynced ? [] : ["waiting for the first list of tenants"]),
      ...(stop.aborted ? ["stopping"] : []),
    ],
  });
  resources.defer(() => management.close());
  resources.defer(proxy.unfollow);
  reflector.start();
  const proxyPort = await proxy.server.listen(options.ports?.proxy ?? config.port);
  log.info("listening", { port: proxyPort });
  options.onListening?.({ ...management, proxyPort });
  void reflector.synced.then(() => log.info("tenants are known", { tenants: store.size }));

  await aborted(stop);
  await pause(systemClock, config.lameDuck, new AbortController().signal);
  await proxy.server.stop(config.drain);
}

function openClient({ access, version }: EgressProxyOptions): KubernetesClient {
  return new KubernetesClient({ access, userAgent: `dotmac-egress-proxy/${version}`, requestTimeoutMs });
}

function watch(
  client: KubernetesClient,
  store: ObjectStore<Tenant>,
  observe: (event: ReflectorEvent) => void,
): Reflector<Tenant> {
  return new Reflector<Tenant>({
    client,
    kind: tenantKind,
    store,
    clock: systemClock,
    random: Math.random,
    observe,
  });
}

/** Ends a tunnel as soon as its permission ends, not at its next use. */
function withdrawWithChanges(store: ObjectStore<Tenant>, tunnels: Tunnels): void {
  store.onChange(({ type, object }) => {
    tunnels.withdraw(object.metadata.name, (target) => {
      return type !== "deleted" && refusalBySpec(object, target) === undefined;
    });
  });
}

interface Parts {
  readonly client: KubernetesClient;
  readonly store: ObjectStore<Tenant>;
  readonly tunnels: Tunnels;
  readonly metrics: EgressMetrics;
  readonly isReady: () => boolean;
}

function openProxy(options: EgressProxyOptions, { client, store, ...parts }: Parts) {
  const { config, log, certificateDirectory } = options;
  const certificate = readCertificate(certificateDirectory);
  const server = new ProxyServer({
    ...parts,
    ...config,
    certificate,
    authenticate: boundedRefusals(
      authentication({
        review: reviewBy(client),
        clock: systemClock,
        observe: (result) => parts.metrics.reviewed(result),
        onFailure: (error) => log.warn("the API server does not review a token", { error }),
      }),
      { rate: config.refusalsPerAddress, clock: systemClock },
    ),
    tenantOf: (namespace) => store.indexed("namespace", namespace)[0],
    resolve: options.resolve ?? systemResolver(),
    rule: options.rule ?? internetOnly(config),
    clock: systemClock,
    log,
  });
  const use = server.useCertificate.bind(server);
  const unfollow = followCertificate(certificateDirectory, certificate, use, { log, clock: systemClock });
  return { server, unfollow };
}

function observeWith(log: Logger, metrics: EgressMetrics): (event: ReflectorEvent) => void {
  return (event) => {
    if (event.type !== "failed") return log.debug(`reflector: ${event.type}`, logFieldsOf(event));
    metrics.watchFailed();
    log.warn("the watch of tenants was interrupted and continues", logFieldsOf(event));
  };
}
