/** Whether a number is a VLAN id: 12 bits, except the two values that IEEE 802.1Q reserves. */
export function isVlan(id: number): boolean {
  return id >= 1 && id <= 4094;
}
