/** An EXPOSE names a port that cannot be, or maps it to the host, which only running the image can do. */
import type { Ranged } from '../../text.ts';
import { replace } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { levelIn, stagesOf } from './stages.ts';

export default defineRule({
  id: 'containers/expose-invalid',
  title: 'EXPOSE names a port that is out of range, or maps it to a port of the host.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'safe',
  joins: false,
  messages: {
    range: {
      text: 'No port is called {port}: ports go up to 65535, so the image does not build.',
      equivalents: ['hadolint/DL3011'],
      level: 'error',
    },
    // Hadolint replaces no variables.
    'range-resolved': {
      text: '{text} is {port} here, and ports go up to 65535, so the image does not build.',
      level: 'error',
    },
    mapping: {
      text: 'EXPOSE cannot map {port} to an address or a port of the host, so that part has no effect, and builds will fail on it: a mapping belongs to docker run or to Compose.',
      equivalents: ['buildkit/ExposeInvalidFormat'],
    },
    format: {
      text: '{port} is no port that Docker understands (a number or a range, with /tcp, /udp or /sctp), so the image does not build.',
      level: 'error',
    },
  },
  check(model, report) {
    for (const { file, facts } of model.dockerfiles) {
      const level = levelIn(model, file);
      for (const { exposed } of stagesOf(facts)) {
        for (const word of exposed) {
          const at = { file, range: word.range };
          for (const port of word.value.split(/\s+/)) {
            const parts = port.split(':');
            const [range = '', protocol] = parts.at(-1)!.split('/');
            const numbers = /^(\d+)(?:-(\d+))?$/.exec(range);
            // What is not replaced is decided outside the Dockerfile.
            if (port === '' || port.includes('$')) continue;
            const fixes = parts.length > 1 && numbers ? [unmapped(file, word, parts)] : [];
            if (parts.slice(0, -1).some((part) => part !== '')) {
              report.gap({ message: 'mapping', data: { port }, at, level, fixes });
            }
            if (!numbers || (protocol !== undefined && !/^(?:tcp|udp|sctp)?$/i.test(protocol))) {
              report.gap({ message: 'format', data: { port }, at, level });
            } else if (Math.max(Number(numbers[1]), Number(numbers[2] ?? 0)) > 65535) {
              const message = word.written === word.value ? 'range' : 'range-resolved';
              report.gap({ message, data: { port, text: word.written }, at, level });
            }
          }
        }
      }
    }
  },
});

function unmapped(file: string, { range, value }: Ranged<string>, parts: readonly string[]): LazyFix {
  const port = parts.at(-1)!;
  return {
    title: `Expose ${port}`,
    safety: 'safe',
    changes({ read }) {
      const source = read(file);
      const written = source.text.slice(range.start, range.end);
      return written === value ? [replace(source, range, port)] : [];
    },
  };
}
