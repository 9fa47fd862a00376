/**
 * The hash by which GitHub code scanning recognises a line (`primaryLocationLineHash`): a rolling hash over the 100
 * characters from its start, blanks left out, as in github/codeql-action, src/fingerprints.ts. Where a log carries
 * another value, the upload warns about every result; where it carries none, uploads by API show alerts twice.
 */

const length = 100;
const factor = 37n;
const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
const drop = wrap(factor ** BigInt(length));
const endOfText = 65535;

/** @returns for each line of the text (`\n`, `\r\n` or `\r` end one) its hash and the number of its occurrence */
export function lineHashes(text: string): readonly string[] {
  const units = normalized(text);
  const hashes: string[] = [];
  const counts = new Map<string, number>();
  const at = (index: number): bigint => (index < 0 ? 0n : BigInt(units[index] ?? 0));
  let hash = 0n;
  for (let index = 0; index < units.length + length - 1; index++) {
    hash = wrap(hash * factor + at(index) - drop * at(index - length));
    const start = index - length + 1;
    if (start < 0 || (start > 0 && units[start - 1] !== 10)) continue;
    const value = hash.toString(16);
    const number = (counts.get(value) ?? 0) + 1;
    counts.set(value, number);
    hashes.push(`${value}:${number}`);
  }
  return hashes;
}

/** UTF-16 units without blanks, line ends as `\n`, and a mark at the end. */
function normalized(text: string): number[] {
  const units: number[] = [];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 32 || unit === 9) continue;
    if (unit === 10 && text.charCodeAt(index - 1) === 13) continue;
    units.push(unit === 13 ? 10 : unit);
  }
  units.push(endOfText);
  return units;
}
