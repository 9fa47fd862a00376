/** A secret is handed to the build by ENV or ARG: it stays in the image, or in its history, for whoever can pull it. */
import type { DockerfileFacts, DockerVariable } from '../../artifacts/dockerfile/facts.ts';
import { chain } from '../../model/dockerfiles.ts';
import { removeInstruction } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { levelIn } from './stages.ts';

type Message =
  | 'baked'
  | 'baked-buildkit'
  | 'baked-hadolint'
  | 'argument'
  | 'argument-buildkit'
  | 'argument-hadolint'
  | 'named'
  | 'named-buildkit'
  | 'named-hadolint';

const both = ['hadolint/DL3064', 'buildkit/SecretsUsedInArgOrEnv'];
const baked =
  '{keyword} {name} writes a secret into the image: whoever can pull it can read it, and so it stays after the value is changed here.';
const argument =
  'A value for ARG {name} stays in the history of the image, for whoever can pull it. Hand it to the one RUN that needs it by a secret mount.';
const named = '{keyword} {name} is called like a secret.';

export default defineRule<Message>({
  id: 'containers/secret-in-image',
  title: 'ENV or ARG puts a secret into an image or its history.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  joins: false,
  // The two tools call different names secrets: each has its messages, so that each is claimed where it speaks.
  messages: {
    baked: { text: baked, equivalents: both, level: 'error' },
    'baked-buildkit': { text: baked, equivalents: ['buildkit/SecretsUsedInArgOrEnv'] },
    'baked-hadolint': { text: baked, equivalents: ['hadolint/DL3064'] },
    argument: { text: argument, equivalents: both },
    'argument-buildkit': { text: argument, equivalents: ['buildkit/SecretsUsedInArgOrEnv'] },
    'argument-hadolint': { text: argument, equivalents: ['hadolint/DL3064'] },
    // By the name alone: no value, a file or address instead of one, a stage that stays behind, or no secret to most people.
    named: { text: named, equivalents: both, level: 'off' },
    'named-buildkit': { text: named, equivalents: ['buildkit/SecretsUsedInArgOrEnv'], level: 'off' },
    'named-hadolint': { text: named, equivalents: ['hadolint/DL3064'], level: 'off' },
  },
  check(model, report) {
    for (const { file, facts } of model.dockerfiles) {
      const level = levelIn(model, file);
      for (const variable of facts.variables) {
        const { name, keyword, stage, onbuild } = variable;
        // BuildKit looks into stages, and not behind ONBUILD.
        const isFragment = facts.stages.length === 0;
        const byBuildkit = (stage >= 0 || isFragment) && !onbuild && isSecretToBuildkit(name);
        const byHadolint = isSecretToHadolint(name);
        if (!byBuildkit && !byHadolint) continue;
        const kind = isShipped(facts, variable) ? kindOf(variable) : 'named';
        const message: Message =
          byBuildkit && byHadolint ? kind : `${kind}-${byBuildkit ? 'buildkit' : 'hadolint'}`;
        const range = variable.nameRange;
        const fixes: LazyFix[] = [];
        const isAlone =
          facts.variables.filter((one) => one.instruction === variable.instruction).length === 1;
        const instruction = facts.instructions.find((one) => one.range.start === variable.instruction);
        if (keyword === 'ENV' && kind === 'baked' && isAlone && instruction && !onbuild) {
          fixes.push({
            title: `Remove ${name} from the image, to be set where it runs`,
            safety: 'suggested',
            changes: ({ read }) => [removeInstruction(read(file), instruction.range)],
          });
        }
        report.gap({ message, data: { keyword, name }, at: { file, range }, level, fixes });
      }
    }
  },
});

/** Whether it is in the last image or its history: what other stages are given stays behind. */
function isShipped(facts: DockerfileFacts, { stage }: DockerVariable): boolean {
  if (facts.stages.length === 0) return true;
  return chain(facts, facts.stages.length - 1).some(({ index }) => index === stage);
}

function kindOf({ keyword, name, value }: DockerVariable): 'baked' | 'argument' | 'named' {
  if (!isSecretByName(name)) return 'named';
  if (value === undefined) return 'argument';
  const text = value.value.replace(/^(["'])(.*)\1$/, '$2');
  if (isPlaceholder(text)) return keyword === 'ARG' ? 'argument' : 'named';
  if (/^\$\{?\w+\}?$/.test(text)) return keyword === 'ENV' ? 'baked' : 'argument';
  return /^(?:[a-z]+:\/\/[^@]*$|\/|\.{1,2}\/)|\$/.test(text) ||
    /^(?:true|false|yes|no|on|off|\d{1,5})$/i.test(text)
    ? 'named'
    : 'baked';
}

/** What people write where the build only asks that there be something. */
function isPlaceholder(text: string): boolean {
  return (
    /^(?:<.*>|\*+|x+|\.{3}|-+)?$/i.test(text) ||
    /dummy|placeholder|change[-_ ]?(?:me|it|this)|example|replace|your[-_]|todo|fake|build[-_ ]?(?:time|only)|not[-_ ]?(?:set|used|needed|a[-_ ]?secret)|unused|none|null|empty|insecure|test/i.test(
      text,
    )
  );
}

/** Names that most people give to secrets, and not to what is kept beside them. */
function isSecretByName(name: string): boolean {
  if (
    /_(?:file|path|dir|url|uri|name|id|host|endpoint|header|expir\w*|ttl|length|type|method|prefix|version|enabled|mode)s?$/i.test(
      name,
    )
  ) {
    return /^AWS_ACCESS_KEY_ID$/i.test(name);
  }
  if (/public|^(?:DOCKER_)?USERNAME$|username$/i.test(name)) return false;
  return /(?:password|passwd|pword|secret|token|api_?key|access_?key|private_?key|client_?key|credentials?|secret_?key|encryption_?key|_auth_token)(?:_|$)|secret_key/i.test(
    name,
  );
}

/** Source: https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/ */
function isSecretToBuildkit(name: string): boolean {
  const words = name.toLowerCase().split('_');
  return words.some((word) => secretWords.has(word)) && !words.some((word) => harmlessWords.has(word));
}

const secretWords = new Set(
  'apikey auth credential credentials key password pword passwd secret token'.split(' '),
);
const harmlessWords = new Set(['public', 'file', 'version']);

/** Source: https://github.com/hadolint/hadolint/wiki/DL3064 */
function isSecretToHadolint(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    ['api_key', 'client_key', 'password', 'private', 'secret', 'token', 'username'].some((part) =>
      lower.includes(part),
    ) || knownNames.has(name.toUpperCase())
  );
}

/** Those among the names that hadolint knows which hold none of the words above. */
const knownNames = new Set(
  'APPLICATION_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY CI_DEPLOY_USER DOCKER_EMAIL FACEBOOK_APP_ID HEROKU_API_USER OKTA_AUTHN_GROUPID OKTA_CLIENT_ORGURL OKTA_OAUTH2_CLIENTID STRIPE_DEVICE_NAME TRAVIS_OS_NAME TRAVIS_SECURE_ENV_VARS TRAVIS_SUDO'.split(
    ' ',
  ),
);
