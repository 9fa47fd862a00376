/** The platforms that are known, in the order in which they are asked. A platform is added by one file and one line. */
import { aspnet } from './aspnet.ts';
import { ktor } from './ktor.ts';
import { micronaut } from './micronaut.ts';
import type { Platform, PlatformCode } from './platform.ts';
import type { Project } from './project.ts';
import { quarkus } from './quarkus.ts';
import { spring } from './spring.ts';

const platforms: readonly Platform[] = [spring, quarkus, micronaut, ktor, aspnet];

/** Adds what frameworks bring by convention to what the code of a service says. */
export function addPlatforms(code: PlatformCode, project: Project): void {
  for (const platform of platforms) platform(code, project);
  // Code that is made when it is built may serve anything.
  if (project.dependency(/openapi-generator|swagger-codegen|apicurio-codegen/)) code.complete = false;
}
