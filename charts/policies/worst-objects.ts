import type { KubernetesObject } from "./objects.ts";

/** Objects that fail every check at least once, to show that every check can fail. */
export const worstObjects = [
  {
    apiVersion: "extensions/v1beta1",
    kind: "Deployment",
    metadata: { name: "worst", namespace: "default" },
    spec: {
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: { app: "worst" } },
      template: {
        metadata: { labels: { app: "other" } },
        spec: {
          serviceAccount: "x",
          hostIPC: true,
          hostNetwork: true,
          hostPID: true,
          priorityClassName: "urgent",
          restartPolicy: "Never",
          securityContext: {
            seLinuxOptions: { type: "spc_t" },
            sysctls: [{ name: "net.core.somaxconn", value: "1" }],
            windowsOptions: { hostProcess: true },
          },
          volumes: [
            { name: "socket", hostPath: { path: "/run/docker.sock" } },
            { name: "etc", hostPath: { path: "/etc" } },
          ],
          containers: [
            {
              name: "worst",
              image: "registry.example:5000/worst",
              env: [
                { name: "APP_SECRET", value: "x" },
                { name: "APP_SECRET", valueFrom: { secretKeyRef: { name: "x", key: "y" } } },
              ],
              ports: [{ containerPort: 22, hostPort: 22 }],
              livenessProbe: { httpGet: { host: "10.0.0.1", port: 1 } },
              readinessProbe: { tcpSocket: { port: "absent" } },
              startupProbe: { grpc: { port: 2 } },
              securityContext: {
                privileged: true,
                procMount: "Unmasked",
                runAsUser: 0,
                appArmorProfile: { type: "Unconfined" },
                capabilities: { add: ["SYS_ADMIN"] },
              },
              volumeMounts: [{ name: "etc", mountPath: "/host" }],
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "bare", namespace: "bare" },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: "bare" } },
      template: {
        metadata: { labels: { app: "bare" } },
        spec: { containers: [{ name: "bare", image: "bare:latest" }] },
      },
    },
  },
  { apiVersion: "batch/v1", kind: "Job", metadata: { name: "kept" }, spec: {} },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "dangling", namespace: "default" },
    spec: { type: "NodePort", selector: { app: "absent" }, ports: [{ port: 1, targetPort: "NOT-A-NAME" }] },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "dangling", namespace: "default" },
    spec: {
      podSelector: { matchLabels: { app: "absent" } },
      egress: [{ to: [{ podSelector: { matchLabels: { app: "absent" } } }] }],
    },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "dangling", namespace: "default" },
    spec: { rules: [{ http: { paths: [{ backend: { service: { name: "absent" } } }] } }] },
  },
  {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "none", namespace: "default" },
    spec: { maxUnavailable: 0, selector: { matchLabels: { app: "other" } } },
  },
  {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "all", namespace: "default" },
    spec: { minAvailable: 3, selector: { matchLabels: { app: "bare" } } },
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "everything" },
    rules: [
      { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
      { apiGroups: [""], resources: ["secrets", "pods", "pods/exec"], verbs: ["get", "create"] },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "exec", namespace: "default" },
    rules: [{ apiGroups: [""], resources: ["pods/attach"], verbs: ["create"] }],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "admin" },
    roleRef: { kind: "ClusterRole", name: "cluster-admin" },
  },
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "leak", namespace: "default" },
    data: { file: 'password = "hunter2hunter2"' },
  },
] as unknown as readonly KubernetesObject[];
