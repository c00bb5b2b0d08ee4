/** The DNS names of the runtime for the gateway and other clients in the cluster. */
export function serviceNames(namespace: string): string[] {
  return [`runtime.${namespace}.svc.cluster.local`, `runtime.${namespace}.svc`];
}
