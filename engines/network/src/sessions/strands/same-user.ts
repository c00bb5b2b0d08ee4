/** Whether two names may be of one user: a NAS may omit the name from some records. */
export function isSameUser(one: string, other: string): boolean {
  return one === other || one === "" || other === "";
}
