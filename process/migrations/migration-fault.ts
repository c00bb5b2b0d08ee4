/** A migration, or the record of those applied, is not as it must be. The message says what to do. */
export class MigrationFault extends Error {
  override readonly name = "MigrationFault";
}
