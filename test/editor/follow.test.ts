/** How a run of a runbook is kept, and what a postmortem tells of it; needs no editor. */
import * as assert from 'node:assert/strict';
import { finish, freshRun, progressOf, sent, toggle, toldOf } from '../../client/follow/run.ts';
import type { FollowedTask } from '../../server/protocol.ts';

const tasks: readonly FollowedTask[] = [
  { kind: 'heading', key: 'h', depth: 2, text: 'Diagnosis' },
  { kind: 'task', key: 'a', markdown: '1. Which route fails?\n', commands: [] },
  { kind: 'text', key: 't', markdown: 'So it is.' },
  { kind: 'task', key: 'b', markdown: '- Go back:', commands: [] },
];

describe('a run of a runbook', () => {
  it('begins with the first thing that is done, and ends when it is finished', () => {
    assert.equal(freshRun.began, undefined);
    const begun = toggle(freshRun, 'a', 1000);
    assert.deepEqual([begun.began, progressOf(begun, tasks)], [1000, { done: 1, total: 2 }]);
    const undone = toggle(begun, 'a', 2000);
    assert.deepEqual([undone.began, progressOf(undone, tasks).done], [1000, 0]);
    const finished = finish(begun, 3000);
    assert.equal(finished.finished, 3000);
    assert.equal(toggle(finished, 'b', 4000), finished);
    assert.equal(sent(finished, 'b', 'ls', 4000), finished);
  });

  it('does not count what is not on the page any more', () => {
    assert.deepEqual(progressOf(toggle(freshRun, 'gone', 1), tasks), { done: 0, total: 2 });
  });

  it('is told in order', () => {
    const run = finish(toggle(sent(toggle(freshRun, 'a', 1), 'b', 'make back\nmake sure', 2), 'b', 3), 4);
    assert.deepEqual(toldOf(run, tasks, 9), {
      began: 1,
      finished: 4,
      entries: [
        { at: 1, text: 'done: Which route fails?' },
        { at: 2, text: 'ran `make back …`' },
        { at: 3, text: 'done: Go back' },
      ],
    });
  });
});
