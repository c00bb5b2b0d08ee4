const size = 256 * 1024;

const fill = (unit: string) => unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
const numbered = (prefix: string) => {
  const parts = Array.from(
    { length: size / 6 },
    (_, index) => prefix + (46_656 + index).toString(36).padStart(5, "a"),
  );
  return parts.join("").slice(0, size);
};

/** Texts of 256 KiB that cost the most to trim, match, fold, parse or make canonical. */
export const worstTexts: Readonly<Record<string, string>> = {
  "distinct variants of a language": `en${numbered("-")}`.slice(0, size),
  "combining marks": `e${fill("\u0301\u0323")}`,
  "halves of surrogate pairs": fill("\ud800"),
  "signs that fold to six": fill("㌖"),
  "a sign that folds to eighteen": fill("ﷺ"),
  "zero-width signs": fill("\u200b\u200d\ufeff"),
  digits: fill("9"),
  "digits with a point": `1.${fill("0")}1`,
  "space around a letter": `${" ".repeat(size / 2)}x${" ".repeat(size / 2)}!`,
  "letters before a sign that does not fit": `${fill("a")}!`,
  "parts of an email address": `${fill("a.")}@${fill("b.")}`,
  "at signs": fill("@"),
  "parts of a phone number": fill("+1 (2)-"),
  commas: fill("active,"),
  quotes: fill('"'),
  "a date with many fractions": `2026-01-01T00:00:00.${fill("0")}Z`,
  "JSON nested deep": fill("["),
  "a cursor that holds much": Buffer.from(
    JSON.stringify({ sort: "name", value: fill("x"), id: fill("y") }),
  ).toString("base64url"),
};

/** Values that are not text: deeply nested, with many keys, with many entries. */
export const worstShapes: Readonly<Record<string, unknown>> = {
  "a list nested deep": nested(size / 2),
  "an object of many keys": Object.fromEntries(
    Array.from({ length: size / 8 }, (_, index) => [`k${index}`, 1]),
  ),
  "a list of many numbers": Array.from({ length: size / 2 }, () => 1),
  "a list of many texts": Array.from({ length: size / 4 }, () => "a"),
  "a large number": 1.7976931348623157e308,
};

function nested(depth: number): unknown {
  let value: unknown[] = [];
  for (let level = 1; level < depth; level += 1) value = [value];
  return value;
}
