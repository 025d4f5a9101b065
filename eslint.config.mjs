import { existsSync, readdirSync } from 'node:fs';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import tiers from './eslint/plugin.mjs';

const root = process.cwd();
const typescript = ['**/*.ts'];
const javascript = ['**/*.js', '**/*.mjs', '**/*.cjs'];
const NODE_GLOBALS = [
  'Buffer',
  'console',
  'fetch',
  'performance',
  'process',
  'setTimeout',
  'clearTimeout',
  'URL',
];
const lines = (max) => ({ 'max-lines': ['error', { max, skipBlankLines: false, skipComments: false }] });
const modules = existsSync('modules') ? readdirSync('modules') : [];

const syntax = [
  {
    selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword',
    message: 'as unknown as hides a wrong type; narrow with a check, or parse with a zod schema.',
  },
];
const testSyntax = [
  ...syntax,
  {
    selector:
      'CallExpression > MemberExpression.callee[object.name=/^(describe|it|test)$/][property.name=/^(skip|only|todo|failing)$/]',
    message: 'A skipped, focused or failing test proves nothing; make it run everywhere or delete it.',
  },
  {
    selector: 'CallExpression[callee.name=/^(xit|xtest|xdescribe|fit|fdescribe)$/]',
    message: 'A skipped or focused test proves nothing; make it run everywhere or delete it.',
  },
];

export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      'dist/',
      'cdktf.out/',
      'cdktf.leaving/',
      'state/',
      'coverage/',
      '.twin/',
      '.venv/',
      '.cache/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    plugins: { tiers },
    rules: {
      'tiers/reasoned-disable': 'error',
      'tiers/no-provider-barrel': 'error',
      eqeqeq: 'error',
      ...lines(300),
    },
  },
  {
    files: typescript,
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      'tiers/import-boundaries': 'error',
      'no-restricted-syntax': ['error', ...syntax],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['lib/**/*.ts', 'modules/**/*.ts', 'stacks/**/*.ts', 'deployments/**/*.ts'],
    rules: { 'tiers/deterministic': 'error' },
  },
  { files: ['modules/**/*.ts'], rules: { 'tiers/construct-form': 'error' } },
  ...modules.map((name) => ({ files: [`modules/${name}/${name}.ts`], rules: lines(200) })),
  { files: ['main.ts'], rules: lines(40) },
  { files: ['test/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...testSyntax] } },
  {
    // Plain JavaScript here runs on Node.
    files: javascript,
    languageOptions: {
      globals: Object.fromEntries(NODE_GLOBALS.map((name) => [name, 'readonly'])),
    },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { module: 'writable', require: 'readonly', __dirname: 'readonly' },
    },
  },
);
