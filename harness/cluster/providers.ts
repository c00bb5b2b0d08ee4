import { existingProvider } from "./existing/existing-provider.ts";
import { kindProvider } from "./kind/kind-provider.ts";
import { nativeProvider } from "./native/native-provider.ts";

export const providers = { native: nativeProvider, kind: kindProvider, existing: existingProvider };
