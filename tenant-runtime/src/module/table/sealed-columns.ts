import type { Sealer } from "../../platform/secrets/sealer.ts";

/** Seals and opens the columns of one row. Text that was sealed for another row or column does not open. */
export interface SealedColumns {
  seal<Clear extends string | null>(column: string, clear: Clear): Sealed<Clear, Buffer>;
  /** Opens text in the form in which `bytes` columns are read. */
  open<Text extends string | null>(column: string, sealed: Text): Sealed<Text, string>;
}

/** Null stays null. */
type Sealed<Given, Value> = Given extends null ? null : Value;

/** `key` is the row's id, or its identifier in a table without ids. */
export function sealedColumns(sealer: Sealer, table: string, key: string): SealedColumns {
  const place = (column: string) => `${table}/${key}/${column}`;
  return {
    seal: (column, clear) =>
      (clear === null ? null : sealer.seal(Buffer.from(clear), place(column))) as never,
    open: (column, sealed) =>
      (sealed === null
        ? null
        : sealer.open(Buffer.from(sealed, "base64"), place(column)).toString()) as never,
  };
}
