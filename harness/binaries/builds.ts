import { fileURLToPath } from "node:url";

export type ModuleName = "kubernetes" | "gateway" | "vault" | "govulncheck" | "syft" | "cosign";

/** One `go build` of one of the Go modules beside this file. */
export interface Build {
  readonly name: string;
  readonly module: ModuleName;
  readonly packages: readonly string[];
  /** The resulting executables. */
  readonly outputs: readonly string[];
  /** Further names of the first executable, which selects its program by the name it was called with. */
  readonly links?: readonly string[];
  readonly tags?: string;
  readonly ldflags?: string;
  readonly cgo?: boolean;
  /** Seconds of a cold build on two cores, after all earlier builds of the list. */
  readonly coldSeconds: number;
}

const version = "k8s.io/component-base/version";

/** The programs that the first pod needs, in the order of their need. */
export const clusterBuilds: readonly Build[] = [
  {
    name: "Kubernetes 1.37.2 and etcd 3.7.3",
    module: "kubernetes",
    packages: ["./cmd/kube"],
    outputs: ["kube"],
    links: [
      "etcd",
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "kube-proxy",
      "kubelet",
      "kubectl",
    ],
    ldflags: `-X ${version}.gitVersion=v1.37.2 -X ${version}.gitMajor=1 -X ${version}.gitMinor=37`,
    coldSeconds: 420,
  },
  {
    name: "containerd 2.4.2",
    module: "kubernetes",
    packages: [
      "github.com/containerd/containerd/v2/cmd/containerd",
      "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
      "github.com/containerd/containerd/v2/cmd/ctr",
    ],
    outputs: ["containerd", "containerd-shim-runc-v2", "ctr"],
    tags: "no_btrfs no_zfs no_devmapper",
    coldSeconds: 40,
  },
  {
    name: "runc 1.5.2",
    module: "kubernetes",
    packages: ["github.com/opencontainers/runc"],
    outputs: ["runc"],
    tags: "seccomp",
    cgo: true,
    coldSeconds: 10,
  },
  {
    name: "CoreDNS 1.15.0 and the pause container",
    module: "kubernetes",
    packages: ["./cmd/coredns", "./cmd/pause"],
    outputs: ["coredns", "pause"],
    coldSeconds: 15,
  },
  {
    name: "kube-network-policies 0.8.0",
    module: "kubernetes",
    packages: ["sigs.k8s.io/kube-network-policies/cmd"],
    outputs: ["kube-network-policies"],
    coldSeconds: 10,
  },
];

/** The programs that are needed only once the cluster runs. */
export const laterBuilds: readonly Build[] = [
  {
    name: "Helm 4.3.1 and kwok 0.8.0",
    module: "kubernetes",
    packages: ["helm.sh/helm/v4/cmd/helm", "sigs.k8s.io/kwok/cmd/kwok"],
    outputs: ["helm", "kwok"],
    coldSeconds: 30,
  },
  {
    name: "Vault 1.13.1",
    module: "vault",
    packages: ["github.com/hashicorp/vault"],
    outputs: ["vault"],
    coldSeconds: 180,
  },
  {
    name: "Gateway, of Skipper 0.27.41",
    module: "gateway",
    packages: ["./cmd/gateway"],
    outputs: ["gateway"],
    coldSeconds: 70,
  },
];

/** All programs that run in a cluster or in one of its images. */
export const clusterPrograms: readonly Build[] = [...clusterBuilds, ...laterBuilds];

/** The scanners of programs and images, built on demand. */
const scannerBuilds: readonly Build[] = [
  {
    name: "govulncheck 1.9.0 and the generator of its database",
    module: "govulncheck",
    packages: ["golang.org/x/vuln/cmd/govulncheck", "golang.org/x/vulndb/cmd/indexdb"],
    outputs: ["govulncheck", "indexdb"],
    coldSeconds: 60,
  },
  {
    name: "syft 1.57.1",
    module: "syft",
    packages: ["github.com/anchore/syft/cmd/syft"],
    outputs: ["syft"],
    coldSeconds: 300,
  },
  {
    name: "cosign 2.6.5 and a registry for trying it",
    module: "cosign",
    packages: [
      "github.com/sigstore/cosign/v2/cmd/cosign",
      "github.com/google/go-containerregistry/cmd/registry",
    ],
    outputs: ["cosign", "registry"],
    coldSeconds: 300,
  },
];

export const allBuilds: readonly Build[] = [...clusterPrograms, ...scannerBuilds];

export function moduleDirectory(module: ModuleName): string {
  return fileURLToPath(new URL(module, import.meta.url));
}
