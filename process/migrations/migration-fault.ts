/** An invalid migration, or an invalid record of applied ones. The message says what to do. */
export class MigrationFault extends Error {
  override readonly name = "MigrationFault";
}
