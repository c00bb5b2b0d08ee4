import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type CertificateSubject, createAuthority } from "../../../authority/authority.ts";
import {
  type CertificateFiles,
  writeCertificate,
  writeSigningKeys,
} from "../../../authority/certificate-files.ts";
import { network, nodeName, paths } from "../state/layout.ts";
import { writeKubeconfig } from "./kubeconfig.ts";

/** Every certificate and kubeconfig of the cluster's own components. */
export interface Credentials {
  readonly authority: CertificateFiles;
  readonly apiServer: CertificateFiles;
  readonly apiServerToKubelet: CertificateFiles;
  readonly kubelet: CertificateFiles;
  readonly serviceAccounts: { readonly publicKey: string; readonly privateKey: string };
  readonly kubeconfigs: {
    readonly controllerManager: string;
    readonly scheduler: string;
    readonly kubelet: string;
    readonly proxy: string;
  };
}

/** Creates them all, and the administrator's kubeconfig. The platform's CA is separate, with its own folder. */
export async function createCredentials(): Promise<Credentials> {
  await mkdir(paths.config, { recursive: true, mode: 0o700 });
  const signer = await createAuthority("dotmac test cluster");
  const authority = await writeCertificate(paths.pki, "ca", signer);
  const issue = async (name: string, subject: CertificateSubject) =>
    writeCertificate(paths.pki, name, await signer.issue(subject));
  const kubeconfigFor = async (name: string, commonName: string, organization?: string) =>
    writeKubeconfig(
      join(paths.config, `${name}.kubeconfig`),
      authority,
      await issue(name, { commonName, ...(organization ? { organization } : {}) }),
    );
  const administrator = await issue("admin", {
    commonName: "dotmac-admin",
    organization: "system:masters",
  });
  await writeKubeconfig(paths.kubeconfig, authority, administrator);
  return {
    authority,
    apiServer: await issue("kube-apiserver", {
      commonName: "kube-apiserver",
      dnsNames: [
        "localhost",
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
      ],
      ipAddresses: ["127.0.0.1", network.nodeAddress, network.apiServiceAddress],
    }),
    apiServerToKubelet: await issue("kube-apiserver-kubelet-client", {
      commonName: "kube-apiserver-kubelet-client",
      organization: "system:masters",
    }),
    kubelet: await issue("kubelet-server", {
      commonName: `system:node:${nodeName}`,
      organization: "system:nodes",
      dnsNames: [nodeName],
      ipAddresses: [network.nodeAddress],
    }),
    serviceAccounts: await writeSigningKeys(paths.pki),
    kubeconfigs: {
      controllerManager: await kubeconfigFor("kube-controller-manager", "system:kube-controller-manager"),
      scheduler: await kubeconfigFor("kube-scheduler", "system:kube-scheduler"),
      kubelet: await kubeconfigFor("kubelet", `system:node:${nodeName}`, "system:nodes"),
      proxy: await kubeconfigFor("kube-proxy", "system:kube-proxy"),
    },
  };
}
