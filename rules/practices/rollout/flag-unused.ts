/** Joins definitions of flags with the code: a flag that nothing reads. */
import { place } from '../../model/model.ts';
import { defineRule } from '../rule.ts';
import { removeDefinition } from './definitions.ts';
import { undefinedReads } from './meant.ts';

export default defineRule({
  id: 'rollout/flag-unused',
  title: 'A feature flag is defined, and no code reads it.',
  area: 'rollout',
  section: '§7',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    unused: {
      text: 'No code reads the flag {key}, so switching it changes nothing, and whoever tries in an incident loses time.',
    },
  },
  check(model, report) {
    const meant = new Set(undefinedReads(model).map((read) => read.meant));
    for (const definition of model.flags.definitions) {
      const { file, facts, reads, readsAreKnown, role } = definition;
      if (role !== 'production' || facts.archived) continue;
      const key = facts.key.value;
      const at = place(file, facts.key);
      const [read] = reads;
      if (read) {
        const evidence = { at: place(read.file, read.facts), message: `${key} is read here` };
        report.met(model.serviceOf(read.file), evidence);
      } else if (!readsAreKnown) {
        report.unknown(undefined, `Code that computes its keys, or is not read, may ask for ${key}.`, at);
      } else if (meant.has(definition)) {
        report.unknown(undefined, `Code that reads a flag of a similar name may mean ${key}.`, at);
      } else {
        report.gap({
          message: 'unused',
          data: { key },
          at,
          fixes: [
            {
              title: `Remove the flag ${key} from ${file}`,
              safety: 'suggested',
              changes: (context) => removeDefinition(context.read(file).text, definition, context.model),
            },
          ],
        });
      }
    }
  },
});
