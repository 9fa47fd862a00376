import type { Ranged } from '../../text.ts';

/** Settings that a framework reads when it starts: `application.properties`, `application.yml`, `appsettings.json`. */
export interface SettingsFacts {
  readonly values: readonly SettingFact[];
}

export interface SettingFact {
  /** Dotted, in lower case and without dashes, since Spring and .NET compare keys so: `server.servlet.contextpath`. */
  readonly key: string;
  /** As written: `${PORT:8080}`. */
  readonly value: Ranged<string>;
  /** Only where this profile is active, by what the file itself says. */
  readonly profile?: string;
}
