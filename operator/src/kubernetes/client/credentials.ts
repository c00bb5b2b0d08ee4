import type { RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";

/** Address and credentials for one API server at one time. */
export interface Credentials {
  readonly tls: {
    readonly ca?: string | Buffer;
    readonly cert?: string | Buffer;
    readonly key?: string | Buffer;
    readonly passphrase?: string;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  readonly authorization: string | undefined;
}

/** Access to an API server: its address and our identity. */
export interface ApiServerAccess {
  readonly server: string;
  /** The namespace of the context or of the pod's own ServiceAccount. */
  readonly namespace: string;
  /** Reads files and runs exec plugins again when due. Call it from time to time, not per request. */
  credentials(): Promise<Credentials>;
}

/**
 * Loads the access by the usual rules: `$KUBECONFIG`, `~/.kube/config`, else the pod's ServiceAccount.
 * @throws Error when the configuration needs a feature that is not supported
 */
export function loadAccess(source: { kubeconfigPath?: string } = {}): ApiServerAccess {
  const config = new KubeConfig();
  if (source.kubeconfigPath !== undefined) config.loadFromFile(source.kubeconfigPath);
  else config.loadFromDefault();
  return accessFrom(config);
}

/** Access by a kubeconfig that is already loaded. */
export function accessFrom(config: KubeConfig): ApiServerAccess {
  const cluster = config.getCurrentCluster();
  if (!cluster) {
    throw new Error(
      `the kubeconfig has no cluster for its context "${config.getCurrentContext()}": choose a context with \`kubectl config use-context\``,
    );
  }
  if (cluster.proxyUrl) {
    throw new Error(
      `cluster "${cluster.name}" of the kubeconfig sets proxy-url, which is not supported: use a direct address`,
    );
  }
  return {
    server: cluster.server.replace(/\/+$/, ""),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? "default",
    credentials: () => currentCredentials(config),
  };
}

async function currentCredentials(config: KubeConfig): Promise<Credentials> {
  const options: RequestOptions & { headers: Record<string, string> } = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const tls: Record<string, unknown> = {};
  for (const name of tlsOptions) {
    const value = options[name];
    if (value !== undefined && value !== null) tls[name] = value;
  }
  return { tls, authorization: options.headers.Authorization ?? basicAuthorization(options.auth) };
}

const tlsOptions = ["ca", "cert", "key", "passphrase", "servername", "rejectUnauthorized"] as const;

function basicAuthorization(login: string | null | undefined): string | undefined {
  return login ? `Basic ${Buffer.from(login).toString("base64")}` : undefined;
}
