/** What is derived from the rules is up to date. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { generate } from './tools/generate.ts';

describe('generated files', () => {
  it('are what `npm run generate` writes', async () => {
    for (const [path, text] of await generate()) {
      const written = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
      assert.equal(written, text, `${path} is not up to date; run \`npm run generate\`.`);
    }
  });
});
