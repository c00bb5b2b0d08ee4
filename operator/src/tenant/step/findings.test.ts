import { expect, it } from "vitest";
import { Findings, finding } from "./findings.ts";

const size = finding<number>("size of the bucket", "BucketReady");

it("a finding is read with its type, and is undefined before its step has run", () => {
  const found = new Findings();
  expect(found.get(size)).toBeUndefined();
  const value: number = found.set(size, 0).require(size);
  expect([value, found.get(size)]).toEqual([0, 0]);
});

it("a missing finding is refused with its name and the step that finds it", () => {
  const found = new Findings().set(finding<number>("size of the bucket", "BucketReady"), 1);
  expect(() => found.require(size)).toThrow(
    'Expected the finding "size of the bucket" of the step BucketReady, found none: run that step before.',
  );
});
