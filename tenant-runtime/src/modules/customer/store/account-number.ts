// H. M. Damm's quasigroup of order 10 (dissertation, Marburg 2004). It detects every single wrong digit and every
// swap of two neighbours, and the check digit is a decimal digit, unlike in ISO 7064 MOD 11-2.
const quasigroup = [
  [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
  [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
  [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
  [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
  [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
  [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
  [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
  [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
  [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
  [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
] as const;

/** The account number of a sequence number: its digits and a Damm check digit. */
export function accountNumber(sequence: bigint): string {
  return `${sequence}${interim(String(sequence))}`;
}

function interim(digits: string): number {
  return Array.from(digits).reduce((row, digit) => quasigroup[row]?.[Number(digit)] ?? 0, 0);
}
