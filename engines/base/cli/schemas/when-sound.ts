/**
 * For a check that compares the parts of a value: it runs only if every part is right. Without this, zod also runs it
 * after a refusal inside, on parts that were not transformed.
 */
export const whenSound = {
  when: ({ issues }: { readonly issues: readonly unknown[] }) => issues.length === 0,
} as const;
