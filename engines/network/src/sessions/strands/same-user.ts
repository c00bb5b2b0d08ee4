/** A NAS may leave the name out of some records. */
export function isSameUser(one: string, other: string): boolean {
  return one === other || one === "" || other === "";
}
