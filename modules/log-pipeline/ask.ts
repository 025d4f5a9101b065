import type { State } from '../scheduled-workflow';
import { readQuery, type QueryName } from './queries';

/** Where a workflow asks. */
export interface Desk {
  readonly workgroup: string;
  readonly database: string;
}

/** A query costs what it reads: tried again twice, in case Athena was busy. */
const RETRY = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2, IntervalSeconds: 30, BackoffRate: 2 }];

/**
 * The rows of an answer of Athena as objects by column. Athena gives texts only, the columns' names as the first row, and
 * a cell without a text for NULL (Amazon Athena API Reference, "GetQueryResults").
 */
const ROWS = `(
  $rows := $states.result.ResultSet.Rows;
  $names := [$rows[0].Data.VarCharValue];
  $values := $filter($rows, function($row, $i) { $i > 0 });
  [$map($values, function($row) {
    $merge($map($names, function($name, $i) {
      $exists($row.Data[$i].VarCharValue) ? { $name: $row.Data[$i].VarCharValue } : {}
    }))
  })]
)`;

/** A text that Step Functions takes for an expression of JSONata: on one line, without comments. */
export function expression(jsonata: string): string {
  const line = jsonata
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .trim()
    .replace(/\n\s*/g, ' ');
  return `{% ${line} %}`;
}

/**
 * Two states: run a query and wait for it, then read its rows. The result is an object with the rows under the query's
 * name. What the query leaves open are variables of the workflow.
 */
export function ask(
  desk: Desk,
  name: QueryName,
  onward: { End: true } | { Next: string },
): Record<string, State> {
  return {
    [`Ask ${name}`]: {
      Type: 'Task',
      Resource: 'arn:aws:states:::athena:startQueryExecution.sync',
      Arguments: {
        QueryString: expression(readQuery(name).expression),
        WorkGroup: desk.workgroup,
        QueryExecutionContext: { Database: desk.database },
      },
      TimeoutSeconds: 900,
      Retry: RETRY,
      Output: '{% $states.result.QueryExecution.QueryExecutionId %}',
      Next: `Read ${name}`,
    },
    [`Read ${name}`]: {
      Type: 'Task',
      Resource: 'arn:aws:states:::athena:getQueryResults',
      Arguments: { QueryExecutionId: '{% $states.input %}', MaxResults: 1000 },
      Output: { [name]: expression(ROWS) },
      ...onward,
    },
  };
}
