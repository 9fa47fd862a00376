/** The floor: lists a folder as plainly as can be and reads every text that could matter, once. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const skipped = /^(?:\.git|node_modules|vendor|dist|build|\.next)$/;
const candidate =
  /\.(?:[cm]?[jt]sx?|ya?ml|json|md|py|go|java|kt|cs|rb|php|rs|tf)$|Dockerfile|Makefile|CODEOWNERS/;
let bytes = 0;

(function walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      if (!skipped.test(entry.name)) walk(join(folder, entry.name));
    } else if (entry.isFile() && candidate.test(entry.name)) {
      bytes += readFileSync(join(folder, entry.name), 'utf8').length;
    }
  }
})(process.argv[2]);

console.log(bytes);
