import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { counter, type DeclaredMetrics, gauge, histogram, openMeters } from "./meters.ts";

const declared = {
  written: counter("Notes that were written.", { colour: ["yellow", "blue"] }),
  openDrafts: gauge("Drafts that are open."),
  searchSeconds: histogram("Duration of a search.", [0.1, 1], { found: ["yes", "no"] }),
};

function open() {
  const registry = new Registry();
  return { registry, meters: openMeters(registry, "notes", declared) };
}

describe("the meters of declared metrics", () => {
  it("start every series at zero, under the owner's name", async () => {
    const text = await open().registry.metrics();
    expect(text).toContain("# HELP dotmac_notes_written_total Notes that were written.");
    expect(text).toMatch(/^dotmac_notes_written_total\{colour="yellow"\} 0$/m);
    expect(text).toMatch(/^dotmac_notes_written_total\{colour="blue"\} 0$/m);
    expect(text).toMatch(/^dotmac_notes_open_drafts 0$/m);
    expect(text).toMatch(/^dotmac_notes_search_seconds_count\{found="no"\} 0$/m);
  });

  it("record the given values", async () => {
    const { registry, meters } = open();
    meters.written.add(2, { colour: "blue" });
    meters.openDrafts.set(3);
    meters.searchSeconds.observe(0.5, { found: "yes" });
    const text = await registry.metrics();
    expect(text).toMatch(/^dotmac_notes_written_total\{colour="blue"\} 2$/m);
    expect(text).toMatch(/^dotmac_notes_open_drafts 3$/m);
    expect(text).toMatch(/^dotmac_notes_search_seconds_bucket\{le="0.1",found="yes"\} 0$/m);
    expect(text).toMatch(/^dotmac_notes_search_seconds_bucket\{le="1",found="yes"\} 1$/m);
  });

  it("create no series for a value that is not declared", async () => {
    const { registry, meters } = open();
    const before = await registry.metrics();
    expect(() => meters.written.add(1, { colour: "of a client" as "blue" })).toThrow(
      "the label colour of dotmac_notes_written_total has a value that is not declared: write one of yellow, blue",
    );
    expect(await registry.metrics()).toBe(before);
  });

  const many = Array.from({ length: 11 }, (_, index) => `v${index}`);
  it.each<[string, DeclaredMetrics, string]>([
    [
      "with too many series",
      { a: counter("A.", { one: many, other: many }) },
      "make 121 series: list 1 to 100",
    ],
    ["with a label without values", { a: counter("A.", { one: [] }) }, "make 0 series"],
    [
      "with a name that Prometheus refuses",
      { "a-b": counter("A.") },
      "dotmac_notes_a-b_total is no name of a metric",
    ],
    [
      "with the name of another",
      { tenSeconds: gauge("A."), ten_seconds: gauge("B.") },
      "is declared twice: rename one",
    ],
  ])("refuse a metric %s", (_what, metrics, message) => {
    expect(() => openMeters(new Registry(), "notes", metrics)).toThrow(message);
  });
});
