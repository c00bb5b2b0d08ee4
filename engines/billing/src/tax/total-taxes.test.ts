import { expect, it } from "vitest";
import { totalTaxes } from "./total-taxes.ts";

// Quebec until 2012: QST was due on the price together with the GST. 9.5 % of 105.00 is 9.975.
it("a compound tax has the net and the ordinary taxes of its lines as its base, another tax has the net", () => {
  const taxes = [
    { code: "QST", rate: "9.5", amount: 998n, compound: true },
    { code: "GST", rate: "5", amount: 500n, compound: false },
  ];
  const alone = [{ code: "QST", rate: "9.5", amount: 95n, compound: true }];
  expect(
    totalTaxes([
      { net: 10_000n, taxes },
      { net: 1000n, taxes: alone },
    ]),
  ).toEqual([
    { code: "QST", rate: "9.5", base: 11_500n, amount: 1093n },
    { code: "GST", rate: "5", base: 10_000n, amount: 500n },
  ]);
});
