import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const engineMayNot = (patterns) => ({
  'no-restricted-imports': ['error', { patterns }],
});

const editor = { group: ['vscode', 'vscode-*'], message: 'The engine knows no editor and no protocol.' };
const files = {
  group: ['fs', 'fs/*', 'node:fs', 'node:fs/*', 'node:child_process', 'child_process'],
  message: 'Only rules/workspace touches the disk.',
};

export default defineConfig(
  { ignores: ['dist', 'samples', 'test/editor/.host*', 'test/editor/node_modules', '**/node_modules'] },
  js.configs.recommended,
  tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-undef': 'off',
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['rules/**/*.ts'], ignores: ['rules/workspace/**'], rules: engineMayNot([editor, files]) },
  { files: ['rules/workspace/**/*.ts'], rules: engineMayNot([editor]) },
);
