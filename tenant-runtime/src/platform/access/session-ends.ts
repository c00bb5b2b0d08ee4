/** Tells this process that sessions of a user have ended. */
export interface SessionEnds {
  tell(userId: string): void;
  /** Calls the listener with the user of every session that a command of this process ends. */
  listen(listener: (userId: string) => void): void;
}

export function createSessionEnds(): SessionEnds {
  const listeners = new Set<(userId: string) => void>();
  return {
    tell: (userId) => {
      for (const listener of listeners) listener(userId);
    },
    listen: (listener) => void listeners.add(listener),
  };
}
