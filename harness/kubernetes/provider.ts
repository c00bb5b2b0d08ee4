import type { BuiltImage, ImageRecipe } from "../images/image-spec.ts";
import type { Progress } from "../machine/progress.ts";

export type ProviderName = "native" | "kind" | "existing";

/** A way to have a Kubernetes cluster. */
export interface ClusterProvider {
  readonly name: ProviderName;
  /** Why it cannot be used here, in words that say what to do; undefined when it can. */
  obstacle(): Promise<string | undefined>;
  /** Builds and installs what `up` needs; nothing when all of it is there. */
  prepare(progress: Progress): Promise<void>;
  /** Brings the cluster up, or finds it running and changes nothing. */
  up(progress: Progress): Promise<RunningCluster>;
  /** The cluster when it runs now, without touching it. */
  find(): Promise<RunningCluster | undefined>;
  /** Takes away everything that up made. */
  down(progress: Progress): Promise<void>;
}

/** What the tests, the charts and a person's shell need to know of a cluster. */
export interface RunningCluster {
  readonly provider: ProviderName;
  readonly kubeconfig: string;
  /** Folders with kubectl and helm, for the front of the PATH; empty when they are there already. */
  readonly toolPaths: readonly string[];
  /** Whether the platform's images are built here from Debian packages and Go modules, or are the charts' upstream ones. */
  readonly imageSource: "local" | "upstream";
  /** Where the gateway answers HTTPS, for this machine; undefined when nobody told. */
  readonly gateway: { readonly address: string; readonly port: number } | undefined;
  /** How the harness's own gateway is reached: a fixed cluster address, or a port of the node; undefined where the cluster has one. */
  readonly gatewayService: { readonly clusterIP: string } | { readonly nodePort: number } | undefined;
  /** The API server's audit log: one JSON object per line for every write (audit.k8s.io/v1, level Metadata). */
  readonly auditLog: string | undefined;
  /** A listener that stands for the internet, outside of the cluster's networks. */
  readonly outside: { readonly address: string; readonly httpPort: number } | undefined;
  /** The CA that signs the platform's and the tenants' certificates in development. */
  readonly platformCa: { readonly certificate: string; readonly key: string };
  /** Gives the nodes images that were built here; those they have are skipped. Only where imageSource is "local". */
  loadImages(images: readonly BuiltImage[], progress?: Progress): Promise<void>;
  /** Builds an image of this checkout, makes sure that the nodes can have it, and gives its reference. */
  provideImage(recipe: ImageRecipe, progress: Progress): Promise<string>;
  /** The same for one of the Go programs. Only where imageSource is "local". */
  provideProgram(name: ClusterProgram, progress: Progress): Promise<string>;
}

/** A Go program that runs as an image of its own. */
export type ClusterProgram = "gateway" | "vault";
