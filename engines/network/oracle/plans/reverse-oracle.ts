/** The pointer name of an address in full notation, by reversing its text: RFC 1035 and RFC 3596. */
export function pointerByText(octetsOrGroups: readonly number[]): string {
  if (octetsOrGroups.length === 4) return `${octetsOrGroups.toReversed().join(".")}.in-addr.arpa`;
  const digits = octetsOrGroups.map((group) => group.toString(16).padStart(4, "0")).join("");
  return `${[...digits].reverse().join(".")}.ip6.arpa`;
}
