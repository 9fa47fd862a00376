/** The configuration file a team starts from: everything in it is a comment, so it changes nothing by itself. */
import { configurationPaths } from './configuration.ts';

export interface StarterConfiguration {
  /** Relative to the workspace. */
  readonly path: string;
  readonly text: string;
}

export function starterConfiguration(): StarterConfiguration {
  return { path: configurationPaths[0]!, text };
}

const text = `# What this team decides about its audit. Every line is optional; \`scaleready rules\` lists the rules.

# Rule ids or globs, each with a level: error, warning, info or off. A later line wins.
# rules:
#   containers/*: warning
#   scaling/resources-missing: error

# What is asked of whom: startup, growing or at-scale; service, library or platform.
# profile:
#   stage: growing
#   kind: service

# Paths that are not looked at.
# exclude:
#   - legacy/**

# Services that cannot be guessed from the repository, or more about ones that can.
# services:
#   - name: checkout
#     root: services/checkout
#     owner: '@acme/payments'
#     aliases: [checkout-api]
#     routes: [/healthz]

# What the runbook_urls of alerts stand for.
# runbooks:
#   urls:
#     https://runbooks.example.com/: docs/runbooks

# Functions of your own that read a feature flag, with the key as first argument.
# flags:
#   functions: [isFeatureOn]
`;
