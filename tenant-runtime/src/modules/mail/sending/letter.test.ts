import { describe, expect, it } from "vitest";
import { mailLanguageOf } from "../../../platform/mail/languages.ts";
import { letterOf, oneLine } from "./letter.ts";

describe("a subject or a name", () => {
  it.each([
    ["Bill\r\nBcc: all@example.com", "Bill Bcc: all@example.com"],
    ["Bill\nX: 1", "Bill X: 1"],
    ["Bill\u2028X: 1", "Bill X: 1"],
    ["Bill\0\u0085", "Bill"],
    ["x".repeat(300), "x".repeat(200)],
  ])("cannot begin a header: %j", (written, expected) => {
    expect(oneLine(written)).toBe(expected);
    const { subject, text } = letterOf({ subject: written, paragraphs: ["Hello"] }, "en", written);
    expect(subject).toBe(expected);
    expect(text).toBe(`Hello\n\n-- \n${expected}\n`);
  });
});

describe("the language of a reader", () => {
  it.each([
    ["fr", "fr"],
    ["fr-CA", "fr"],
    ["FR", "fr"],
    ["en-GB", "en"],
    ["frr", undefined],
    ["de", undefined],
    ["", undefined],
  ])("%j has the templates of %s", (tag, language) => {
    expect(mailLanguageOf(tag)).toBe(language);
  });
});
