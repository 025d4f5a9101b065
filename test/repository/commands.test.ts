import { CHECKS, Scratch } from './support/checks';
import { commandsIn, documentedCommands, words, type Command } from './support/commands';

const commands = documentedCommands();
const checkOf = ({ text }: Command) => CHECKS.find(({ matches }) => matches.test(text));

describe('the documented commands', () => {
  let scratch: Scratch;
  beforeAll(() => (scratch = new Scratch()));
  afterAll(() => scratch.remove());

  it('are found, those of the README among them', () => {
    expect(commands.map(({ text }) => text)).toEqual(expect.arrayContaining(['make up', 'make test']));
  });

  it.each(commands)(
    '$document:$line $text',
    async (command) => {
      const check = checkOf(command);
      if (!check)
        throw new Error(`nothing checks "${command.text}": add a check to test/repository/support/checks.ts`);
      expect(await check.faults(command.text, scratch)).toEqual([]);
    },
    // A release installs its packages anew.
    300_000,
  );

  it.each([
    'make everything',
    'make up SLOWLY=1',
    'npm run lint-all',
    'npm run synth -- nowhere',
    'npx cdktf deploy production-atlantis-network',
    'npx cdktf deploy production-global --faster',
    'npx jest test/no-such-file.test.ts',
    'cp deployments/production/atlantis-1.ts deployments/production/eu-west-1.ts',
    './bin/tiers region add atlantis-1 --environment production',
    './bin/tiers region list --slowly',
    'terraform -chdir=cdktf.out/stacks/atlantis plan',
    'terraform explode',
    'aws s3',
    'aws s3 ls s3://tiers-atlantis-assets/',
    'npm run package -- --packages arn:aws:codeartifact:us-east-1:222222222222:repository/atlantis/packages',
    './setup-machine.sh --colour red',
    './setup-machine.sh explode',
    'curl --fail https://api.atlantis.example.org/',
  ])(
    'would be refused: %s',
    async (text) => {
      const check = CHECKS.find(({ matches }) => matches.test(text));
      const faults = check ? await check.faults(text, scratch) : ['nothing checks it'];
      expect(faults).not.toEqual([]);
    },
    120_000,
  );
});

describe('reading commands from Markdown', () => {
  it('takes shell blocks apart', () => {
    const markdown = [
      '`make a`',
      '```sh',
      '# set up',
      '$ make b  # two',
      'make c \\',
      '  d && make e',
      '```',
      '```ts',
      'f',
      '```',
    ];
    expect(commandsIn('x.md', markdown.join('\n'))).toEqual([
      { document: 'x.md', line: 4, text: 'make b' },
      { document: 'x.md', line: 5, text: 'make c d' },
      { document: 'x.md', line: 5, text: 'make e' },
    ]);
  });

  it('keeps quoted words together', () => {
    expect(words(`npx cdktf deploy 'a b' "c d" e`)).toEqual(['npx', 'cdktf', 'deploy', 'a b', 'c d', 'e']);
  });
});
