import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ClusterState, parseState, readState, writeState } from "./state.ts";

const state: ClusterState = {
  format: 1,
  version: "0123456789abcdef",
  checkout: "/srv/dotmac",
  createdAt: "2026-11-23T19:30:00.000Z",
  complete: true,
  binaries: "/root/.cache/dotmac/binaries/kubernetes-1",
  processes: [{ name: "etcd", pid: 4711, startTime: "123456" }],
  before: { sysctls: { "net.ipv4.ip_forward": "0" }, tables: [], networkNamespaces: [], directories: {} },
  addresses: [{ address: "10.243.0.1/32", interface: "lo" }],
  interfaces: ["dotmac-outside"],
  networkNamespaces: ["dotmac-outside"],
  iptablesRules: [{ table: "mangle", rule: ["FORWARD", "-j", "NFQUEUE"] }],
  nftablesTables: ["ip dotmac"],
  mountRoots: ["/root/.local/state/dotmac/cluster/kubelet"],
};

describe("the state file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "dotmac-state-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("returns the written values", () => {
    const file = join(folder, "cluster/state.json");
    writeState(state, file);
    expect(readState(file)).toEqual(state);
  });

  it("means no cluster when it is missing", () => {
    expect(readState(join(folder, "state.json"))).toBeUndefined();
  });
});

describe("an unreadable state file", () => {
  it("is refused with the command that repairs it when it is not JSON", () => {
    expect(() => parseState("{", "/s/state.json")).toThrow(
      "/s/state.json is not JSON. It records the cluster's parts on this machine. When none of them runs any more, delete /s.",
    );
  });

  it.each([
    ["of another format", { ...state, format: 2 }, "format"],
    [
      "with a process without its start time",
      { ...state, processes: [{ name: "etcd", pid: 1 }] },
      "startTime",
    ],
    ["with a pid that is none", { ...state, processes: [{ name: "x", pid: -1, startTime: "1" }] }, "pid"],
    ["with an unknown field", { ...state, more: 1 }, "more"],
  ])("is refused %s, and the error names the field", (_, value, field) => {
    expect(() => parseState(JSON.stringify(value), "/s/state.json")).toThrow(field);
  });
});
