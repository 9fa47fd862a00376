/** Mocha's own "spec" output, and the counts in a file for `npm test`. */
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class extends reporters.Dot {
  done(failures, callback) {
    const { passes, failures: failed } = this.stats;
    const file = process.env.SCALEREADY_TEST_RESULTS;
    if (file) writeFileSync(file, JSON.stringify({ passed: passes, failed }));
    callback?.(failures);
  }
};
