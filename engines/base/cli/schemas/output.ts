import { z } from "zod";

/** A printed object: these fields and no others. */
export function output<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape);
}
