/**
 * What is known of public base images: the user they start as, their family, and the user they have for a service.
 * It must never know a Dockerfile.
 *
 * Sources, read in June 2026: the images' own Dockerfiles and descriptions at https://github.com/docker-library,
 * https://github.com/GoogleContainerTools/distroless#readme, https://images.chainguard.dev,
 * https://learn.microsoft.com/dotnet/core/docker/container-images (app user since .NET 8, chiseled images start as it),
 * https://github.com/bitnami/containers (non-root images), https://github.com/nginx/docker-nginx-unprivileged.
 */
import type { ImageReference } from '../../artifacts/dockerfile/facts.ts';

export type Family = 'alpine' | 'debian' | 'redhat' | 'busybox' | 'distroless' | 'scratch' | 'windows';

/** Official images whose processes start as root. */
const rootImages = new Set(
  (
    'scratch alpine debian ubuntu busybox fedora centos rockylinux almalinux oraclelinux amazonlinux archlinux photon ' +
    'opensuse/leap buildpack-deps gcc bash node python pypy golang ruby jruby php perl rust elixir erlang haskell swift ' +
    'dart julia r-base clojure openjdk eclipse-temurin amazoncorretto ibm-semeru-runtimes sapmachine maven gradle composer ' +
    'nginx httpd caddy traefik tomcat tomee wordpress drupal ghost nextcloud oven/bun denoland/deno mhart/alpine-node ' +
    'continuumio/miniconda3 continuumio/anaconda3 tiangolo/uvicorn-gunicorn tiangolo/uvicorn-gunicorn-fastapi ' +
    'tiangolo/uwsgi-nginx-flask nvidia/cuda pytorch/pytorch tensorflow/tensorflow dunglas/frankenphp openresty/openresty ' +
    'hexpm/elixir azul/zulu-openjdk bellsoft/liberica-openjdk-alpine phusion/baseimage nikolaik/python-nodejs ' +
    'ghcr.io/astral-sh/uv gcr.io/google-appengine/python gcr.io/google.com/cloudsdktool/google-cloud-cli'
  ).split(' '),
);

/** Images of other projects that start as a user of their own. */
const ownUserImages =
  /^(?:(?:bitnami|bitnamilegacy|bitnamisecure|ghcr\.io\/bitnami)\/(?!minideb)|nginxinc\/nginx-unprivileged$|(?:haproxy|varnish|jetty|solr|kong|sonarqube|elasticsearch|kibana|logstash)$|docker\.elastic\.co\/|grafana\/|prom\/|otel\/|jaegertracing\/|jenkins\/|quay\.io\/keycloak\/)/;

/** The name without the registries that mirror the official images. */
export function officialName(image: ImageReference): string | undefined {
  return image.name
    ?.toLowerCase()
    .replace(
      /^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io|mirror\.gcr\.io|public\.ecr\.aws\/docker)\//,
      '',
    )
    .replace(/^library\//, '');
}

/** The user that a container of this image starts as when no USER is set. */
export function defaultUser(image: ImageReference): 'root' | 'other' | 'unknown' {
  const name = officialName(image);
  const family = familyOf(image);
  if (name === undefined || family === 'windows') return 'unknown';
  // A part of the tag may be a variable: `nonroot-${ARCH}`.
  if (
    /(?:^|[-_./:])(?:non-?root|rootless|unprivileged|chiseled)(?![a-z])/.test(
      `${name}:${image.tag ?? image.text}`,
    )
  )
    return 'other';
  if (family === 'distroless' && image.tag === undefined && image.text.includes('$')) return 'unknown';
  if (ownUserImages.test(name)) return 'other';
  if (name.startsWith('cgr.dev/'))
    return /\/(?:wolfi-base|chainguard-base|go|sdk)$/.test(name) ? 'unknown' : 'other';
  if (family === 'distroless' || /^mcr\.microsoft\.com\/dotnet\//.test(name)) return 'root';
  if (
    /^(?:registry\.access\.redhat\.com|registry\.redhat\.io)\/ubi\d+(?:\/ubi(?:-minimal|-micro|-init)?|-minimal|-micro)?$/.test(
      name,
    )
  )
    return 'root';
  return rootImages.has(name) ? 'root' : 'unknown';
}

/** Which distribution's tools the image has; debian for official images that do not say otherwise. */
export function familyOf(image: ImageReference): Family | undefined {
  const name = officialName(image);
  if (name === undefined) return undefined;
  const tag = image.tag ?? '';
  if (/^mcr\.microsoft\.com\/windows/.test(name) || /nanoserver|windowsservercore/.test(tag))
    return 'windows';
  if (name === 'scratch') return 'scratch';
  if (/^gcr\.io\/distroless\//.test(name)) return 'distroless';
  if (/^busybox$/.test(name)) return 'busybox';
  if (/alpine/.test(name) || /alpine/.test(tag) || /^(?:caddy|traefik|composer)$/.test(name)) return 'alpine';
  if (
    /^(?:fedora|centos|rockylinux|almalinux|oraclelinux|amazonlinux|amazoncorretto|photon)$|redhat/.test(name)
  )
    return 'redhat';
  if (/chiseled|azurelinux|distroless/.test(tag)) return undefined;
  if (rootImages.has(name) || /^mcr\.microsoft\.com\/dotnet\//.test(name)) return 'debian';
  return undefined;
}

/** The number that an image's tag begins with; undefined where it begins with none. */
export function majorVersion({ tag = '' }: ImageReference): number | undefined {
  const [digits] = /^\d+/.exec(tag) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** The user that an image brings along for the service to run as. */
export function shippedUser(image: ImageReference): string | undefined {
  const name = officialName(image);
  if (name === 'node') return 'node';
  if (name === 'oven/bun') return 'bun';
  if (name === 'denoland/deno') return 'deno';
  if (name?.startsWith('mcr.microsoft.com/dotnet/')) {
    return (majorVersion(image) ?? 0) >= 8 ? '$APP_UID' : undefined;
  }
  return undefined;
}
