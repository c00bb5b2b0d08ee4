/** Milliseconds since this instant of Kubernetes; 0 when it is not known. */
export function elapsed(since: string | undefined, now: Date): number {
  return since === undefined ? 0 : now.getTime() - Date.parse(since);
}
