import type { ImageRecipe } from "../images/image-spec.ts";
import type { Progress } from "../machine/progress.ts";

export type ProviderName = "native" | "kind" | "existing";

/** A way to get a Kubernetes cluster. */
export interface ClusterProvider {
  readonly name: ProviderName;
  /** The reason why it cannot be used here, with what to do; undefined if it can. */
  obstacle(): Promise<string | undefined>;
  /** Builds and installs everything that `up` needs, unless it is there. */
  prepare(progress: Progress): Promise<void>;
  /** Starts the cluster, or finds it running and changes nothing. */
  up(progress: Progress): Promise<RunningCluster>;
  /** The running cluster, unchanged. */
  find(): Promise<RunningCluster | undefined>;
  /** Removes everything that `up` created. */
  down(progress: Progress): Promise<void>;
}

/** The properties of a cluster for tests, charts and a person's shell. */
export interface RunningCluster {
  readonly provider: ProviderName;
  readonly kubeconfig: string;
  /** Folders with kubectl and helm for the front of the PATH; empty when the PATH already has them. */
  readonly toolPaths: readonly string[];
  /**
   * Whether the platform's images are built here from Debian packages and Go modules, or are the charts' upstream ones.
   */
  readonly imageSource: "local" | "upstream";
  /** The gateway's HTTPS address from this machine; undefined when it was not given. */
  readonly gateway: { readonly address: string; readonly port: number } | undefined;
  /**
   * The address of the harness's own gateway: a fixed cluster address, or a port of the node; undefined if the cluster
   * has a gateway.
   */
  readonly gatewayService: { readonly clusterIP: string } | { readonly nodePort: number } | undefined;
  /** Whether this machine reaches the addresses of Services, as the cluster's pods do. */
  readonly routesServices: boolean;
  /** The API server's audit log: one JSON object per line for every write (audit.k8s.io/v1, level Metadata). */
  readonly auditLog: string | undefined;
  /** A listener outside of the cluster's networks, which represents the internet. */
  readonly outside: { readonly address: string; readonly httpPort: number } | undefined;
  /** The CA that signs the platform's and the tenants' certificates in development. */
  readonly platformCa: { readonly certificate: string; readonly key: string };
  /** Builds an image of this checkout, makes it available to the nodes, and returns its reference. */
  provideImage(recipe: ImageRecipe, progress: Progress): Promise<string>;
  /** The same for one of the Go programs. Only where imageSource is "local". */
  provideProgram(name: ClusterProgram, progress: Progress): Promise<string>;
}

/** A Go program with its own image. */
export type ClusterProgram = "gateway" | "vault";
