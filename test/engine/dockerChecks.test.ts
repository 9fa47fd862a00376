/**
 * What hadolint and Docker's build checks say of a Dockerfile, as far as a message of ours claims the same verdict: with
 * every message turned on, a claimed check is reported exactly where the other tool reports it. The cases are made from
 * their documentation: https://github.com/hadolint/hadolint/wiki and https://docs.docker.com/reference/build-checks/
 */
import assert from 'node:assert/strict';
import { audit } from '../../rules/index.ts';
import { MemoryWorkspace } from '../../rules/workspace/memory.ts';

/** Lines are divided by ` | `. */
const checks: Readonly<
  Record<string, { readonly found: readonly string[]; readonly clean: readonly string[] }>
> = {
  'hadolint/DL3002': {
    found: [
      'FROM busybox | USER root',
      'FROM busybox | USER 0:0',
      'FROM busybox | USER app | USER root:root',
      'FROM busybox AS a | USER root | FROM busybox | USER app',
    ],
    clean: ['FROM busybox | USER root | USER app', 'FROM busybox', 'USER root', 'FROM busybox | USER rooter'],
  },
  'hadolint/DL3006': {
    found: [
      'FROM debian',
      'FROM debian AS base',
      'FROM acme/api',
      'FROM host.example/team/api',
      'FROM node${V}',
      'FROM --platform=linux/amd64 debian',
    ],
    clean: [
      'FROM debian:13',
      'FROM scratch',
      'FROM debian:13 AS base | FROM base',
      'FROM debian@sha256:0123456789012345678901234567890123456789012345678901234567890123',
      'ARG BASE=debian | FROM $BASE',
      'FROM ${REGISTRY}/debian',
      'FROM localhost:5000/api',
      'ARG V=13 | FROM debian:$V',
    ],
  },
  'hadolint/DL3007': {
    found: ['FROM debian:latest', 'FROM debian:latest AS base', 'FROM ${REGISTRY}/api:latest'],
    clean: ['FROM debian:13', 'FROM debian', 'ARG V=latest | FROM debian:$V', 'FROM debian:latest-slim'],
  },
  'hadolint/DL3011': {
    found: ['FROM busybox | EXPOSE 80000', 'EXPOSE 80 65536', 'EXPOSE 40000-80000/tcp'],
    clean: ['EXPOSE 65535', 'EXPOSE 60000-65535', 'EXPOSE ${PORT}', 'EXPOSE 80/udp'],
  },
  'buildkit/ExposeInvalidFormat': {
    found: [
      'FROM alpine | EXPOSE 127.0.0.1:80:80',
      'FROM alpine | EXPOSE 80:80',
      'FROM alpine | EXPOSE [::1]:8080:8080/tcp',
    ],
    clean: ['FROM alpine | EXPOSE 80', 'FROM alpine | EXPOSE 80-90/udp 443/tcp'],
  },
  'hadolint/DL3012': {
    found: [
      'FROM busybox | HEALTHCHECK CMD /bin/a | HEALTHCHECK CMD /bin/b',
      'HEALTHCHECK NONE | HEALTHCHECK CMD a',
    ],
    clean: [
      'FROM busybox | HEALTHCHECK CMD a',
      'FROM a:1 | HEALTHCHECK CMD a | FROM b:1 | HEALTHCHECK CMD a',
    ],
  },
  'hadolint/DL4003': {
    found: ['FROM busybox | CMD a | CMD b', 'CMD ["a"] | RUN x | CMD ["a"]'],
    clean: [
      'FROM busybox | CMD a',
      'FROM a:1 | CMD a | FROM b:1 | CMD a',
      'FROM a:1 | HEALTHCHECK CMD a | CMD b',
      'FROM a:1 | ONBUILD CMD a | CMD b',
    ],
  },
  'hadolint/DL4004': {
    found: ['FROM busybox | ENTRYPOINT a | ENTRYPOINT b'],
    clean: ['FROM busybox | ENTRYPOINT a | CMD b', 'FROM a:1 AS x | ENTRYPOINT a | FROM x | ENTRYPOINT b'],
  },
  'buildkit/MultipleInstructionsDisallowed': {
    found: [
      'FROM alpine | ENTRYPOINT ["echo", "a"] | ENTRYPOINT ["echo", "b"]',
      'FROM alpine | CMD a | CMD b',
      'FROM alpine | HEALTHCHECK CMD a | HEALTHCHECK CMD b',
    ],
    clean: [
      'FROM alpine | ENTRYPOINT ["echo"] | CMD ["a"]',
      'FROM python:alpine | HEALTHCHECK CMD ["a"] | CMD ["b"]',
    ],
  },
  'hadolint/DL3020': {
    found: [
      'ADD package.json /app/',
      'ADD . /app',
      'ADD $FILE /x',
      'ADD a.tar.gz b.txt /x/',
      'ADD ["a b", "/x"]',
      'FROM a:1 | add --chown=app src /app',
      'ADD git@example.org:a/b.git /x',
    ],
    clean: [
      'ADD a.tar.gz /x',
      'ADD https://example.org/a /x',
      'ADD "a.tgz" /x',
      'COPY a /x',
      'ADD ["a.tar", "/x"]',
      'ADD http://example.org/a.txt https://example.org/b /x/',
    ],
  },
  'hadolint/DL3022': {
    found: [
      'FROM a:1 | COPY --from=other x .',
      'COPY --from=x a b',
      'FROM a:1 | COPY --from=2 x y',
      'FROM a:1 AS Build | FROM b:1 | COPY --from=build x y',
      'FROM a:1 | COPY --from=nginx x y',
    ],
    clean: [
      'FROM a:1 AS build | FROM b:1 | COPY --from=build x y',
      'FROM a:1 | FROM b:1 | COPY --from=0 x y',
      'FROM a:1 | COPY --from=nginx:1 x y',
      'FROM a:1 | COPY x y',
    ],
  },
  'hadolint/DL3023': {
    found: ['FROM a:1 AS build | COPY --from=build x y'],
    clean: ['FROM a:1 AS build | FROM b:1 AS run | COPY --from=build x y', 'FROM a:1 | COPY --from=0 x y'],
  },
  'hadolint/DL3024': {
    found: ['FROM a:1 AS build | FROM b:1 AS build'],
    clean: [
      'FROM a:1 AS build | FROM b:1 AS run',
      'FROM a:1 | FROM b:1',
      'FROM a:1 AS build | FROM b:1 AS Build',
    ],
  },
  'buildkit/DuplicateStageName': {
    found: ['FROM a:1 AS build | FROM b:1 AS build', 'FROM a:1 AS build | FROM b:1 AS Build'],
    clean: ['FROM a:1 AS build | FROM b:1 AS run'],
  },
  'buildkit/ReservedStageName': {
    found: ['FROM alpine AS scratch', 'FROM alpine AS context', 'FROM alpine AS Context'],
    clean: ['FROM alpine AS builder', 'FROM scratch AS base'],
  },
  'hadolint/DL3063': {
    found: ['FROM alpine AS scratch', 'FROM a:1 AS context'],
    clean: ['FROM alpine AS Context', 'FROM scratch AS base'],
  },
  'hadolint/DL3025': {
    found: [
      'FROM node:22 | CMD npm start',
      'CMD something',
      'ENTRYPOINT something',
      'FROM a:1 | HEALTHCHECK CMD curl x',
      'FROM a:1 AS x | CMD a b | FROM b:1 | CMD ["c"]',
      "FROM a:1 | CMD ['a', 'b']",
      'FROM a:1 | SHELL ["/bin/bash", "-c"] | CMD a b',
      'FROM a:1 | CMD exec a b',
      'FROM a:1 | ENTRYPOINT a | CMD b',
      'FROM mcr.microsoft.com/windows/nanoserver:1 | CMD a.exe',
    ],
    clean: [
      'CMD ["a", "b"]',
      'ENTRYPOINT ["a"]',
      'FROM a:1 | HEALTHCHECK NONE',
      'FROM a:1 | HEALTHCHECK CMD ["a"]',
      'FROM a:1 | RUN a b',
      'FROM a:1 | ONBUILD CMD a',
    ],
  },
  'buildkit/JSONArgsRecommended': {
    found: [
      'FROM alpine | ENTRYPOINT my-program start',
      'FROM alpine | CMD exec a',
      'FROM alpine AS a | CMD x | FROM alpine | CMD ["x"]',
      'FROM alpine | CMD x | SHELL ["/bin/bash", "-c"]',
      "FROM alpine | CMD ['x']",
    ],
    clean: [
      'FROM alpine | ENTRYPOINT ["my-program", "start"]',
      'FROM alpine | SHELL ["/bin/bash", "-c"] | ENTRYPOINT echo "hello world"',
      'FROM alpine AS a | SHELL ["/bin/bash", "-c"] | FROM a | CMD x',
      'FROM alpine | HEALTHCHECK CMD curl x',
    ],
  },
  'hadolint/DL3044': {
    found: ['ENV A=1 B=$A', 'ENV A=1 B="x${A}y"', 'ENV B=$A A=1', 'FROM a:1 | ENV A=1 B=$A-c'],
    clean: [
      'ENV A=1 | ENV B=$A',
      'ENV A=$A',
      'ENV A=1 B=$ABC',
      'ARG A | ENV A=1 B=$A',
      'ENV A=/x:$PATH B=1',
      'ENV A=0 | ENV A=1 B=$A',
    ],
  },
  'buildkit/UndefinedVar': {
    found: [
      'FROM alpine AS base | COPY $foo .',
      'FROM alpine AS base | ARG VERSION=$foo',
      'FROM alpine | ENV PATH=$PAHT:/app/bin',
      'ARG foo=1 | FROM alpine | COPY $foo .',
      'FROM alpine | COPY $TARGETARCH/app /app',
      'FROM scratch | WORKDIR /${foo:-x}',
      'FROM debian:13 | LABEL a="$b"',
      'FROM alpine AS a | FROM a | USER $foo',
    ],
    clean: [
      'FROM alpine AS base | ARG foo | COPY $foo .',
      'FROM python AS base | ARG VERSION=$PYTHON_VERSION',
      'FROM alpine | RUN echo $foo',
      'FROM alpine | CMD echo $foo',
      'FROM alpine AS a | ENV foo=1 | FROM a | USER $foo',
      "FROM alpine | LABEL a='$b' c=\\$d",
      'FROM alpine | ENV PATH=$PATH:/x',
    ],
  },
  'buildkit/UndefinedArgInFrom': {
    found: [
      'FROM node:22${VARIANT} AS jsbuilder',
      'FROM --platform=$BULIDPLATFORM node:22',
      'FROM node:22 | ARG V | FROM node:$V',
      'FROM node:${V:-22}',
    ],
    clean: [
      'ARG VARIANT="-alpine3.20" | FROM node:22${VARIANT}',
      'FROM --platform=$BUILDPLATFORM node:22',
      'ARG V | FROM node:${V:-22}',
    ],
  },
  'buildkit/InvalidDefaultArgInFrom': {
    found: ['ARG TAG | FROM busybox:${TAG}', 'FROM ${IMAGE}', 'ARG A= | FROM a/$A/b:1'],
    clean: [
      'ARG TAG=latest | FROM busybox:${TAG}',
      'ARG VARIANT | FROM busybox:stable${VARIANT}',
      'ARG TAG | FROM alpine:${TAG:-3.14}',
      'ARG A | ARG B=alpine$A | FROM $B:3',
      'FROM alpine:3 AS a-amd64 | FROM a-$TARGETARCH',
    ],
  },
  'hadolint/DL3064': {
    found: [
      'ARG NPM_TOKEN',
      'ENV PASSWORD=x',
      'ENV A=1 MY_SECRET=2',
      'ARG DB_USERNAME=x | FROM a:1',
      'FROM a:1 | ONBUILD ENV API_KEY=1',
      'ENV AWS_ACCESS_KEY_ID=AKIA',
      'ARG PRIVATE_REPOSITORY',
    ],
    clean: ['ENV KEY=1', 'ARG AUTH', 'ENV PORT=1', 'LABEL password=x'],
  },
  'buildkit/SecretsUsedInArgOrEnv': {
    found: [
      'FROM a:1 | ARG AWS_SECRET_ACCESS_KEY',
      'FROM a:1 | ENV key=1',
      'FROM a:1 | ENV DB_PASSWORD',
      'FROM a:1 | ENV AUTH=x',
      'FROM a:1 | ARG GITHUB_TOKEN=abc',
    ],
    clean: [
      'FROM a:1 | ENV PUBLIC_KEY=1',
      'FROM a:1 | ENV TOKEN_FILE=/x',
      'FROM a:1 | ENV TOKENS=1',
      'ARG GITHUB_TOKEN | FROM a:1',
      'FROM a:1 | ONBUILD ENV TOKEN=1',
      'FROM a:1 | ENV MONKEY=1',
    ],
  },
  'hadolint/DL3057': {
    found: [
      'FROM busybox',
      'FROM a:1 AS x | HEALTHCHECK CMD a | FROM b:1',
      'FROM a:1 AS one | FROM b:1 | HEALTHCHECK CMD a',
    ],
    clean: [
      'FROM busybox | HEALTHCHECK CMD a',
      'FROM a:1 AS x | HEALTHCHECK CMD a | FROM x',
      'FROM a:1 AS x | FROM x | HEALTHCHECK CMD a',
      'RUN x',
      'FROM a:1 | HEALTHCHECK NONE',
    ],
  },
  'hadolint/DL3029': {
    found: [
      'FROM --platform=linux/amd64 debian:13',
      'FROM --platform=$PLATFORM a:1',
      'FROM --platform=linux/amd64 a:1 AS build_amd64',
    ],
    clean: ['FROM debian:13', 'FROM --platform=$BUILDPLATFORM a:1', 'FROM --platform=${TARGETPLATFORM} a:1'],
  },
  'buildkit/FromPlatformFlagConstDisallowed': {
    found: ['FROM --platform=linux/amd64 alpine AS base'],
    clean: [
      'FROM alpine AS base',
      'FROM --platform=${BUILDPLATFORM} alpine',
      'FROM --platform=linux/amd64 alpine AS build_amd64',
    ],
  },
};

describe('Checks of other tools', () => {
  for (const [check, { found, clean }] of Object.entries(checks)) {
    it(`${check} is reported where the other tool reports it`, async () => {
      for (const text of found) assert.ok((await claims(text)).has(check), `silent: ${text}`);
      for (const text of clean) assert.ok(!(await claims(text)).has(check), `reported: ${text}`);
    });
  }
});

async function claims(text: string): Promise<ReadonlySet<string>> {
  const workspace = new MemoryWorkspace({ Dockerfile: `${text.replaceAll(' | ', '\n')}\n` });
  const { findings } = await audit(workspace, { levels: [{ pattern: '*', level: 'warning' }] });
  return new Set(findings.flatMap(({ equivalents }) => equivalents));
}
