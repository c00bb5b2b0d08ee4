import type { Build } from "./builds.ts";

/**
 * The Go that builds every program: its standard library is linked into each, so its security fixes are theirs. The
 * go command on the PATH fetches it through the module proxy (https://go.dev/doc/toolchain).
 */
export const goToolchain = "go1.26.11";

/**
 * The flags that decide what comes out: a module's go.mod and go.sum are final (`-mod=readonly`), and neither
 * symbols nor the state of this checkout go in.
 */
export function goArguments(build: Build): string[] {
  return [
    "-mod=readonly",
    "-buildvcs=false",
    ...(build.tags ? ["-tags", build.tags] : []),
    "-ldflags",
    ["-s -w", build.ldflags].filter(Boolean).join(" "),
    ...build.packages,
  ];
}

/** The environment of a build: C only where it cannot be avoided, so that executables run in empty images. */
export function goEnvironment(build: Build): Record<string, string> {
  return { CGO_ENABLED: build.cgo ? "1" : "0", GOFLAGS: "", GOWORK: "off", GOTOOLCHAIN: goToolchain };
}
