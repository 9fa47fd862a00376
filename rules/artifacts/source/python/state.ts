/** State that a Python process keeps to itself, where a second replica does not see it. */
import type { LocalStateFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, hasSplat, keyword, receiverOf, type Code } from './code.ts';

export function stateOf(call: Syntax, code: Code): LocalStateFact | undefined {
  const origin = code.origin(call) ?? '';
  const { range } = call;
  // Both count in memory unless they are told of a store: https://flask-limiter.readthedocs.io/en/stable/#configuring-a-storage-backend
  if (/^(?:flask_limiter|slowapi)\.Limiter\(\)$/.test(origin)) {
    const isOpen = hasSplat(call) || /storage_uri|STORAGE_UR|config\.from_|from_object/.test(code.root.text);
    return isOpen ? undefined : { kind: 'rate-limit', what: `${origin.split('.')[0]}.Limiter`, range };
  }
  if (/^cachetools\.(?:TTLCache|LRUCache|LFUCache)\(\)$/.test(origin)) {
    const name = call.parent?.type === 'assignment' ? (call.parent.field('left')?.text ?? '') : '';
    return /sessions?\b/i.test(name) ? { kind: 'session', what: name, range } : undefined;
  }
  return uploadOf(call, code);
}

/** `request.files['image'].save('uploads/…')` of Flask. */
function uploadOf(call: Syntax, code: Code): LocalStateFact | undefined {
  if (calledName(call) !== 'save') return undefined;
  const receiver = receiverOf(call);
  const made = receiver?.type === 'identifier' ? code.values(receiver.text) : receiver ? [receiver] : [];
  const isUpload =
    made.length > 0 && made.every(({ text }) => /^(?:flask\.)?request\.files(?:\[|\.get\()/.test(text));
  const target = argumentsOf(call)[0]?.text ?? keyword(call, 'dst')?.text ?? '';
  // What is worked on and thrown away is no state.
  return isUpload && target !== '' && !/te?mp|BytesIO|buffer|stream/i.test(target)
    ? { kind: 'upload', what: 'request.files', range: call.range }
    : undefined;
}

/** Flask-Session and Django, told to keep sessions in files or in the process. */
export function stateOfSetting(assignment: Syntax, code: Code): LocalStateFact | undefined {
  const left = assignment.field('left')?.text ?? '';
  const right = code.string(assignment.field('right'))?.value ?? '';
  const name = /(?:^|\[['"]|\.)(SESSION_TYPE|SESSION_ENGINE)(?:['"]\])?$/.exec(left)?.[1];
  const isLocal =
    (name === 'SESSION_TYPE' && /^(?:filesystem|cachelib)$/.test(right)) ||
    (name === 'SESSION_ENGINE' && right === 'django.contrib.sessions.backends.file');
  return isLocal ? { kind: 'session', what: `${name} = '${right}'`, range: assignment.range } : undefined;
}
