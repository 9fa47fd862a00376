/**
 * A class of Java or Kotlin as the frameworks of the JVM see it: by its annotations. It must never know the syntax of a
 * language, nor a framework.
 */
import type { Ranged, TextRange } from '../../../text.ts';

export interface JvmClass {
  readonly name: string;
  readonly range: TextRange;
  readonly isInterface: boolean;
  readonly annotations: readonly Annotation[];
  /** Simple names of what it extends and implements. */
  readonly supertypes: readonly string[];
  readonly methods: readonly JvmMethod[];
}

export interface JvmMethod {
  readonly name: string;
  readonly range: TextRange;
  readonly annotations: readonly Annotation[];
}

export interface Annotation {
  /** Without its package. */
  readonly name: string;
  readonly range: TextRange;
  /** By name, those of arrays one by one; the one without a name is `value`. */
  readonly values: Readonly<Record<string, readonly AnnotationValue[]>>;
}

export interface AnnotationValue {
  /** undefined: no constant of this file. */
  readonly text?: Ranged<string>;
  /** As it is written: `RequestMethod.GET`. */
  readonly written: string;
}

export function annotationOf(
  { annotations }: { readonly annotations: readonly Annotation[] },
  names: RegExp,
): Annotation | undefined {
  return annotations.find(({ name }) => names.test(name));
}

/** What stands under one of these names. */
export function valuesOf({ values }: Annotation, ...names: readonly string[]): readonly AnnotationValue[] {
  return names.flatMap((name) => (Object.hasOwn(values, name) ? values[name]! : []));
}
