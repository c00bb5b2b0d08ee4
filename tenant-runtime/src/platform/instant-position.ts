import { z } from "zod";

/** An instant as a place in a list: such that PostgreSQL takes it, whatever a client made of a cursor. */
export const instantPosition = z.iso.datetime().regex(/^[12]\d{3}-/);
