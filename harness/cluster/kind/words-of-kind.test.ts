import { expect, it } from "vitest";
import { wordsOfKind } from "./words-of-kind.ts";

it("keeps the messages of kubeadm and kind, without their stack traces", () => {
  const stderr = `ERROR: failed to create cluster: failed to init node with kubeadm: command "docker exec" failed

Command Output: I1129 16:36 waiting for the kubelet
error: the kubelet is not healthy after 4m0s
k8s.io/kubernetes/cmd/kubeadm/app.Run
\tk8s.io/kubernetes/cmd/kubeadm/app/kubeadm.go:48
main.main
\tk8s.io/kubernetes/cmd/kubeadm/kubeadm.go:25

Stack Trace:
sigs.k8s.io/kind/pkg/errors.WithStack
\tsigs.k8s.io/kind/pkg/errors/errors.go:59
`;
  expect(wordsOfKind(stderr).split("\n")).toEqual([
    'ERROR: failed to create cluster: failed to init node with kubeadm: command "docker exec" failed',
    "Command Output: I1129 16:36 waiting for the kubelet",
    "error: the kubelet is not healthy after 4m0s",
  ]);
});

it("keeps the last dozen lines", () => {
  const stderr = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`).join("\n");
  expect(wordsOfKind(stderr).split("\n")).toHaveLength(12);
  expect(wordsOfKind(stderr)).toMatch(/^line 29\n.*\nline 40$/s);
});
