import { BudgetsBudget } from '@cdktf/provider-aws/lib/budgets-budget';
import { Construct } from 'constructs';
import { ConfigurationError } from '../../lib/errors';
import { Names } from '../../lib/naming';

export interface BudgetProps {
  /** Spending of the account, in whole US dollars a month, above zero. */
  readonly monthlyUsd: number;
  /** E-mail address that the warnings go to. */
  readonly contact: string;
}

/** When a warning is sent: percent of the budget, spent already or expected by the end of the month. */
const WARNINGS = [
  { type: 'ACTUAL', percent: 80 },
  { type: 'ACTUAL', percent: 100 },
  { type: 'FORECASTED', percent: 100 },
] as const;

/**
 * Warns before and when a month's spending passes its budget. It covers the whole account: an account holds one
 * environment, and a filter by tag would leave out what cannot be tagged, such as traffic between regions.
 */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, props: BudgetProps) {
    super(scope, id);
    const { monthlyUsd, contact } = props;
    if (!Number.isInteger(monthlyUsd) || monthlyUsd < 1) {
      throw new ConfigurationError([
        {
          where: `${this.node.path}.monthlyUsd`,
          received: monthlyUsd,
          allowed: 'whole US dollars from 1 on',
          fix: 'write for instance 500',
        },
      ]);
    }
    new BudgetsBudget(this, 'monthly', {
      name: Names.of(this).regional('budget', 'monthly'),
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      // The service answers with one decimal; any other spelling shows as a change in every plan.
      limitAmount: monthlyUsd.toFixed(1),
      limitUnit: 'USD',
      notification: WARNINGS.map(({ type, percent }) => ({
        comparisonOperator: 'GREATER_THAN',
        notificationType: type,
        threshold: percent,
        thresholdType: 'PERCENTAGE',
        subscriberEmailAddresses: [contact],
      })),
    });
  }
}
