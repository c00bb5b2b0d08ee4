import type { Build } from "./builds.ts";

/**
 * The Go version that builds every program. Its standard library is linked into each program, with its security fixes.
 * The go command on the PATH fetches it through the module proxy (https://go.dev/doc/toolchain).
 */
export const goToolchain = "go1.26.11";

/**
 * The flags that determine the result: go.mod and go.sum of a module are final (`-mod=readonly`), and the program
 * contains neither symbols nor the state of this checkout. Debug data are not even compiled (`-dwarf=false`), which
 * saves about a sixth of the processor time; stack traces do not need them.
 */
export function goArguments(build: Build): string[] {
  return [
    "-mod=readonly",
    "-buildvcs=false",
    "-gcflags=all=-dwarf=false",
    ...(build.tags ? ["-tags", build.tags] : []),
    "-ldflags",
    ["-s -w", build.ldflags].filter(Boolean).join(" "),
    ...build.packages,
  ];
}

/** The environment of a build. It uses C only where unavoidable, so that executables run in empty images. */
export function goEnvironment(build: Build): Record<string, string> {
  return { CGO_ENABLED: build.cgo ? "1" : "0", GOFLAGS: "", GOWORK: "off", GOTOOLCHAIN: goToolchain };
}
