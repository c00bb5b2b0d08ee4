/** Authenticated encryption with the tenant's data key, for what must not lie in clear in a table. */
export interface Sealer {
  /** `associatedData` names the place: table, row and column. */
  seal(plaintext: Buffer, associatedData: string): Buffer;
  /** Throws when the text was not sealed for this place. */
  open(sealed: Buffer, associatedData: string): Buffer;
}
