/** Whether a number is the id of a VLAN: 12 bits, without the two that IEEE 802.1Q reserves. */
export function isVlan(id: number): boolean {
  return id >= 1 && id <= 4094;
}
