/**
 * What may be answered again for a while. Values are JSON; they lie in Redis in clear, so they hold no
 * personal data that the database keeps encrypted.
 */
export interface Cache {
  /**
   * The value kept for `key` in `scope`, or what `load` gives, kept for 5 minutes. When the cache cannot
   * be reached it is always what `load` gives.
   */
  through<Value>(scope: string, key: string, load: () => Promise<Value>): Promise<Value>;
  /** Forgets everything in these scopes. Call it after the transaction that made it stale has committed. */
  invalidate(...scopes: readonly string[]): Promise<void>;
}
