/** Authenticated encryption with the tenant's data key, for values that must not be stored in plain text. */
export interface Sealer {
  /** `associatedData` identifies the place: table, row and column. */
  seal(plaintext: Buffer, associatedData: string): Buffer;
  /** Throws when the text was not sealed for this place. */
  open(sealed: Buffer, associatedData: string): Buffer;
}
