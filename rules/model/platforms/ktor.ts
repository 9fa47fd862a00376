/** Ktor: the port that its configuration file names, and what its plugins bring (https://ktor.io/docs/server-configuration-file.html). */
import type { Listen } from '../model.ts';
import type { PlatformCode } from './platform.ts';
import type { Project } from './project.ts';

export function ktor(code: PlatformCode, project: Project): void {
  code.listens = code.listens.map((listen) => {
    if (listen.framework === 'ktor') return { ...listen, drains: 'unknown' };
    return listen.framework === 'ktor-engine' ? configured(listen, project) : listen;
  });
}

function configured(listen: Listen, project: Project): Listen {
  const setting = project.setting('ktor.deployment.port');
  const port = Number(setting?.value);
  return {
    ...listen,
    framework: 'ktor',
    // How long it waits for requests is set there as well.
    drains: 'unknown',
    ...(setting?.known && Number.isInteger(port) && { port: { value: port, at: setting.at } }),
    ...(setting?.variable !== undefined && { portVariable: setting.variable }),
  };
}
