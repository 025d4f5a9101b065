import fc from 'fast-check';
import type { AlarmPlan } from '../../modules/alarms';
import { workflowAlarms } from '../../modules/alarms/workflows';
import { evaluate } from '../support/metric-math';

function named(plans: readonly AlarmPlan[], id: string): AlarmPlan {
  const plan = plans.find((candidate) => candidate.id === id);
  if (!plan) throw new Error(`no alarm ${id} among ${plans.map((p) => p.id).join(', ')}`);
  return plan;
}

describe('work by the clock', () => {
  const workflow = (every: number) => ({
    label: 'report',
    stateMachineArn: 'one',
    every,
    missed: 'no report',
  });
  const planned = (every: number) => workflowAlarms(workflow(every));

  test.each([
    [60, 300, 3],
    [900, 300, 6],
    [3_600, 3_600, 3],
    [86_400, 3_600, 28],
    [6 * 86_400, 3_600, 148],
  ])('every %d s: missed after %d s, %d times without a success', (every, period, times) => {
    expect(named(planned(every), 'report-missed')).toMatchObject({
      period,
      of: times,
      bad: times,
      when: 'below',
      threshold: 1,
      missing: 'breaching',
    });
  });

  test('the silence is always longer than the time between two runs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 * 86_400 }), (every) => {
        const { of, period } = named(planned(every), 'report-missed');
        expect(of * period).toBeGreaterThan(every);
      }),
    );
  });

  test('a run that failed, took too long or was ended by hand makes a ticket', () => {
    const { measure, missing } = named(planned(60), 'report-failed');
    if (!('expression' in measure)) throw new Error('expected metric math');
    for (const one of ['failed', 'late', 'ended']) {
      const values = { failed: 0, late: 0, ended: 0, [one]: 1 };
      expect(evaluate(measure.expression, values)).toBe(1);
    }
    expect(Object.values(measure.of).map(({ name }) => name)).toEqual([
      'ExecutionsFailed',
      'ExecutionsTimedOut',
      'ExecutionsAborted',
    ]);
    expect(missing).toBe('notBreaching');
  });

  test('what runs too seldom to be missed is refused', () => {
    expect(() => planned(7 * 86_400)).toThrow('report.every: received 604800; allowed: up to 518400 s');
  });
});
