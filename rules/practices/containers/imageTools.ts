/**
 * Whether an image contains curl or wget: what its base brings along, and what its own steps add. It must never judge.
 *
 * Sources, read in June 2026: the images' Dockerfiles at https://github.com/docker-library, which take curl and wget out
 * of the slim variants again (https://github.com/nodejs/docker-node, https://github.com/docker-library/python,
 * https://github.com/docker-library/ruby) and build the full ones on buildpack-deps, which has both; BusyBox, which
 * brings wget to Alpine (https://busybox.net/downloads/BusyBox.html); Debian and Ubuntu, whose images have neither;
 * https://github.com/dotnet/dotnet-docker/issues/3680 (no curl in .NET images); distroless, which has no programs but
 * the runtime, and BusyBox in its debug variants (https://github.com/GoogleContainerTools/distroless#debug-images).
 */
import type { ImageReference } from '../../artifacts/dockerfile/facts.ts';
import { familyOf, officialName } from './baseImages.ts';
import type { FinalImage } from './finalImage.ts';

export type Tool = 'curl' | 'wget';

export function hasTool(image: FinalImage, tool: Tool): 'yes' | 'no' | 'unknown' {
  if (new RegExp(`\\b(?:add|install)\\b[^|;]*\\s${tool}(?:[\\s=;&]|$)`).test(image.built)) return 'yes';
  const brought = broughtBy(image.base.value);
  if (brought === undefined) return 'unknown';
  if (brought.includes(tool)) return 'yes';
  return mayAdd(image, tool) ? 'unknown' : 'no';
}

/** The tools of a base image; undefined where that is not known. */
function broughtBy(base: ImageReference): readonly Tool[] | undefined {
  const name = officialName(base);
  if (name === undefined || base.resolved === undefined) return undefined;
  const tag = base.tag ?? '';
  const family = familyOf(base);
  if (name === 'scratch') return [];
  if (family === 'distroless') return /debug/.test(tag) ? ['wget'] : [];
  if (name === 'busybox' || name === 'alpine') return ['wget'];
  if (/^mcr\.microsoft\.com\/dotnet\/(?:aspnet|runtime|runtime-deps)$/.test(name))
    return family === 'alpine' ? ['wget'] : family === 'debian' ? [] : undefined;
  if (name === 'debian' || name === 'ubuntu') return [];
  if (!/^(?:node|python|ruby|golang|rust)$/.test(name)) return undefined;
  if (family === 'alpine') return ['wget'];
  if (/(?:^|-)slim(?:-|$)/.test(tag)) return [];
  return family === 'debian' ? ['curl', 'wget'] : undefined;
}

/** Whether a step could add it in a way that is not seen: scripts, variables, files from other images. */
function mayAdd({ built, chain }: FinalImage, tool: Tool): boolean {
  if (
    built.includes(tool) ||
    /\.sh\b|\bxargs\b|\$|--with-deps|\b(?:dpkg|conda|nix\S*|brew|ansible\S*)\b/.test(built)
  )
    return true;
  return chain.some(({ copies }) =>
    copies.some(
      ({ sources, destination }) =>
        /(?:^|\/)s?bin(?:\/|$)/.test(destination) ||
        destination.includes(tool) ||
        sources.some((source) => source === '/' || source.includes(tool) || /(?:^|\/)bin\/?$/.test(source)),
    ),
  );
}
