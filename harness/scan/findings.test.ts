import { describe, expect, it } from "vitest";
import { type Finding, parseFindings } from "./findings.ts";
import { findingsTable } from "./findings-table.ts";
import { parseAudit } from "./packages/npm-audit.ts";
import { findingFaults, readReviewedFindings } from "./reviewed-findings.ts";
import { scannedPrograms } from "./scan-programs.ts";

const http: Finding = {
  id: "GO-2026-1",
  program: "kube",
  module: "golang.org/x/net",
  version: "v0.61.0",
  fixedBy: "v0.62.0",
};
const group = {
  programs: ["kube"],
  reason: "The program never calls it.",
  until: "2027-01-31",
  modules: { "golang.org/x/net": ["GO-2026-1"] },
};

describe("govulncheck's output", () => {
  const finding = (osv: string, trace: object, fixed?: string) =>
    `${JSON.stringify({ finding: { osv, fixed_version: fixed, trace: [trace] } }, null, 2)}\n`;
  const net = { module: "golang.org/x/net", version: "v0.61.0" };

  it("names each vulnerability of a module once, even if it is listed more often", () => {
    const output = [
      `${JSON.stringify({ config: { scanner_name: "govulncheck" } }, null, 2)}\n`,
      finding("GO-2026-2", { module: "k8s.io/kubernetes", version: "v1.37.2" }),
      finding("GO-2026-1", net, "v0.62.0"),
      finding("GO-2026-1", { ...net, package: "golang.org/x/net/html" }, "v0.62.0"),
      finding("GO-2026-1", { ...net, package: "golang.org/x/net/html", function: "Parse" }, "v0.62.0"),
    ].join("");
    expect(parseFindings("kube", output)).toEqual([
      http,
      {
        id: "GO-2026-2",
        program: "kube",
        module: "k8s.io/kubernetes",
        version: "v1.37.2",
        fixedBy: undefined,
      },
    ]);
  });
});

describe("the reviewed findings", () => {
  it("can be read, and name programs that are scanned", async () => {
    const programs = (await readReviewedFindings()).flatMap(({ programs }) => programs);
    expect(programs.filter((program) => !scannedPrograms.includes(program))).toEqual([]);
  });

  it("cause no complaint when they match the findings", () => {
    expect(findingFaults([http], [group], "2027-01-31")).toEqual([]);
  });

  it("cause a complaint about a new finding, a finding that is gone, and an expired review", () => {
    expect(findingFaults([http], [], "2027-01-01")).toEqual([
      "kube: GO-2026-1 in golang.org/x/net v0.61.0 is new; v0.62.0 mends it. Update the module, or add a reviewed entry. https://pkg.go.dev/vuln/GO-2026-1",
    ]);
    expect(findingFaults([], [group], "2027-01-01")).toEqual([
      "kube: GO-2026-1 (golang.org/x/net) is no longer found. Remove its entry.",
    ]);
    expect(findingFaults([http], [group], "2027-02-01")).toEqual([
      'kube: the review "The program never calls it." counted until 2027-01-31. Review it again.',
    ]);
  });

  it("of one program do not count for another", () => {
    expect(findingFaults([http, { ...http, program: "helm" }], [group], "2027-01-01")).toEqual([
      expect.stringMatching(/^helm: GO-2026-1 .* is new/),
    ]);
  });
});

it("the table counts findings and names the fixed versions", () => {
  const open: Finding = {
    ...http,
    id: "GO-2026-3",
    module: "x.test/y",
    fixedBy: undefined,
  };
  const table = findingsTable(
    new Map([
      ["kube", [http, { ...http, id: "GO-2026-2", fixedBy: "v0.7.0" }, open]],
      ["runc", []],
    ]),
  );
  expect(table.split("\n")).toEqual([
    "PROGRAM  FINDINGS  MENDED BY",
    "kube     3         golang.org/x/net v0.62.0 (2); x.test/y: 1 without a fix",
    "runc     0",
  ]);
});

describe("the output of npm audit", () => {
  it.each([
    ["a mirror without advisories", '{"message":"405 Method Not Allowed","statusCode":405}', "status 405"],
    ["no answer at all", "", "its answer is not understood"],
    ["no network", '{"message":"request failed"}', "request failed"],
  ])("is summarised in one sentence: %s", (_what, output, why) => {
    expect(parseAudit(output)).toEqual({
      summary: `The npm registry answers no advisories (${why}); harness/scan/packages/reviewed-packages.yaml stands for them.`,
      advisories: [],
    });
  });

  it("names the packages with advisories", () => {
    const vulnerabilities = { ws: { severity: "high", range: "<8.17.1", fixAvailable: true } };
    const { summary, advisories } = parseAudit(JSON.stringify({ auditReportVersion: 2, vulnerabilities }));
    expect(summary).toBe("The npm registry knows 1 packages with advisories.");
    expect(advisories).toEqual(["ws <8.17.1: high; npm audit fix mends it"]);
  });
});
