// Prints the path of a program in the cache, and builds it if it is absent. Usage: program.ts <name>
import { cachedBinary } from "../../../binaries/cached-binary.ts";

console.log(await cachedBinary(process.argv[2] ?? ""));
