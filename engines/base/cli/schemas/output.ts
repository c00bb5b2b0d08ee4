import { z } from "zod";

/** A printed object with exactly these fields. */
export function output<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape);
}
