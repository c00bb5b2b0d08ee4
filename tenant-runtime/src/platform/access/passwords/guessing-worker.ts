import { parentPort, workerData } from "node:worker_threads";
import { type Match, ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";
import type { GuessingQuestion, PasswordStrength } from "./guessing.ts";

// zxcvbn's fourth and last level of strength: safe against guesses at a stolen hash.
const enoughGuesses = 1e10;
const separator = /[^\p{L}\p{N}]/gu;
// The common separators in common places.
const guessesOfSeparator = 100;

parentPort?.postMessage(strengthOf(workerData as GuessingQuestion));

function strengthOf({ password, knownWords }: GuessingQuestion): PasswordStrength {
  const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  const words = [...new Set(knownWords.flatMap((word) => [word, withoutAccents(word)]))];
  const asWritten = estimator.check(password, words);
  const { text, factor } = joined(password);
  const asOneWord = text === password || text === "" ? asWritten : estimator.check(text, words);
  const knownWord = [...asWritten.sequence, ...asOneWord.sequence].find(isKnownWord)?.token;
  return { isWeak: Math.min(asWritten.guesses, asOneWord.guesses * factor) < enoughGuesses, knownWord };
}

/**
 * The password without accents and separators: an attacker varies them first, but zxcvbn reads them as random
 * characters. Each separator after the first makes the password harder to guess by `guessesOfSeparator`.
 */
function joined(password: string): { readonly text: string; readonly factor: number } {
  const plain = withoutAccents(password);
  const separators = new Set(plain.match(separator));
  return {
    text: plain.replace(separator, ""),
    factor: guessesOfSeparator ** Math.max(0, separators.size - 1),
  };
}

function withoutAccents(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC");
}

function isKnownWord(match: Match): boolean {
  return match.pattern === "dictionary" && match.dictionaryName === "userInputs";
}
