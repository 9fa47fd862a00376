/** Tests are written, and no pipeline runs them. */
import type { Model, Service } from '../../model/model.ts';
import { PipelineWork } from '../../model/pipelineWork.ts';
import type { Place } from '../../text.ts';
import { defineRule } from '../rule.ts';
import { languageNames, testFilesOf } from './testFiles.ts';

export default defineRule({
  id: 'automation/tests-not-run',
  title: 'There are tests that no pipeline runs.',
  area: 'automation',
  section: '§3',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    'not-run': {
      text: 'No pipeline runs the {language} tests ({test} and {more} more): a change that breaks them is merged, and soon nobody believes them.',
    },
    'not-run-one': {
      text: 'No pipeline runs the {language} test {test}: a change that breaks it is merged, and soon nobody believes it.',
    },
  },
  check(model, report) {
    const { jobs, files, unread, open } = model.pipelines;
    if (files.length === 0) return;
    const run = testsRunIn(model);
    const written = testFilesOf(model);
    // Tests inside of the code, and such as have names of their own.
    for (const [language, at] of run.languages)
      if (written.size === 0)
        report.met(undefined, {
          at,
          message: `runs ${languageNames[language] ?? ''} tests`.replace('  ', ' '),
        });
    for (const [language, tests] of written) {
      const service = serviceOf(tests, model);
      const at = run.languages.get(language) ?? run.languages.get('*');
      if (at) report.met(service, { at, message: `runs ${languageNames[language]} tests` });
      else if (run.maybe || open || unread.length > 0 || jobs.length === 0 || testedInImages(model))
        report.unknown(
          service,
          'What the pipelines run is written where it is not read.',
          files[0] && { file: files[0].file },
        );
      else
        report.gap({
          message: tests.length === 1 ? 'not-run-one' : 'not-run',
          data: {
            language: languageNames[language]!,
            test: tests[0]!,
            ...(tests.length > 1 && { more: tests.length - 1 }),
          },
          at: service?.at ?? model.root,
          ...(service && { service }),
          related: [
            { at: { file: tests[0]! }, message: 'a test' },
            { at: { file: files[0]!.file }, message: 'a pipeline' },
          ],
        });
    }
  },
});

interface TestsRun {
  /** Where a pipeline runs the tests of a language. */
  readonly languages: ReadonlyMap<string, Place>;
  readonly maybe: boolean;
}

function testsRunIn(model: Model): TestsRun {
  const work = new PipelineWork(model.packages);
  const languages = new Map<string, Place>();
  let maybe = false;
  for (const { steps } of model.pipelines.jobs)
    for (const step of steps) {
      const tested = work.tested(step);
      for (const language of tested.languages)
        if (!languages.has(language)) languages.set(language, { file: step.file, range: step.range });
      maybe ||= tested.maybe;
    }
  return { languages, maybe };
}

/** Whether building an image runs tests: then whatever builds it does. */
function testedInImages({ dockerfiles }: Model): boolean {
  return dockerfiles.some(({ facts }) =>
    facts.stages.some(({ runs }) => runs.some(({ value }) => /\btest|\bcheck\b|\bverify\b/i.test(value))),
  );
}

/** The service that all of these tests are of. */
function serviceOf(tests: readonly string[], model: Model): Service | undefined {
  const services = new Set(tests.slice(0, 1000).map((path) => model.serviceOf(path)));
  return services.size === 1 ? [...services][0] : undefined;
}
