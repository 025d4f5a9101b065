import { Budget } from '../../modules/budget';
import { inventory, only, synthesize } from '../support/synth';

describe('Budget', () => {
  const synthesized = synthesize(
    (stack) => new Budget(stack, 'budget', { monthlyUsd: 900, contact: 'platform@example.com' }),
  );

  test('is one budget of the whole account, by the month', () => {
    expect(inventory(synthesized)).toEqual({ aws_budgets_budget: 1 });
    expect(only(synthesized, 'aws_budgets_budget')).toMatchObject({
      name: 'tiers-test-monthly',
      budget_type: 'COST',
      time_unit: 'MONTHLY',
      limit_amount: '900.0',
      limit_unit: 'USD',
    });
    expect(only(synthesized, 'aws_budgets_budget')).not.toHaveProperty('cost_filter');
  });

  test('warns before the money is spent, when it is, and when it will be', () => {
    const warning = { comparison_operator: 'GREATER_THAN', threshold_type: 'PERCENTAGE' };
    const subscribers = { subscriber_email_addresses: ['platform@example.com'] };
    expect(only(synthesized, 'aws_budgets_budget').notification).toEqual([
      { ...warning, ...subscribers, notification_type: 'ACTUAL', threshold: 80 },
      { ...warning, ...subscribers, notification_type: 'ACTUAL', threshold: 100 },
      { ...warning, ...subscribers, notification_type: 'FORECASTED', threshold: 100 },
    ]);
  });

  test.each([0, -5, 12.5, Number.NaN])('refuses %p dollars', (monthlyUsd) => {
    expect(() =>
      synthesize((stack) => new Budget(stack, 'budget', { monthlyUsd, contact: 'platform@example.com' })),
    ).toThrow('test/budget.monthlyUsd: received');
  });
});
