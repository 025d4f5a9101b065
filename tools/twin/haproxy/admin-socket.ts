import { connect } from 'node:net';

/** HAProxy's command line on its socket (level admin): one command per connection, the answer ends with the connection. */
export class AdminSocket {
  constructor(readonly path: string) {}

  /** The answer, trimmed. @throws if HAProxy is not there or does not answer within 5 s. */
  send(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.path);
      let answer = '';
      socket.setTimeout(5000, () =>
        socket.destroy(new Error(`${command}: HAProxy gave no answer within 5 s`)),
      );
      socket.setEncoding('utf8');
      socket.on('data', (chunk: string) => (answer += chunk));
      socket.on('error', reject);
      socket.on('end', () => resolve(answer.trim()));
      socket.on('connect', () => socket.write(`${command}\n`));
    });
  }

  /** For commands that answer nothing, or one of `expected`, when they succeed. */
  async run(command: string, expected = /^(|New server registered\.|Server deleted\.)$/): Promise<void> {
    const answer = await this.send(command);
    if (!expected.test(answer)) throw new Error(`HAProxy refused \`${command}\`: ${answer}`);
  }

  /** Rows of `show stat`, by column name. */
  async statistics(): Promise<Record<string, string>[]> {
    const [header, ...lines] = (await this.send('show stat')).split('\n');
    const columns = (header ?? '').replace(/^# /, '').split(',');
    return lines.map((line) => {
      const cells = line.split(',');
      return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
    });
  }
}
