import { foldedWords, startOfWord } from "../fields/folded-text.ts";
import type { Parameter } from "./listing.ts";

// Scripts that are written without spaces between words: Thai to Myanmar, Hangul as NFKD decomposes it, Khmer, kana,
// Bopomofo and Han. Migration 0009 has the same list.
const unspaced =
  "\\u0e00-\\u109f\\u1100-\\u11ff\\u1780-\\u17ff\\u3005-\\u3007\\u3031-\\u318f\\u31f0-\\u31ff\\u3400-\\u9fff\\ua960-\\ua97f\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
const unspacedCharacter = new RegExp(`[${unspaced}]`, "u");

/**
 * The number of code points of a word in such a script that are searchable from its middle: four syllables of
 * Hangul.
 */
const longestPart = 12;

/** Words up to this number are also searched with neighbours joined into one. */
const mostJoinable = 6;

// Letters that Unicode does not decompose, and the letters that people type when their keyboard lacks them.
const plainLetters: Readonly<Record<string, string>> = {
  æ: "ae",
  đ: "d",
  ð: "d",
  ħ: "h",
  ı: "i",
  ł: "l",
  ø: "o",
  œ: "oe",
  þ: "th",
  ŧ: "t",
};

/** The tsvector of the searchable words of texts. A null text has no words. */
export function wordVector(texts: readonly (string | null)[]): string {
  const words = texts.flatMap((text) => (text === null ? [] : findableWords(text)));
  return [...new Set(words)].map(quoted).join(" ");
}

/**
 * The conditions that a tsvector of `wordVector` contains all words of a text by their beginnings. Empty for a text
 * without words.
 */
export function wordConditions(column: string, written: string, parameter: Parameter): string[] {
  const alternatives = joinings(searchedWords(written));
  if (alternatives.length === 0) return [];
  const query = alternatives.map((words) => words.map((word) => `${quoted(word)}:*`).join(" & ")).join(" | ");
  return [`${column} @@ ${parameter(query)}::tsquery`];
}

/** Whether a single character of this text is enough for a search. */
export function isWordByItself(character: string): boolean {
  return foldedWords(character).some((word) => unspacedCharacter.test(word));
}

/**
 * The searchable forms: each word, pairs of joined neighbours (O'Brien, Mc Donald), both with plain letters, and
 * parts of unspaced scripts.
 */
function findableWords(text: string): string[] {
  const words = foldedWords(text);
  const joined = words.slice(1).map((word, index) => startOfWord(`${words[index]}${word}`));
  const whole = [...words, ...joined];
  return [...whole, ...whole.map(plain), ...words.flatMap(partsOf)];
}

function plain(word: string): string {
  return startOfWord(word.replaceAll(/[^\0-\x7f]/gu, (letter) => plainLetters[letter] ?? letter));
}

/** The parts of a word that begin at or directly after each character of an unspaced script. */
function partsOf(word: string): string[] {
  const characters = Array.from(word);
  const isStart = (index: number) =>
    [characters[index - 1], characters[index]].some((each = "") => unspacedCharacter.test(each));
  return characters.flatMap((_, index) =>
    isStart(index) ? [characters.slice(index, index + longestPart).join("")] : [],
  );
}

/**
 * Cuts a word of an unspaced script to the length of the stored parts, so that it finds a few more results, never
 * fewer.
 */
function searchedWords(written: string): string[] {
  // The beginning of an email address is not part of a name. `m@tch` may be both.
  if (/^\S+@$/.test(written)) return [];
  const words = foldedWords(written.replace(/(?<=[\p{L}\p{N}])@(?=[\p{L}\p{N}])/u, ""));
  return words.map((word) =>
    unspacedCharacter.test(word) ? Array.from(word).slice(0, longestPart).join("") : word,
  );
}

/** The words, and the variants in which one pair of neighbours is joined. */
function joinings(words: readonly string[]): (readonly string[])[] {
  if (words.length === 0) return [];
  if (words.length > mostJoinable) return [words];
  const joined = words
    .slice(1)
    .map((word, index) => words.toSpliced(index, 2, startOfWord(`${words[index]}${word}`)));
  return [words, ...joined];
}

/** Quoting is sufficient, because words contain only letters and digits. */
function quoted(word: string): string {
  return `'${word}'`;
}
