import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { silent } from "../machine/progress.ts";
import { fetchGo, goArchive } from "./fetch-go.ts";

const name = "v0.0.1-go1.99.0.linux-amd64";
const content = zipOf(`golang.org/toolchain@${name}/bin/go`, "#!/bin/sh\necho go1.99.0\n");
const archive = {
  version: "go1.99.0",
  platform: "linux-amd64",
  sum: createHash("sha256").update(content).digest("hex"),
};

let folder: string;
let proxy: Server;
let address: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dotmac-go-"));
  proxy = createServer(({ url }, response) => {
    const isKnown = url === `/golang.org/toolchain/@v/${name}.zip`;
    response.writeHead(isKnown ? 200 : 404).end(isKnown ? content : "");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => proxy.close(resolve));
  await rm(folder, { recursive: true });
});

/**
 * An archive with one uncompressed file and no modes, like a module
 * (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
 */
function zipOf(path: string, text: string): Buffer {
  const [nameBytes, data] = [Buffer.from(path), Buffer.from(text)];
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(data.length, 18);
  common.writeUInt16LE(nameBytes.length, 22);
  const file = Buffer.concat([Buffer.from("PK\x03\x04"), common, nameBytes, data]);
  const entry = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, Buffer.alloc(14), nameBytes]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(entry.length, 8);
  end.writeUInt32LE(file.length, 12);
  return Buffer.concat([file, entry, Buffer.from("PK\x05\x06"), end]);
}

const fetchInto = (changes: Partial<typeof archive> = {}) =>
  fetchGo(join(folder, "go"), silent, { ...archive, ...changes });

describe("a fetched Go", () => {
  it("comes from the first module proxy that has it, and runs", async () => {
    vi.stubEnv("GOPROXY", `http://127.0.0.1:1,${address}/|direct`);
    await fetchInto();
    expect((await execa(join(folder, "go/bin/go"))).stdout).toBe("go1.99.0");
    expect(await readdir(folder)).toEqual(["go"]);
  });

  it("is refused and removed when its checksum differs", async () => {
    vi.stubEnv("GOPROXY", address);
    await expect(fetchInto({ sum: "0".repeat(64) })).rejects.toThrow(
      /Expected Go with the SHA-256 0{64}, .* or install Go 1\.21/,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ["the proxies do not have it", "http://127.0.0.1:1", "Check the network, the disk and GOPROXY,"],
    ["GOPROXY names no proxy", "direct", "GOPROXY names none: set it,"],
  ])("must be installed by hand when %s", async (_, value, words) => {
    vi.stubEnv("GOPROXY", value);
    await expect(fetchInto()).rejects.toThrow(`${words} or install Go 1.21 or newer`);
  });

  it("must be installed by hand on a platform without a known checksum", async () => {
    await expect(fetchGo(join(folder, "go"), silent, { ...archive, sum: undefined })).rejects.toThrow(
      "There is no Go to fetch for linux-amd64: install Go 1.21 or newer",
    );
  });
});

it.runIf(process.platform === "linux").each(["x64", "arm64"] as const)(
  "has a checksum for the Go that builds everything, on %s",
  (architecture) => {
    expect(goArchive(architecture).sum).toMatch(/^[0-9a-f]{64}$/);
  },
);
