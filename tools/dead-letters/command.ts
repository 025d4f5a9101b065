import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Command, InvalidArgumentError } from 'commander';
import { isChosen, redrive, walk, type Choice, type DeadLetter } from './dead-letters';

interface Flags {
  readonly environment: string;
  readonly queue: string;
  readonly type?: string;
  readonly reason?: string;
  readonly perSecond: number;
}

/** Longest body that a line shows. */
const SHOWN = 200;

function perSecond(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 100) return value;
  throw new InvalidArgumentError('allowed: above 0, up to 100.');
}

/** `tiers dead-letters`: looks at the jobs that failed for good, and does something about them. */
export function deadLettersCommand(
  print = (line: string) => void process.stdout.write(`${line}\n`),
): Command {
  const command = new Command('dead-letters').description(
    'list, redrive or delete the jobs that failed for good, with credentials and region of the environment',
  );
  const add = (
    name: string,
    description: string,
    ids: string,
    run: (ids: string[], flags: Flags) => Promise<string>,
  ) =>
    command
      .command(name)
      .description(description)
      .argument(ids, 'ids of messages, as `list` prints them')
      .requiredOption('--environment <name>', 'project and environment, such as tiers-production')
      .option('--queue <name>', 'jobs, or videos', 'jobs')
      .option('--type <type>', 'only jobs of this type')
      .option('--reason <text>', 'only those whose reason has this text in it')
      .option('--per-second <n>', 'how many are sent back in a second', perSecond, 10)
      .action(async (given: string[], flags: Flags) => print(await run(given, flags)));

  add('list', 'print them, one a line', '[ids...]', (ids, flags) =>
    on(flags, async (client, { from }) => {
      const { seen } = await walk(client, from, async (letter) => {
        if (isChosen(letter, choiceOf(ids, flags))) print(line(letter));
        return false;
      });
      return `${seen} in the queue`;
    }),
  );
  add('redrive', 'send them back to the workers: all, or those chosen', '[ids...]', (ids, flags) =>
    on(flags, async (client, urls) => {
      const { seen, gone } = await redrive(client, urls, choiceOf(ids, flags), flags.perSecond);
      return `${gone} of ${seen} sent back`;
    }),
  );
  add('delete', 'delete these for good', '<ids...>', (ids, flags) =>
    on(flags, async (client, { from }) => {
      const { seen, gone } = await walk(client, from, async (letter) =>
        isChosen(letter, choiceOf(ids, flags)),
      );
      return `${gone} of ${seen} deleted`;
    }),
  );
  return command;
}

const choiceOf = (ids: readonly string[], { type, reason }: Flags): Choice => ({
  ...(ids.length > 0 ? { ids } : {}),
  ...(type === undefined ? {} : { type }),
  ...(reason === undefined ? {} : { reason }),
});

const line = ({ id, sentAt, reason, body }: DeadLetter): string =>
  [
    id,
    sentAt.toISOString(),
    reason ?? 'moved by the queue: its workers died or gave no reason',
    body.slice(0, SHOWN),
  ].join('  ');

async function on(
  { environment, queue }: Flags,
  run: (client: SQSClient, urls: { from: string; to: string }) => Promise<string>,
): Promise<string> {
  // Region and credentials are those of the shell, as for the AWS CLI.
  const client = new SQSClient({});
  try {
    const url = async (name: string): Promise<string> =>
      (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl ?? '';
    const [from, to] = await Promise.all([
      url(`${environment}-${queue}-dead-letter`),
      url(`${environment}-${queue}`),
    ]);
    return await run(client, { from, to });
  } finally {
    client.destroy();
  }
}
