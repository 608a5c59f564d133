// Unpack Chromium, the libraries that a bare machine lacks, and its font, from the package into node_modules/.chromium.
import { createReadStream, createWriteStream, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

import { extract } from "tar-fs";

const packed = join(import.meta.dirname, "node_modules/@sparticuz/chromium/bin");
const folder = join(import.meta.dirname, "node_modules/.chromium");
const unpack = (name, target) => pipeline(createReadStream(join(packed, name)), createBrotliDecompress(), target);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
await Promise.all([
  unpack("chromium.br", createWriteStream(join(folder, "chromium"), { mode: 0o755 })),
  unpack("al2023.tar.br", extract(folder)),
  unpack("fonts.tar.br", extract(folder)),
]);
// Written last: it says that all went well.
writeFileSync(join(folder, ".unpacked"), "");
