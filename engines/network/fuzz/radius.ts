import { fuzzPackets } from "../src/radius/testing/fuzz-packets.ts";

/** The number of packets and the seed, if they differ from the defaults. */
const [packets = "1000000", seed = "1"] = process.argv.slice(2);
const begun = process.hrtime.bigint();
const figures = fuzzPackets(Number(packets), Number(seed));
const seconds = Math.round(Number(process.hrtime.bigint() - begun) / 1e8) / 10;
console.log(JSON.stringify({ fuzz: "radius", seed: Number(seed), seconds, ...figures }));
