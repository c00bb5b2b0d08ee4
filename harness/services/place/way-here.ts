import { chooseWay, type Way } from "./choose-way.ts";
import { unobtainablePackages } from "./server-programs.ts";

/** The way to run servers on this machine: by TEST_SERVICES, or the first that works. */
export function wayHere(): Promise<Way> {
  return chooseWay(process.env.TEST_SERVICES, { processes: processObstacle, containers: containerObstacle });
}

async function processObstacle(): Promise<string | undefined> {
  const packages = await unobtainablePackages();
  if (packages.length === 0) return undefined;
  return `needs the Debian packages ${packages.join(", ")}; install them, or run the tests as root on Debian 12`;
}

/** Loaded only on demand, because most runs do not need it. */
async function containerObstacle(): Promise<string | undefined> {
  return (await import("./container-engine.ts")).containerObstacle();
}
