// Runs the install scripts of the packages that package.json's allowScripts allows, as far as they are installed
// here (some exist for one platform only), and then this project's own.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const { allowScripts } = JSON.parse(readFileSync('package.json', 'utf8'));
const names = Object.keys(allowScripts).filter(
  (name) => allowScripts[name] && existsSync(`node_modules/${name}/package.json`),
);
execFileSync('npm', ['rebuild', '--loglevel=error', ...names], { stdio: ['ignore', 2, 2] });
execFileSync('npm', ['run', '--silent', 'postinstall'], { stdio: ['ignore', 2, 2] });
execFileSync('npm', ['run', '--silent', '--if-present', 'postinstall'], { stdio: ['ignore', 2, 2] });
