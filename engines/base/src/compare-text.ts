/** Orders texts by their code units, independent of the machine's language. */
export function compareText(one: string, other: string): -1 | 0 | 1 {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
