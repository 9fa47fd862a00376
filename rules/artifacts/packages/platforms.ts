/** Build manifests of the JVM and of .NET: what production code uses, and which version of its framework. */
import type { Ranged } from '../../text.ts';
import { each, without, xmlComments } from './patterns.ts';

/** Versions that are managed but not used, and what only the build or its tests use. */
const mavenUnused = /<(dependencyManagement|build|reporting)>[^]*?(?:<\/\1>|$)/g;

export function mavenDependencies(text: string): Ranged<string>[] {
  const used = without(without(text, xmlComments), mavenUnused);
  const production = without(used, /<dependency>(?:(?!<\/?dependency>|<scope>)[^])*<scope>\s*test\s*</g);
  return each(production, /<dependency>(?:(?!<\/?dependency>|<artifactId>)[^])*<artifactId>\s*([^<\s]+)/g);
}

/** The parent or the managed dependencies of Spring Boot say its version, or the property that they name. */
export function mavenVersions(text: string): Record<string, string> {
  const bare = without(text, xmlComments);
  const written =
    /<artifactId>\s*(?:spring-boot-starter-parent|spring-boot-dependencies)\s*<\/artifactId>\s*<version>\s*([^<\s]+)/.exec(
      bare,
    )?.[1];
  const property = written && /^\$\{([\w.-]+)\}$/.exec(written)?.[1];
  const version = property ? propertyIn(bare, property) : written;
  return version && /^\d/.test(version) ? { 'spring-boot': version } : {};
}

function propertyIn(text: string, name: string): string | undefined {
  const at = text.indexOf(`<${name}>`);
  return at < 0 ? undefined : /^[^<]*/.exec(text.slice(at + name.length + 2))![0].trim();
}

const gradleUnused =
  /^[ \t]*(?:"?(?:test|integrationTest|androidTest|jmh|intTest|e2eTest)\w*"?|(?:annotationProcessor|kapt|ksp|developmentOnly|compileOnly)\w*)\b[^\n]*$|\/\/[^\n]*/gm;

export function gradleDependencies(text: string): Ranged<string>[] {
  const used = without(text, gradleUnused);
  return [
    ...each(used, /["'][\w.-]+:([\w.-]+)(?::[^"'\n]*)?["']/g),
    ...each(used, /\blibs\.((?!plugins\b|versions\b|bundles\b)[\w.]+)/g),
    ...each(used, /\bid[ \t]{0,8}\(?[ \t]{0,8}["']([\w.-]+)["']/g),
    ...each(used, /\b(libs\.bundles\.[\w.]+)/g),
  ];
}

/** `project(":common")` and `projects.common`. */
export function gradleReferences(text: string): readonly string[] {
  const used = without(text, gradleUnused);
  const found = each(used, /\bproject[ \t]*\([ \t]*(?:path[ \t]*[=:][ \t]*)?["'](:[\w:.-]+)["']/g);
  return found.map(({ value }) => value);
}

export function gradleVersions(text: string): Record<string, string> {
  const found =
    /\bid[ \t]{0,8}\(?[ \t]{0,8}["']org\.springframework\.boot["'][ \t]{0,8}\)?[ \t]{0,8}version[ \t]{0,8}\(?[ \t]{0,8}["'](\d[\w.-]*)["']/.exec(
      text,
    )?.[1] ??
    /org\.springframework\.boot:spring-boot-(?:gradle-plugin|dependencies):(\d[\w.-]*)/.exec(text)?.[1] ??
    /\bspringBootVersion[ \t]*=[ \t]*["'](\d[\w.-]*)["']/.exec(text)?.[1];
  return found ? { 'spring-boot': found } : {};
}

/** Projects of a .NET solution that this one is built with. */
export function projectReferences(text: string): readonly string[] {
  const found = each(without(text, xmlComments), /<ProjectReference\b[^<>]*\bInclude\s*=\s*"([^"]+)"/g);
  return found.map(({ value }) => value.replaceAll('\\', '/'));
}

export function projectVersions(text: string): Record<string, string> {
  const found = /<TargetFrameworks?>\s*net(?:coreapp)?(\d+\.\d+)/.exec(without(text, xmlComments))?.[1];
  return found ? { '.net': found } : {};
}
